"""A seed's profile as a person would describe it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitor.match.background import Background
from monitor.match.examples import example_language, example_text
from monitor.match.likeness import LikenessIndex
from monitor.match.propose import propose_terms
from monitor.model import Example, Seed, Topic
from monitor.text.lexicon import load_lexicon
from monitor.text.words import tokenise_text

DESCRIBED_WORDS = 20


@dataclass(frozen=True, slots=True)
class _ProfileWord:
    """A word of the profile, as the seed prints it."""

    text: str
    language: str
    share: float
    """Its part of all that likeness goes by."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an article is compared with."""

    seed: str
    title: str
    examples: tuple[tuple[str, str, int], ...]
    """(title, language, words) of each."""
    counter_examples: tuple[tuple[str, str, int], ...]
    relevant: tuple[tuple[str, str, int], ...]
    """Hits that somebody labelled relevant."""
    topics: tuple[Topic, ...]
    words: tuple[_ProfileWord, ...]
    """The heaviest first."""
    proposals: Mapping[str, tuple[str, ...]]
    """Topic → other words for it in the seed's text; nothing is looked for until its user adds it."""


def describe_profile(seed: Seed, background: Background) -> Profile:
    """Describe a seed's profile, given what is known of how rare words are."""
    index = LikenessIndex([seed], background)
    printed = _first_printed_forms(seed)
    return Profile(
        seed=seed.slug,
        title=seed.title,
        examples=tuple(map(_summarise_example, seed.examples)),
        counter_examples=tuple(map(_summarise_example, seed.counter_examples)),
        relevant=tuple(map(_summarise_example, seed.relevant)),
        topics=seed.topics,
        words=tuple(
            _ProfileWord(printed.get((language, stem), stem), language, share)
            for language, stem, share in index.heaviest(0, DESCRIBED_WORDS)
        ),
        proposals={topic.name: words for topic in seed.topics if (words := propose_terms(seed, topic))},
    )


def _summarise_example(example: Example) -> tuple[str, str, int]:
    return example.title, example_language(example), len(example.text.split())


def _first_printed_forms(seed: Seed) -> dict[tuple[str, str], str]:
    """How each stem is printed in the seed, where it first occurs."""
    printed: dict[tuple[str, str], str] = {}
    for example in seed.examples:
        language = example_language(example)
        lexicon = load_lexicon(language)
        for token in tokenise_text(example_text(example)):
            for stem in lexicon.stems(token):
                printed.setdefault((language, stem), token)
    return printed

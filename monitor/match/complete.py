"""Seeds as their users wrote them → seeds to compare with: languages told from texts, topics drawn from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from monitor.match.propose import propose_topics
from monitor.model import Example, Seed
from monitor.text.language import guess_language

SHORT_TEXT_WORDS = 100


def complete_seeds(seeds: Iterable[Seed]) -> tuple[Seed, ...]:
    """Seeds whose examples have their language, and which have topics; what their users said stays as it is."""
    return tuple(map(_complete_seed, seeds))


def _complete_seed(seed: Seed) -> Seed:
    examples = tuple(map(_complete_example, seed.examples))
    return replace(
        seed,
        examples=examples,
        counter_examples=tuple(map(_complete_example, seed.counter_examples)),
        topics=seed.topics or propose_topics(examples[0].title, examples[0].text, examples[0].language),
    )


def _complete_example(example: Example) -> Example:
    return example if example.language else replace(example, language=_detect_seed_language(example.text))


def _detect_seed_language(text: str) -> str | None:
    # Below a hundred words, counting little words tells languages apart better than the page reader's detector:
    # of 71 English texts of about 35 words, that one took five for something else.
    if len(text.split()) < SHORT_TEXT_WORDS:
        return guess_language(text)
    from monitor.extract.language import detect_language  # noqa: PLC0415 - as heavy as the extractor it comes with

    return detect_language(text)

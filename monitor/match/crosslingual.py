"""How like a seed an article in another language is: by the names, numbers and words of one origin that both hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from math import log, sqrt

from monitor.match.background import Background
from monitor.match.cognates import COGNATE_SIGN, heard_words
from monitor.match.examples import example_language, example_text
from monitor.model import Seed
from monitor.text.words import split_all_hyphens, tokenise_text

SOUND_SCALE = 0.3
"""Names and numbers are few: this much of their cosine counts like a cosine of all words."""

SOUND_SCALE_ACROSS_SCRIPTS = 0.42
"""The same between alphabets, where only names sound alike and no other words."""

CYRILLIC_LANGUAGES = frozenset({"be", "bg", "mk", "ru", "sr", "uk"})

SINGLE_NAME_SHARE = 0.5
"""One name in common may be chance: it counts only this much of its likeness."""

COGNATE_TRUST = 0.5
"""Words that begin alike in two languages are often the same, but not as surely as names.

By names alone the mean F1 of 60 documents in seven translations is .779, with these words .813.
"""

StemsBySound = Mapping[str, Sequence[tuple[str, int]]]
"""Sound → stems that sound so, with how often they occur."""


class CrosslingualIndex:
    """The names, numbers and cognates of all seeds, by sound."""

    def __init__(self, seeds: Sequence[Seed], background: Background) -> None:
        self._background = background
        self._heard: list[dict[str, dict[str, list[tuple[str, int]]]]] = []
        """For each seed, language → what `heard_words` finds in its examples."""
        self._holders: dict[str, list[tuple[int, str]]] = defaultdict(list)
        """Sound → the seeds that hold it, each with the language in which."""
        for number, seed in enumerate(seeds):
            self._heard.append(_hear_by_language(seed))
            for language, heard in self._heard[number].items():
                for sounding in heard:
                    self._holders[sounding].append((number, language))

    def compare(self, language: str, tokens: Sequence[str]) -> dict[int, float]:
        """The likeness to each seed that has no example in this language."""
        heard = heard_words(tokens, language)
        shared: dict[tuple[int, str], list[str]] = defaultdict(list)
        for sounding in heard:
            for number, home in self._holders.get(sounding, ()):
                if language not in self._heard[number]:
                    shared[number, home].append(sounding)
        article = self._weights(language, heard)
        likeness: dict[int, float] = {}
        for (number, home), sounds in shared.items():
            seed = self._weights(home, self._heard[number][home])
            scale = (
                SOUND_SCALE_ACROSS_SCRIPTS
                if (language in CYRILLIC_LANGUAGES) != (home in CYRILLIC_LANGUAGES)
                else SOUND_SCALE
            )
            alike = scale * _likeness_by_sounds(article, seed, sounds)
            likeness[number] = max(likeness.get(number, 0.0), alike)
        return likeness

    def weight(self, number: int, language: str, token: str) -> float:
        """What a token of a text in this language says about a seed by its sound."""
        heard = heard_words([token], language)
        if language in self._heard[number] or not any(heard.keys() & sounds for sounds in self._held(number)):
            return 0.0
        return sum(self._weights(language, heard).values())

    def _held(self, number: int) -> Iterable[Set[str]]:
        return (heard.keys() for heard in self._heard[number].values())

    def _weights(self, language: str, heard: StemsBySound) -> dict[str, float]:
        idf = self._background.idf
        return {
            sounding: _trust_in_sound(sounding) * sum((1 + log(times)) * idf(language, stem) for stem, times in stems)
            for sounding, stems in heard.items()
        }


def _trust_in_sound(sounding: str) -> float:
    return COGNATE_TRUST if sounding.startswith(COGNATE_SIGN) else 1.0


def _likeness_by_sounds(one: Mapping[str, float], other: Mapping[str, float], shared: Sequence[str]) -> float:
    product = sum(one[sounding] * other[sounding] for sounding in shared)
    length = sqrt(sum(weight * weight for weight in one.values()))
    length *= sqrt(sum(weight * weight for weight in other.values()))
    return product / length * (SINGLE_NAME_SHARE if len(shared) == 1 else 1.0)


def _hear_by_language(seed: Seed) -> dict[str, dict[str, list[tuple[str, int]]]]:
    tokens: dict[str, list[str]] = defaultdict(list)
    for example in seed.examples:
        tokens[example_language(example)] += split_all_hyphens(tokenise_text(example_text(example)))
    return {language: heard_words(held, language) for language, held in tokens.items()}

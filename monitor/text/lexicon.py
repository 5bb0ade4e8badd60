"""What the words of a language come down to, and how common they are.

A *surface* is a token as printed; its *stems* are what is counted and compared. Everything a surface comes
down to is remembered, because the same few thousand surfaces make up nearly all news.

Loads the stemmers and word lists: workers that poll and read do without.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

import Stemmer
import wordfreq

from monitor.text.countries import country_words
from monitor.text.words import (
    APOSTROPHES,
    HYPHENS,
    fold_surface,
    is_acronym,
    is_year,
    split_hyphens,
)

STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "nb": "norwegian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
ELIDING_LANGUAGES = frozenset({"fr", "it", "ca"})
"""Languages that write `l'accord` and `d'Ukraine`: the word is what follows the apostrophe."""

CAPITALISING_LANGUAGES = frozenset({"en"})
"""Languages in which all words of a country are capitalised: `turkey` is a bird, and to `polish` is to rub."""

ARTICLE_WORDS = 200
"""Words of a typical article."""

STOP_WORD_SHARE = 3e-3
"""A word this frequent says nothing about a subject: the stop words of a language."""

SHORT_COUNTRY_LETTERS = 2
"""A country's abbreviation of so few letters (US, EU) counts only in capitals."""

REMEMBERED_SURFACES = 200_000
"""Surfaces kept in memory a language before forgetting and starting anew."""

# Noun, adjective and verb endings. No Snowball stemmer knows Ukrainian.
_UKRAINIAN_ENDING = re.compile(
    "(?<=....)(?:ення|ання|ості|істю|ають|ями|ами|ові|еві|ого|ому|ими|іми|ють|уть|ить|ій|ої|ою|ею|ів|їв|ах|ях|ом"
    "|ем|єм|ам|ям|ти|ла|ло|ли|ся|сь|ий|их|им|ує|[аяоеєиіїуюьй])$"
)
"""Ukrainian forms of one word share at least four letters; endings are cut no further."""


class Lexicon:
    """One language: its stemmer, and how often its words are used in general."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._stemmer = Stemmer.Stemmer(STEMMERS[code]) if code in STEMMERS else None
        self._words = _general_frequencies(code)
        self._countries = {
            self.stem(self.bare(HYPHENS.sub("", word))): country for word, country in country_words(code)
        }
        self._by_stem = self._sum_forms()
        self._remembered: dict[str, tuple[str, ...]] = {}

    def _sum_forms(self) -> dict[str, float]:
        by_stem: dict[str, float] = defaultdict(float)
        for word, frequency in self._words.items():
            stem = self.stem(word)
            by_stem[stem] += frequency
            if stem in self._countries and len(word) > SHORT_COUNTRY_LETTERS:  # "us" is mostly a pronoun
                by_stem[self._countries[stem]] += frequency
        return dict(by_stem)

    def bare(self, surface: str) -> str:
        """The folded word without possessive ending, elided article or apostrophes."""
        word = fold_surface(surface)
        if not APOSTROPHES.search(word):
            return word
        parts = APOSTROPHES.split(word)
        if self.code in ELIDING_LANGUAGES and len(parts[0]) <= 4:  # noqa: PLR2004  (qu', dell', l')
            parts = parts[1:]
        if len(parts) > 1 and parts[-1] == "s":
            parts = parts[:-1]
        return "".join(parts)

    def stem(self, word: str) -> str:
        """What the inflected forms of a folded word share."""
        if self.code == "uk":
            return _ukrainian_stem(word)
        return str(self._stemmer.stemWord(word)) if self._stemmer else word

    def knows(self, word: str) -> bool:
        """Whether a folded word is in general use."""
        return word in self._words

    def frequency(self, stem: str) -> float:
        """How large a share of all running words come down to this stem; 0.0 for the rare and unknown."""
        if stem[0].isdigit():
            return _number_frequency(stem)
        return self._by_stem.get(stem, 0.0)

    def article_share(self, stem: str) -> float:
        """In what share of all articles this stem is to be expected, by how frequent it is."""
        return 1 - (1 - self.frequency(stem)) ** ARTICLE_WORDS

    def stems(self, surface: str) -> tuple[str, ...]:
        """What a surface counts as: mostly one stem, none for a stop word, several for `London-based`."""
        stems = self._remembered.get(surface)
        if stems is None:
            if len(self._remembered) >= REMEMBERED_SURFACES:
                self._remembered.clear()
            stems = self._remembered[surface] = tuple(self._stems(surface))
        return stems

    def _stems(self, surface: str) -> Iterator[str]:
        joined = HYPHENS.sub("", surface)
        # Cease-fire is ceasefire, and États-Unis is one country.
        whole = joined != surface and (self.knows(self.bare(joined)) or self.country(joined) is not None)
        for piece in [joined] if whole else split_hyphens(surface):
            if country := self.country(piece):
                yield country
                continue
            word = self.bare(piece)
            # "US" is a country and "us" is nothing; other capitals are as common as their word.
            if len(word) > 1 and (self._words.get(word, 0.0) < STOP_WORD_SHARE or is_acronym(piece)):
                yield self.stem(word)

    def country(self, piece: str) -> str | None:
        """The stem of the country that a surface stands for, the same in every language; None for other words."""
        word = self.bare(piece)
        if len(word) <= SHORT_COUNTRY_LETTERS:
            return self._countries.get(word) if is_acronym(APOSTROPHES.split(piece)[0]) else None
        if self.code in CAPITALISING_LANGUAGES and not piece[0].isupper():
            return None
        return self._countries.get(self.stem(word))

    def count(self, tokens: list[str]) -> Counter[str]:
        """How often each stem occurs among these tokens."""
        counts: dict[str, int] = {}
        remembered, so_far = self._remembered.get, counts.get
        for surface, times in Counter(tokens).items():
            stems = remembered(surface)
            for stem in self.stems(surface) if stems is None else stems:
                counts[stem] = so_far(stem, 0) + times
        return Counter(counts)

    def names(self, tokens: Sequence[str]) -> set[str]:
        """The stems of names: of surfaces that are capitalised wherever they occur among these tokens."""
        held = set(tokens)
        capitals = (surface for surface in held if surface[0].isupper() and surface.lower() not in held)
        return {stem for surface in capitals for stem in self.stems(surface)}


@cache
def load_lexicon(code: str) -> Lexicon:
    """The lexicon of a language, loaded when it is first needed. Unknown codes get an empty one."""
    return Lexicon(code)


def _general_frequencies(code: str) -> dict[str, float]:
    """Words and their frequencies as shipped with wordfreq: those used at least once in a million words."""
    if code not in wordfreq.available_languages("small"):
        return {}
    return wordfreq.get_frequency_dict(code, "small")


def _number_frequency(stem: str) -> float:
    """Years are in most articles, two digits in many, longer numbers in few."""
    if is_year(stem):
        return 3e-4
    return 1e-4 if len(stem) <= 2 else 1e-6  # noqa: PLR2004


def _ukrainian_stem(word: str) -> str:
    return _UKRAINIAN_ENDING.sub("", word)

"""Words as the matcher sees them: tokens, and what they come down to in their language.

A *surface* is a token as printed; its *stems* are what is counted and compared. Everything a surface comes
down to is remembered, because the same few thousand surfaces make up nearly all news.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

import Stemmer
import wordfreq

from monitor.match.countries import country_words

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

STOP_WORD_SHARE = 3e-3
"""A word this frequent says nothing about a subject: the stop words of a language."""

SHORT_COUNTRY_LETTERS = 2
"""A country's abbreviation of so few letters (US, EU) counts only in capitals."""

LONGEST_WORD = 64
"""Characters of a token that are looked at: what is longer is no word."""

REMEMBERED_SURFACES = 200_000
"""Surfaces kept in memory a language before forgetting and starting anew."""

# F-16 is one token, and so are 3.5, 12th and l'accord; what ends a word is never part of it.
_WORD_PATTERN = r"[^\W_]+(?:(?:[-‐‑'’ʼ\u00ad]|(?<=\d)[.,](?=\d))[^\W_]+)*"
_TOKEN = re.compile(_WORD_PATTERN)
# U.S. is one token, too. Looking for such costs time, and most texts have none.
_POINTED_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|" + _WORD_PATTERN)
_POINTED = re.compile(r"\.[^\W\d_]\.")
_HYPHENS = re.compile("[-‐‑]")
_APOSTROPHES = re.compile("['’ʼ]")
_UKRAINIAN_LETTERS = re.compile("[іїєґ]")
_RUSSIAN_OR_UKRAINIAN_LETTER = re.compile("[а-яіїєґё]")

# Noun, adjective and verb endings. No Snowball stemmer knows Ukrainian.
_UKRAINIAN_ENDING = re.compile(
    "(?<=....)(?:ення|ання|ості|істю|ають|ями|ами|ові|еві|ого|ому|ими|іми|ють|уть|ить|ій|ої|ою|ею|ів|їв|ах|ях|ом"
    "|ем|єм|ам|ям|ти|ла|ло|ли|ся|сь|ий|их|им|ує|[аяоеєиіїуюьй])$"
)
"""Ukrainian forms of one word share at least four letters; endings are cut no further."""


def tokenise_text(text: str) -> list[str]:
    """The tokens of a text, as printed."""
    return _token_pattern_for(text).findall(text)


def _token_pattern_for(text: str) -> re.Pattern[str]:
    return _POINTED_TOKEN if _POINTED.search(text) else _TOKEN


def locate_tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The tokens of a text with where they begin and end; hyphenated words come in their pieces."""
    hyphened = _HYPHENS.search(text) is not None
    for found in _token_pattern_for(text).finditer(text):
        surface = found.group()
        start, end = found.span()
        if hyphened and _HYPHENS.search(surface):
            for piece in split_hyphens(surface):
                yield piece, start, start + len(piece)
                start += len(piece) + 1
        else:
            yield surface, start, end


def split_hyphens(surface: str) -> list[str]:
    """A hyphenated surface in its pieces (`Trump-Putin` names two people); any other as it is."""
    return _HYPHENS.split(surface)


def split_all_hyphens(tokens: list[str]) -> list[str]:
    """All tokens in their pieces: the positions that phrases are matched against."""
    return _HYPHENS.sub("\n", "\n".join(tokens)).split("\n") if tokens else []


def fold_surface(surface: str) -> str:
    """A surface without its case, soft hyphens, compatibility forms and abbreviation points."""
    word = surface[:LONGEST_WORD].casefold()
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).replace("\u00ad", "")
    return word.replace(".", "") if not word[0].isdigit() else word


class Lexicon:
    """One language: its stemmer, and how often its words are used in general."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._stemmer = Stemmer.Stemmer(STEMMERS[code]) if code in STEMMERS else None
        self._words = _general_frequencies(code)
        self._countries = {
            self.stem(self.bare(_HYPHENS.sub("", word))): country for word, country in country_words(code)
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
        if not _APOSTROPHES.search(word):
            return word
        parts = _APOSTROPHES.split(word)
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

    def stems(self, surface: str) -> tuple[str, ...]:
        """What a surface counts as: mostly one stem, none for a stop word, several for `London-based`."""
        known = self._remembered.get(surface)
        if known is None:
            if len(self._remembered) >= REMEMBERED_SURFACES:
                self._remembered.clear()
            known = self._remembered[surface] = tuple(self._stems(surface))
        return known

    def _stems(self, surface: str) -> Iterator[str]:
        joined = _HYPHENS.sub("", surface)
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
            return self._countries.get(word) if is_acronym(_APOSTROPHES.split(piece)[0]) else None
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


def is_acronym(surface: str) -> bool:
    """Whether a surface is so short and so capital (US, EU, AI, WHO) that its case tells it from a word."""
    letters = surface.replace(".", "")
    return 2 <= len(letters) <= 3 and letters.isalpha() and letters.isupper()  # noqa: PLR2004


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
    if len(stem) == 4 and stem[:2] in ("19", "20"):  # noqa: PLR2004
        return 3e-4
    return 1e-4 if len(stem) <= 2 else 1e-6  # noqa: PLR2004


def _ukrainian_stem(word: str) -> str:
    return _UKRAINIAN_ENDING.sub("", word)


def guess_language(text: str) -> str:
    """The language whose stop words a text uses most; by its letters when it is written in Cyrillic."""
    words = [fold_surface(token) for token in tokenise_text(text[:4000])]
    if sum(bool(_RUSSIAN_OR_UKRAINIAN_LETTER.match(word)) for word in words) * 2 > len(words):
        return "uk" if any(_UKRAINIAN_LETTERS.search(word) for word in words) else "ru"
    held = Counter(words)
    return max(("en", "de", "fr", "es", "it", "pl", "pt", "nl"), key=lambda code: _stop_share(code, held))


def _stop_share(code: str, words: Counter[str]) -> int:
    return sum(words[stop] for stop in _stop_words(code))


@cache
def _stop_words(code: str) -> tuple[str, ...]:
    return tuple(wordfreq.top_n_list(code, 40, "small"))

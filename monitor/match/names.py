"""The names and numbers of a whole text by their sound, for comparing texts across languages.

Rougher than the sounds of a topic's name (sounds.py): that one must be the same name, these only speak together.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from monitor.match.words import Lexicon, fold_surface, load_lexicon

_LETTERS = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "e", "ж": "s",
        "з": "s", "и": "i", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
        "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "s", "ч": "q", "ш": "s",
        "щ": "s", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "u", "я": "a", "ў": "u", "ђ": "q", "ј": "i",
        "љ": "l", "њ": "n", "ћ": "q", "џ": "q", "ß": "s", "ł": "l", "ø": "o", "đ": "d", "æ": "e", "œ": "e",
    }
)  # fmt: skip
_CYRILLIC = re.compile("[\u0400-\u052f]")
_LATIN_SOUNDS = (
    (re.compile("ck|qu|q"), "k"),
    (re.compile("tsch|tch"), "q"),
    (re.compile("sch|sh|zh|ts|tz|sz|rz"), "s"),
    (re.compile("ch(?=[eiao])|cz"), "q"),
    (re.compile("kh|ch"), "h"),
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("x"), "ks"),
    (re.compile("c(?=[eiy])|z"), "s"),
    (re.compile("c"), "k"),
    (re.compile("w"), "v"),
    (re.compile("[yj]"), "i"),
)
_DOUBLES = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiou]+")
INFLECTING_LANGUAGES = frozenset({"pl", "cs", "lt", "fi", "et", "hu"})
"""Languages in Latin letters that put case endings to names."""

# Not -ов, -ев and -ин, which a stemmer takes for endings and surnames are made with.
_CYRILLIC_ENDING = re.compile(
    "(?<=...)(?:ами|ями|ого|его|ому|ему|ими|ыми|ові|еві|ем|ом|ою|ею|ой|ей|ої|ый|ий|ій|ым|им|ая|яя|ах|ях"
    "|[аяоеуюыиійьї])$"
)


COGNATE_SIGN = "~"
"""What the sound of a word that is no name begins with."""

COGNATE_CONSONANTS = 4
"""Consonants at the beginning of a word that languages share; what follows is each language's own."""

COGNATE_LETTERS = 6
"""Letters of a word that may be shared: shorter ones sound alike by chance."""

TOO_COMMON_A_NAME = 3e-4
"""A capitalised word used this often in general is no name."""


def is_capitalised(token: str) -> bool:
    """Whether a token is written like a name."""
    return token[0].isupper()


def reduce_to_consonants(word: str) -> str:
    """The consonants of a folded word; of its vowels only one that it begins with."""
    latin = _to_rough_latin(word)
    heard = latin[:1] + _DOUBLES.sub(r"\1", _VOWELS.sub("", latin[1:]))
    return heard.removesuffix("s") if len(heard) > 3 else heard  # noqa: PLR2004  (Bruxelles, Paris and Париж)


def heard_names(tokens: Sequence[str], language: str) -> dict[str, list[tuple[str, int]]]:
    """The names and numbers of a text by their sound, each with the stems that sound so and how often."""
    known = load_lexicon(language)
    written_small = {fold_surface(token) for token in tokens if token[0].islower()}
    names: dict[str, list[tuple[str, int]]] = {}
    for token, times in Counter(tokens).items():
        if token[0].isdigit():
            number = fold_surface(token).replace(",", ".")
            if len(number) > 1:
                names.setdefault(number, []).append((number, times))
        elif is_capitalised(token) and known.bare(token) not in written_small:
            word = _without_ending(token, known)
            stem = known.stem(known.bare(token))
            if len(reduce_to_consonants(word)) > 1 and known.frequency(stem) < TOO_COMMON_A_NAME:
                names.setdefault(reduce_to_consonants(word), []).append((stem, times))
    return names


def heard_words(tokens: Sequence[str], language: str) -> dict[str, list[tuple[str, int]]]:
    """The names and numbers of a text by their sound, and with them all words that other languages may share.

    These are countries, in whatever word (`russisch` is heard as `=ru`), and long words that begin alike.
    """
    known = load_lexicon(language)
    countries = {token: country for token in dict.fromkeys(tokens) if (country := known.country(token))}
    words = heard_names([token for token in tokens if token not in countries], language)
    for country, times in Counter(countries[token] for token in tokens if token in countries).items():
        words[country] = [(country, times)]
    for token, times in Counter(tokens).items():
        if token not in countries and (cognate := _cognate_sound(token, known)):
            words.setdefault(cognate, []).append((known.stem(known.bare(token)), times))
    return words


def _cognate_sound(token: str, known: Lexicon) -> str | None:
    """What a long word sounds like at its beginning: Patient, paciente and пациент; None for what is no such word."""
    word = _without_ending(token, known)
    if (
        len(word) < COGNATE_LETTERS
        or not word.isalpha()
        or known.frequency(known.stem(known.bare(token))) >= TOO_COMMON_A_NAME
    ):
        return None
    heard = reduce_to_consonants(word)
    return COGNATE_SIGN + heard[:COGNATE_CONSONANTS] if len(heard) >= COGNATE_CONSONANTS else None


def _without_ending(token: str, known: Lexicon) -> str:
    word = known.bare(token)
    if token.isupper():  # НАТО is not inflected
        return word
    if _CYRILLIC.search(word):
        return _CYRILLIC_ENDING.sub("", word)
    return known.stem(word) if known.code in INFLECTING_LANGUAGES else word


@lru_cache(maxsize=50_000)
def _to_rough_latin(word: str) -> str:
    """A folded word in rough Latin letters, one for each kind of sound."""
    latin = word.translate(_LETTERS)
    if not _CYRILLIC.search(word):
        decomposed = unicodedata.normalize("NFKD", latin)
        latin = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
        for spelled, heard in _LATIN_SOUNDS:
            latin = spelled.sub(heard, latin)
    return _DOUBLES.sub(r"\1", latin)

"""How a topic's name may sound, in any spelling: Lavrov, Лавровым, Lawrow and Ławrowa have a sound in common.

A name sounds like its consonants, with the kind of its first vowel and the number of its vowels; a name of few
consonants like all its letters. Spellings that may stand for two sounds (г for g and h) give both.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

from monitor.match.words import lexicon

LEAST_HEARD = 4
"""A name that sounds shorter than this is too easily taken for another."""

LEAST_STEM = 4
"""Letters that an ending leaves at least."""

Rules = tuple[tuple[re.Pattern[str], str], ...]


def _rules(*pairs: str) -> Rules:
    return tuple((re.compile(spelled), heard) for spelled, heard in (pair.rsplit("=", 1) for pair in pairs))


_CYRILLIC = re.compile("[\u0400-\u052f]")
_FROM_CYRILLIC = _rules("дж|цз=q", "чж|щ=s")
_CYRILLIC_LETTERS = str.maketrans(
    "абвгґдеёєжзиіїйклмнопрстуфхцчшыэюяўђјљњћџ", "abvggdeeessiiiiklmnoprstufhsqsieuauqilnqq", "ъь'’ʼ"
)
_LATIN_LETTERS = str.maketrans({"ß": "s", "ł": "l", "ø": "o", "đ": "d", "æ": "e", "œ": "e", "č": "q", "ć": "q"})

# What each language writes for a sound; q stands for the sound of ч and j in Jordan.
_CH = {"de": "h", "nl": "h", "pl": "h", "cs": "h", "sk": "h", "fr": "s", "pt": "s", "it": "k"}
_J = {"en": "q", "fr": "s", "pt": "s", "es": "h"}
_SOFT_C = frozenset({"pl", "cs", "sk", "hu", "lt"})
_LATIN = _rules(
    "schtsch|chtch|shch|szcz=s",
    "tsch|tch|dsch|dzh|cz=q",
    "sch|sh|sz|zh|rz|ts|tz=s",
    "kh=h",
    "ph=f",
    "th=t",
    "ck(?=i)=sk",
    "ck|qu=k",
    "gu(?=[eiy])=g",
    "x=ks",
    "w=v",
)
_ALL = _rules(
    "z=s",
    "y=i",
    "n[gk](?=[^aeiour]|$)=n",
    "(.)\\1+=\\1",
    "i(?=[aeou])=",
    "h(?![aeiou])=",
)
_SOFTENED_C = re.compile("c(?=[eiy])")
_VOWELS = re.compile("[aeiou]+")
_FINAL_VOWELS = re.compile("(?<=...)[aeiou]+$")

_ENDINGS = {
    "cyrillic": re.compile("(?:ами|ями|ого|его|ому|ему|ими|ыми|ім|ові|еві|ем|єм|ом|ою|ею|им|ым|ах|ях)$"),
    "pl": re.compile("(?:i?ego|i?emu|i?em|im|ym|owi|ach|ami|om)$"),
    "cs": re.compile("(?:eho|emu|em|ym|ovi|ich)$"),
}
"""Case endings with a consonant in them; vowels at the end of a name are not heard anyway."""

_GENITIVE_S = frozenset({"de", "nl", "sv", "da", "no", "nb"})


@lru_cache(maxsize=50_000)
def sounds(token: str, language: str) -> tuple[str, ...]:
    """All that a name may sound like, the likeliest first; nothing when that is too short to tell it apart."""
    heard = [sound for form in _forms(token, language) for word in _latin(form, language) for sound in _heard(word)]
    return tuple(dict.fromkeys(heard))


def _forms(token: str, language: str) -> Iterator[str]:
    """The folded name, and without a case ending where it may have one."""
    word = lexicon(language).bare(token)
    yield word
    if token.isupper():  # НАТО is not inflected
        return
    ending = _ENDINGS.get("cyrillic" if _CYRILLIC.search(word) else language)
    bare = ending.sub("", _flat(word) if language in _ENDINGS else word) if ending else word
    if language in _GENITIVE_S:
        bare = word.removesuffix("s")
    if bare != word and len(bare) >= LEAST_STEM:
        yield bare


def _latin(word: str, language: str) -> Iterator[str]:
    """A folded word in rough Latin letters, one for each kind of sound."""
    if _CYRILLIC.search(word):
        yield _apply(_ALL, _apply(_FROM_CYRILLIC, word).translate(_CYRILLIC_LETTERS))
        if "г" in word:  # Гамбург, Гутерриш
            yield _apply(_ALL, _apply(_FROM_CYRILLIC, word.replace("г", "х")).translate(_CYRILLIC_LETTERS))
        return
    spelled = _flat(word.translate(_LATIN_LETTERS))
    if language in _SOFT_C:  # Donieck, Nawrockiego
        spelled = spelled.replace("ck", "tsk")
    spelled = _apply(_LATIN, spelled)
    if language == "fr":
        spelled = spelled.replace("ou", "u")
    for ch, j, c in _choices(spelled, language):
        yield _apply(_ALL, _SOFTENED_C.sub("s", spelled.replace("ch", ch).replace("j", j)).replace("c", c))


def _choices(spelled: str, language: str) -> Iterator[tuple[str, str, str]]:
    """What ch, j and c may stand for in a word: as the language has it, or as English writes foreign names."""
    sounds_of = {
        "ch": (_CH.get(language, "q"), "q"),
        "j": (_J.get(language, "i"), "i" if language == "en" else "q"),
        "c": ("s" if language in _SOFT_C else "k", "k"),
    }
    ch, j, c = (dict.fromkeys(heard) if letter in spelled else ("",) for letter, heard in sounds_of.items())
    yield from product(ch, j, c)


def _flat(word: str) -> str:
    """A word without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _apply(rules: Rules, word: str) -> str:
    for spelled, heard in rules:
        word = spelled.sub(heard, word)
    return word


def _heard(word: str) -> Iterator[str]:
    """What is kept of a word in rough letters."""
    word = re.sub("ng$", "n", _FINAL_VOWELS.sub("", word))
    vowels = _VOWELS.findall(word)
    skeleton = _VOWELS.sub("", word)
    if len(skeleton) >= LEAST_HEARD and vowels:
        start = word[0] if word[0] in "aeiou" else ""
        for kind in _kinds(vowels[0]):
            yield f"{start}{kind}{len(vowels)}{skeleton}"
    elif len(word) >= LEAST_HEARD:
        yield word


def _kinds(vowels: str) -> str:
    """The kinds of vowel that a group may be heard as: broad (Trump is Трамп), round, narrow."""
    if vowels in ("ei", "ai"):  # Steinmeier is Штайнмайер
        return "AE"
    return "O" if vowels[0] == "o" else "A" if vowels[0] in "au" else "E"

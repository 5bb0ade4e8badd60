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

from monitor.match.words import load_lexicon

LEAST_SOUND_LETTERS = 4
"""A name that sounds shorter than this is too easily taken for another."""

LEAST_STEM = 4
"""Letters that an ending leaves at least."""

SpellingRules = tuple[tuple[re.Pattern[str], str], ...]


def _compile_rules(*pairs: str) -> SpellingRules:
    return tuple((re.compile(spelled), heard) for spelled, heard in (pair.rsplit("=", 1) for pair in pairs))


_CYRILLIC = re.compile("[\u0400-\u052f]")
_CYRILLIC_RULES = _compile_rules("дж|цз=q", "чж|щ=s")
_CYRILLIC_LETTERS = str.maketrans(
    "абвгґдеёєжзиіїйклмнопрстуфхцчшыэюяўђјљњћџ", "abvggdeeessiiiiklmnoprstufhsqsieuauqilnqq", "ъь'’ʼ"
)
_LATIN_LETTERS = str.maketrans({"ß": "s", "ł": "l", "ø": "o", "đ": "d", "æ": "e", "œ": "e", "č": "q", "ć": "q"})

# What each language writes for a sound; q stands for the sound of ч and j in Jordan.
_CH_SOUNDS = {"de": "h", "nl": "h", "pl": "h", "cs": "h", "sk": "h", "fr": "s", "pt": "s", "it": "k"}
_J_SOUNDS = {"en": "q", "fr": "s", "pt": "s", "es": "h"}
_SOFT_C_LANGUAGES = frozenset({"pl", "cs", "sk", "hu", "lt"})
_LATIN_RULES = _compile_rules(
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
_FINAL_RULES = _compile_rules(
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

_CASE_ENDINGS = {
    "cyrillic": re.compile("(?:ами|ями|ого|его|ому|ему|ими|ыми|ім|ові|еві|ем|єм|ом|ою|ею|им|ым|ах|ях)$"),
    "pl": re.compile("(?:i?ego|i?emu|i?em|im|ym|owi|ach|ami|om)$"),
    "cs": re.compile("(?:eho|emu|em|ym|ovi|ich)$"),
}
"""Case endings with a consonant in them; vowels at the end of a name are not heard anyway."""

_GENITIVE_S_LANGUAGES = frozenset({"de", "nl", "sv", "da", "no", "nb"})


@lru_cache(maxsize=50_000)
def sounds_of_name(token: str, language: str) -> tuple[str, ...]:
    """All that a name may sound like, the likeliest first; nothing when that is too short to tell it apart."""
    heard = [
        sound
        for form in _name_forms(token, language)
        for word in _rough_latin_spellings(form, language)
        for sound in _sound_skeletons(word)
    ]
    return tuple(dict.fromkeys(heard))


def _name_forms(token: str, language: str) -> Iterator[str]:
    """The folded name, and without a case ending where it may have one."""
    word = load_lexicon(language).bare(token)
    yield word
    if token.isupper():  # НАТО is not inflected
        return
    ending = _CASE_ENDINGS.get("cyrillic" if _CYRILLIC.search(word) else language)
    bare = ending.sub("", _strip_accents(word) if language in _CASE_ENDINGS else word) if ending else word
    if language in _GENITIVE_S_LANGUAGES:
        bare = word.removesuffix("s")
    if bare != word and len(bare) >= LEAST_STEM:
        yield bare


def _rough_latin_spellings(word: str, language: str) -> Iterator[str]:
    """A folded word in rough Latin letters, one for each kind of sound."""
    if _CYRILLIC.search(word):
        yield _apply_rules(_FINAL_RULES, _apply_rules(_CYRILLIC_RULES, word).translate(_CYRILLIC_LETTERS))
        if "г" in word:  # Гамбург, Гутерриш
            yield _apply_rules(
                _FINAL_RULES, _apply_rules(_CYRILLIC_RULES, word.replace("г", "х")).translate(_CYRILLIC_LETTERS)
            )
        return
    spelled = _strip_accents(word.translate(_LATIN_LETTERS))
    if language in _SOFT_C_LANGUAGES:  # Donieck, Nawrockiego
        spelled = spelled.replace("ck", "tsk")
    spelled = _apply_rules(_LATIN_RULES, spelled)
    if language == "fr":
        spelled = spelled.replace("ou", "u")
    for ch, j, c in _letter_choices(spelled, language):
        yield _apply_rules(
            _FINAL_RULES, _SOFTENED_C.sub("s", spelled.replace("ch", ch).replace("j", j)).replace("c", c)
        )


def _letter_choices(spelled: str, language: str) -> Iterator[tuple[str, str, str]]:
    """What ch, j and c may stand for in a word: as the language has it, or as English writes foreign names."""
    sounds_of = {
        "ch": (_CH_SOUNDS.get(language, "q"), "q"),
        "j": (_J_SOUNDS.get(language, "i"), "i" if language == "en" else "q"),
        "c": ("s" if language in _SOFT_C_LANGUAGES else "k", "k"),
    }
    ch, j, c = (dict.fromkeys(heard) if letter in spelled else ("",) for letter, heard in sounds_of.items())
    yield from product(ch, j, c)


def _strip_accents(word: str) -> str:
    """A word without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _apply_rules(rules: SpellingRules, word: str) -> str:
    for spelled, heard in rules:
        word = spelled.sub(heard, word)
    return word


def _sound_skeletons(word: str) -> Iterator[str]:
    """What is kept of a word in rough letters."""
    word = re.sub("ng$", "n", _FINAL_VOWELS.sub("", word))
    vowels = _VOWELS.findall(word)
    skeleton = _VOWELS.sub("", word)
    if len(skeleton) >= LEAST_SOUND_LETTERS and vowels:
        start = word[0] if word[0] in "aeiou" else ""
        for kind in _vowel_kinds(vowels[0]):
            yield f"{start}{kind}{len(vowels)}{skeleton}"
    elif len(word) >= LEAST_SOUND_LETTERS:
        yield word


def _vowel_kinds(vowels: str) -> str:
    """The kinds of vowel that a group may be heard as: broad (Trump is Трамп), round, narrow."""
    if vowels in ("ei", "ai"):  # Steinmeier is Штайнмайер
        return "AE"
    return "O" if vowels[0] == "o" else "A" if vowels[0] in "au" else "E"

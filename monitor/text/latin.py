"""Names spelled in plain Latin letters, one for each kind of sound.

s stands for every hiss, q for the sounds of ч and of j in Jordan, i also for й, y and j, v also for w.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import product

SpellingRules = tuple[tuple[re.Pattern[str], str], ...]


def _compile_rules(*pairs: str) -> SpellingRules:
    return tuple((re.compile(spelled), heard) for spelled, heard in (pair.rsplit("=", 1) for pair in pairs))


CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")

_CYRILLIC_RULES = _compile_rules("дж|цз=q", "чж|щ=s")
_CYRILLIC_LETTERS = str.maketrans(
    "абвгґдеёєжзиіїйклмнопрстуфхцчшыэюяўђјљњћџ", "abvggdeeessiiiiklmnoprstufhsqsieuauqilnqq", "ъь"
)
_LATIN_LETTERS = str.maketrans("łøđæœčć", "lodeeqq")

# How a language reads what others read as q (ch) or i (j).
_CH_SOUNDS = {"de": "h", "nl": "h", "pl": "h", "cs": "h", "sk": "h", "fr": "s", "pt": "s", "it": "k"}
_J_SOUNDS = {"en": "q", "fr": "s", "pt": "s", "es": "h"}
_SOFT_C_LANGUAGES = frozenset({"pl", "cs", "sk", "hu", "lt"})
# One after the other, so the longer spelling comes first: German, French, English and Polish for щ, then for ч and ш.
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
# For both alphabets, once all letters are Latin: Jinping ends like Цзиньпин, Netanyahu begins like Нетаньяху.
_FINAL_RULES = _compile_rules(
    "z=s",
    "y=i",
    "n[gk](?=[^aeiour]|$)=n",
    "(.)\\1+=\\1",
    "i(?=[aeou])=",
    "h(?![aeiou])=",
)
_SOFTENED_C = re.compile("c(?=[eiy])")


def spell_in_latin(word: str, language: str) -> Iterator[str]:
    """All spellings that a folded word may have, the likeliest first: two where г may be g or h."""
    if CYRILLIC_LETTER.search(word):
        yield _apply_rules(_FINAL_RULES, _apply_rules(_CYRILLIC_RULES, word).translate(_CYRILLIC_LETTERS))
        if "г" in word:  # Гамбург, Гутерриш
            yield _apply_rules(
                _FINAL_RULES, _apply_rules(_CYRILLIC_RULES, word.replace("г", "х")).translate(_CYRILLIC_LETTERS)
            )
        return
    spelled = strip_accents(word.translate(_LATIN_LETTERS))
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


def strip_accents(word: str) -> str:
    """A word without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))


def _apply_rules(rules: SpellingRules, word: str) -> str:
    for spelled, heard in rules:
        word = spelled.sub(heard, word)
    return word

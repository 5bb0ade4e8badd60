"""How names sound, in any spelling: Lavrov, Лавровым, Lawrow and Ławrowa have a sound in common.

A name that is looked for, such as a topic's, sounds like its consonants, with the kind of its first vowel and the
number of its vowels; a name of few consonants like all its letters. Spellings that may stand for two sounds (г for g
and h) give both. Names that only speak together, as all those of two texts do, are compared by consonants alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from monitor.text.latin import CYRILLIC_LETTER, spell_in_latin, strip_accents
from monitor.text.lexicon import load_lexicon

LEAST_SOUND_LETTERS = 4
"""A name that sounds shorter than this is too easily taken for another."""

LEAST_STEM = 4
"""Letters that an ending leaves at least."""

_VOWELS = re.compile("[aeiou]+")
_DOUBLE_LETTERS = re.compile(r"(.)\1+")
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
        for word in spell_in_latin(form, language)
        for sound in _sound_skeletons(word)
    ]
    return tuple(dict.fromkeys(heard))


def _name_forms(token: str, language: str) -> Iterator[str]:
    """The folded name, and without a case ending where it may have one."""
    word = load_lexicon(language).bare(token)
    yield word
    if token.isupper():  # НАТО is not inflected
        return
    ending = _CASE_ENDINGS.get("cyrillic" if CYRILLIC_LETTER.search(word) else language)
    bare = ending.sub("", strip_accents(word) if language in _CASE_ENDINGS else word) if ending else word
    if language in _GENITIVE_S_LANGUAGES:
        bare = word.removesuffix("s")
    if bare != word and len(bare) >= LEAST_STEM:
        yield bare


def _sound_skeletons(word: str) -> Iterator[str]:
    """The kind of a word's first vowel, the number of its vowels, its consonants (`A2lvrv`, Lavrov).

    All its letters where consonants are few. Two where the first vowel may be heard as either of two kinds;
    none for what is too short.
    """
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


@lru_cache(maxsize=50_000)
def reduce_to_consonants(word: str) -> str:
    """The consonants of a folded word; of its vowels only one that it begins with."""
    # Read as English, whatever its language. Of news in seven languages, found by its names from an English seed,
    # this gives a mean average precision of 0.919, and each language's own reading 0.907.
    latin = next(spell_in_latin(word, "en"))
    heard = latin[:1] + _DOUBLE_LETTERS.sub(r"\1", _VOWELS.sub("", latin[1:]))
    return heard.removesuffix("s") if len(heard) > 3 else heard  # noqa: PLR2004  (Bruxelles, Paris and Париж)

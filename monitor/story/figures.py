"""The numbers of a headline or a sentence, each with what it counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.story.wordlists import (
    CARDINALS,
    ENGLISH_ONLY,
    ORDINALS,
    PEOPLE,
    RISING_TO,
    SOMEBODY,
    TENS,
    THOUSANDS,
)
from monitor.text.lexicon import Lexicon
from monitor.text.words import fold_surface, is_year

DEAD_WORDS = re.compile(
    r"dead|death|deaths|die|dies|died|kill|kills|killed|killing|toll|lives|fatal\w*|victims?|bod(?:y|ies)|tote[rn]?"
    r"|todes\w*|opfer\w*|getötet\w*|gestorben|starben|morts?|tué\w*|bilan|décès|muert\w+|погиб\w*|жертв\w*|убит\w*"
    r"|загин\w*"
)
HURT_WORDS = re.compile(r"hurt|injur\w+|wounded|verletz\w*|bless\w+|herid\w+|ранен\w*|пострада\w*|поранен\w*")
DEAD_COUNT, HURT_COUNT = "dead", "hurt"
TOLL_KINDS = frozenset({DEAD_COUNT, HURT_COUNT})
"""Counts that grow while a story goes on."""

TOLL_DISTANCE_WORDS = 4
"""Words between a number and the dead or hurt it counts."""

_WHOLE_NUMBER = re.compile(r"[^\W\d]+|\d{1,3}(?:[.,]\d{3})+|\d+")
_DIGITS = re.compile(r"(?P<number>\d+(?:[.,]\d+)*)(?P<nth>st|nd|rd|th|e|er|ère|ème|º|-?(?:й|я|го|му|м))?")
_SPACED_NUMBER = re.compile(r"\b(\d{1,3})((?:[ \u00a0\u202f]\d{3})+)\b")
_GROUPED_NUMBER = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_NO_SPACES = str.maketrans("", "", " \u00a0\u202f")
_GERMAN_NTH_ENDING = re.compile("(?<=t)e[nrsm]?$")
_GERMAN_NTH = re.compile(r"\b(\d{1,3})\. (?=[A-ZÄÖÜ])")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it stands in a text."""

    value: str
    """In digits, the decimals behind a point: what is compared."""
    counts: str
    """What it counts: `dead`, `hurt`, `nth` (an ordinal), `no …` (it follows a name), else the next word's stem."""
    printed: str
    """As people read it: `61 herds`."""


def join_numbers(text: str, language: str) -> str:
    """A text whose numbers are one word each: `4 500` becomes `4500`, and a German `13. Paket` `13th Paket`."""
    joined = _SPACED_NUMBER.sub(lambda found: found[0].translate(_NO_SPACES), text)
    return _GERMAN_NTH.sub(r"\1th ", joined) if language == "de" else joined


def find_figures(tokens: Sequence[str], lexicon: Lexicon) -> tuple[Figure, ...]:
    """The numbers among a sentence's tokens, in their order."""
    found = [
        (place, number)
        for place, token in enumerate(tokens)
        if (number := _parse_number_token(token, lexicon.code)) and not _is_of_thousands(place, tokens)
    ]
    if not found:
        return ()
    small = [fold_surface(token) for token in tokens]
    return tuple(
        _make_figure(place, number, tokens, small, lexicon) for place, number in found if not _is_age(place, small)
    )


def _make_figure(
    place: int, number: tuple[str, bool], tokens: Sequence[str], small: Sequence[str], lexicon: Lexicon
) -> Figure:
    value, nth = number
    counts = "nth" if nth else _counted_kind(place, tokens, small, lexicon)
    return Figure(value, counts, _printed_figure(tokens[place], counts, tokens[place + 1 : place + 2], lexicon))


def _printed_figure(token: str, counts: str, after: Sequence[str], lexicon: Lexicon) -> str:
    """`61 herds`, `23 dead`, or the bare number where the next word says nothing."""
    if counts in (DEAD_COUNT, HURT_COUNT):
        return f"{token.lower()} {counts}"
    return f"{token} {after[0]}" if after and lexicon.stems(after[0]) else token


def _is_of_thousands(place: int, tokens: Sequence[str]) -> bool:
    """`Eighteen thousand` is neither eighteen nor written as 18,000: it is left out."""
    return tokens[place].isalpha() and place + 1 < len(tokens) and tokens[place + 1].casefold() in THOUSANDS


def _is_age(place: int, small: Sequence[str]) -> bool:
    """`a woman of 34`, `34-year-old`, `aged 34`: who it was, not how many."""
    if "-year" in small[place] or "jährig" in small[place] or small[max(0, place - 1)] == "aged":
        return True
    return place > 1 and small[place - 1] == "of" and small[place - 2] in SOMEBODY


def _counted_kind(place: int, tokens: Sequence[str], small: Sequence[str], lexicon: Lexicon) -> str:
    if kind := _toll_of(place, tokens, small, lexicon):
        return kind
    before = tokens[place - 1] if place else ""
    if before[:1].isupper() and tokens[place].isdigit() and not lexicon.knows(small[place - 1]):
        return f"no {small[place - 1]}"
    following = (stem for token in tokens[place + 1 : place + 3] for stem in lexicon.stems(token))
    return next(following, "")


def _toll_of(place: int, tokens: Sequence[str], small: Sequence[str], lexicon: Lexicon) -> str:
    """Whether the dead or the hurt are counted: `61 dead`, `killed at least five`, `toll rises to 23`."""
    if not _WHOLE_NUMBER.fullmatch(tokens[place]):
        return ""
    after = small[place + 1 : place + 1 + TOLL_DISTANCE_WORDS]
    if kind := _toll_among(after[:2], lexicon.code):
        return kind
    if after and after[0] not in PEOPLE and lexicon.stems(tokens[place + 1]):
        return ""  # it counts something else
    # Behind `rises to` the toll may be named anywhere before; else only a few words away.
    since = 0 if RISING_TO.intersection(small[max(0, place - 3) : place]) else max(0, place - TOLL_DISTANCE_WORDS)
    before = small[since:place][::-1]
    # The nearest toll word before a number decides, but behind `61 people` the one that follows.
    near = [*after, *before] if after[:1] and after[0] in PEOPLE else [*before, *after]
    return _toll_among(near, lexicon.code)


def _toll_among(words: Sequence[str], language: str) -> str:
    kinds = [
        HURT_COUNT if HURT_WORDS.fullmatch(word) else DEAD_COUNT for word in words if _is_toll_word(word, language)
    ]
    if kinds[:2] == [HURT_COUNT, DEAD_COUNT] and len(words) <= 2:  # noqa: PLR2004 - `two wounded die`
        return DEAD_COUNT
    return kinds[0] if kinds else ""


def _is_toll_word(word: str, language: str) -> bool:
    if HURT_WORDS.fullmatch(word):
        return True
    return bool(DEAD_WORDS.fullmatch(word)) and (word not in ENGLISH_ONLY or language == "en")


@lru_cache(maxsize=100_000)
def _parse_number_token(token: str, language: str) -> tuple[str, bool] | None:
    """A token's number and whether it is an ordinal; None for other words, and for years."""
    if token[0].isdigit():
        found = _DIGITS.match(token)
        return (
            (_normalise_number(found["number"]), bool(found["nth"]))
            if found and not is_year(found["number"])
            else None
        )
    word = token.casefold()
    written = _WRITTEN_NUMBERS.get(language, {})
    if language == "de" and word not in written:
        word = _GERMAN_NTH_ENDING.sub("e", word)
    return written.get(word)


def _normalise_number(number: str) -> str:
    """`4,000`, `4.000` and `4000` are one number, and so are `7.2` and `7,2`."""
    if _GROUPED_NUMBER.fullmatch(number):
        return number.replace(",", "").replace(".", "")
    return number.replace(",", ".")


def _number_words() -> dict[str, dict[str, tuple[str, bool]]]:
    table: dict[str, dict[str, tuple[str, bool]]] = {language: {} for language in CARDINALS}
    for words, since, step, nth in ((CARDINALS, 2, 1, False), (TENS, 3, 10, False), (ORDINALS, 2, 1, True)):
        for language, line in words.items():
            table[language] |= {word: (str(number * step), nth) for number, word in enumerate(line.split(), since)}
    return table


_WRITTEN_NUMBERS = _number_words()

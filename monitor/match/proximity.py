"""Terms as people write them: words, phrases, `ceasefir*`, and `Lavrov NEAR/10 ceasefire`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

FARTHEST_WORDS = 100
"""Words that may lie between two phrases; beyond that they have nothing to do with each other."""

LETTERS_BEFORE_STAR = 3
"""Letters before a `*`: fewer begin too many words."""

_LINK_PATTERN = re.compile(r"(?<!\S)(O?)NEAR/(\d{1,9})(?!\S)")
_MEANT_AS_LINK = re.compile(r"(?<!\S)(?:O?NEAR(?:[/\d]\S*)?|(?i:o?near)/\S*)(?!\S)")
_INNER_STAR = re.compile(r"\*+[^\s*]")
_WORD_LETTER = re.compile(r"[^\W_]")

TokenSpan = tuple[int, int]
"""The numbers of a phrase's tokens: first, after last."""


@dataclass(frozen=True, slots=True)
class _Link:
    """How two phrases must stand to each other."""

    words: int
    """At most so many words lie between them."""
    ordered: bool
    """Whether they must come in the order of the term."""


@dataclass(frozen=True, slots=True)
class ParsedTerm:
    """A term taken apart: its phrases, and the links between them; mostly one phrase and no link."""

    phrases: tuple[str, ...]
    links: tuple[_Link, ...] = ()


@lru_cache(maxsize=10_000)
def parse_term(term: str) -> ParsedTerm:
    """Take a term apart. What is malformed counts as words: `problem_of_term` has named it before.

    >>> parse_term("Lavrov NEAR/10 ceasefir*")
    ParsedTerm(phrases=('Lavrov', 'ceasefir*'), links=(_Link(words=10, ordered=False),))
    """
    found = list(_LINK_PATTERN.finditer(term))
    ends = [0, *(link.end() for link in found)]
    starts = [*(link.start() for link in found), len(term)]
    phrases = tuple(term[start:end].strip() for start, end in zip(ends, starts, strict=True))
    if not all(_WORD_LETTER.search(phrase) for phrase in phrases):
        return ParsedTerm((term,))
    return ParsedTerm(phrases, tuple(_Link(int(link[2]), bool(link[1])) for link in found))


def words_of_term(term: str) -> str:
    """A term's words alone, without links and stars."""
    return " ".join(parse_term(term).phrases).replace("*", "")


def problem_of_term(term: str) -> tuple[str, str] | None:
    """What is wrong with a term, and the remedy; None when it can be looked for."""
    if _INNER_STAR.search(term):
        return f"{term!r} has a * inside", "Put it at the end of a word, as in 'ceasefir*'."
    if any("*" in chunk and _count_letters(chunk) < LETTERS_BEFORE_STAR for chunk in term.split()):
        return f"{term!r} begins too many words", f"Write at least {LETTERS_BEFORE_STAR} letters before the *."
    if not _WORD_LETTER.search(_MEANT_AS_LINK.sub(" ", term)):
        return f"{term!r} has no word in it", "Write what articles say."
    return _problem_of_links(term)


def _problem_of_links(term: str) -> tuple[str, str] | None:
    for meant in _MEANT_AS_LINK.finditer(term):
        link = _LINK_PATTERN.fullmatch(meant.group())
        if link is None:
            return f"{term!r} does not say how near", "Write a number of words, as in 'Lavrov NEAR/10 ceasefire'."
        if not 1 <= int(link[2]) <= FARTHEST_WORDS:
            return f"{term!r} is too near or too far", f"Write a number from 1 to {FARTHEST_WORDS}."
    if _LINK_PATTERN.search(term) and not parse_term(term).links:
        return f"{term!r} lacks a word beside NEAR", "Write words on both sides, as in 'Lavrov NEAR/10 ceasefire'."
    return None


def _count_letters(chunk: str) -> int:
    return len(_WORD_LETTER.findall(chunk))


def find_linked_spans(
    links: Sequence[_Link], places: Sequence[Sequence[TokenSpan]], barriers: Sequence[int]
) -> Iterator[list[TokenSpan]]:
    """Where phrases stand as their links want them: for each place of the first, the nearest of the others.

    `places` has, for each phrase, where it stands, in the order of the text. Nothing reaches across a barrier.
    """
    for first in places[0]:
        spans = [first]
        for link, others in zip(links, places[1:], strict=True):
            nearest = _nearest_allowed(link, min(spans)[0], max(end for _, end in spans), others, barriers)
            if nearest is None:
                break
            spans.append(nearest)
        else:
            yield spans


def _nearest_allowed(
    link: _Link, start: int, end: int, others: Sequence[TokenSpan], barriers: Sequence[int]
) -> TokenSpan | None:
    """The nearest of the other places that a link allows from what stands at (start, end)."""
    after = bisect_left(others, (end, 0))
    before = bisect_left(others, (start, 0)) - 1
    while before >= 0 and others[before][1] > start:
        before -= 1
    near: list[tuple[int, TokenSpan]] = []
    if after < len(others) and _is_free(end, others[after][0], barriers):
        near.append((others[after][0] - end, others[after]))
    if not link.ordered and before >= 0 and _is_free(others[before][1], start, barriers):
        near.append((start - others[before][1], others[before]))
    near = [(words, span) for words, span in near if words <= link.words]
    return min(near)[1] if near else None


def _is_free(start: int, end: int, barriers: Sequence[int]) -> bool:
    place = bisect_left(barriers, start)
    return place == len(barriers) or barriers[place] >= end

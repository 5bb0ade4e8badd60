"""Terms as people write them: words, phrases, `ceasefir*`, and `Lavrov NEAR/10 ceasefire`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

FARTHEST = 100
"""Words that may lie between two phrases; beyond that they have nothing to do with each other."""

LEAST_LETTERS = 3
"""Letters before a `*`: fewer begin too many words."""

_LINK = re.compile(r"(?<!\S)(O?)NEAR/(\d{1,9})(?!\S)")
_MEANT_AS_LINK = re.compile(r"(?<!\S)(?:O?NEAR(?:[/\d]\S*)?|(?i:o?near)/\S*)(?!\S)")
_INNER_STAR = re.compile(r"\*+[^\s*]")
_WORD = re.compile(r"[^\W_]")

Span = tuple[int, int]
"""The numbers of a phrase's tokens: first, after last."""


@dataclass(frozen=True, slots=True)
class Link:
    """How two phrases must stand to each other."""

    words: int
    """At most so many words lie between them."""
    ordered: bool
    """Whether they must come in the order of the term."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A term taken apart: its phrases, and the links between them; mostly one phrase and no link."""

    phrases: tuple[str, ...]
    links: tuple[Link, ...] = ()


@lru_cache(maxsize=10_000)
def spell(term: str) -> Spelled:
    """Take a term apart. What is malformed counts as words: `problem_of` has named it before.

    >>> spell("Lavrov NEAR/10 ceasefir*")
    Spelled(phrases=('Lavrov', 'ceasefir*'), links=(Link(words=10, ordered=False),))
    """
    found = list(_LINK.finditer(term))
    ends = [0, *(link.end() for link in found)]
    starts = [*(link.start() for link in found), len(term)]
    phrases = tuple(term[start:end].strip() for start, end in zip(ends, starts, strict=True))
    if not all(_WORD.search(phrase) for phrase in phrases):
        return Spelled((term,))
    return Spelled(phrases, tuple(Link(int(link[2]), bool(link[1])) for link in found))


def words_of(term: str) -> str:
    """A term's words alone, without links and stars."""
    return " ".join(spell(term).phrases).replace("*", "")


def problem_of(term: str) -> tuple[str, str] | None:
    """What is wrong with a term, and the remedy; None when it can be looked for."""
    if _INNER_STAR.search(term):
        return f"{term!r} has a * inside", "Put it at the end of a word, as in 'ceasefir*'."
    if any("*" in chunk and _letters(chunk) < LEAST_LETTERS for chunk in term.split()):
        return f"{term!r} begins too many words", f"Write at least {LEAST_LETTERS} letters before the *."
    if not _WORD.search(_MEANT_AS_LINK.sub(" ", term)):
        return f"{term!r} has no word in it", "Write what articles say."
    return _problem_of_links(term)


def _problem_of_links(term: str) -> tuple[str, str] | None:
    for meant in _MEANT_AS_LINK.finditer(term):
        link = _LINK.fullmatch(meant.group())
        if link is None:
            return f"{term!r} does not say how near", "Write a number of words, as in 'Lavrov NEAR/10 ceasefire'."
        if not 1 <= int(link[2]) <= FARTHEST:
            return f"{term!r} is too near or too far", f"Write a number from 1 to {FARTHEST}."
    if _LINK.search(term) and not spell(term).links:
        return f"{term!r} lacks a word beside NEAR", "Write words on both sides, as in 'Lavrov NEAR/10 ceasefire'."
    return None


def _letters(chunk: str) -> int:
    return len(_WORD.findall(chunk))


def linked(links: Sequence[Link], places: Sequence[Sequence[Span]], barriers: Sequence[int]) -> Iterator[list[Span]]:
    """Where phrases stand as their links want them: for each place of the first, the nearest of the others.

    `places` has, for each phrase, where it stands, in the order of the text. Nothing reaches across a barrier.
    """
    for first in places[0]:
        spans = [first]
        for link, others in zip(links, places[1:], strict=True):
            nearest = _nearest(link, min(spans)[0], max(end for _, end in spans), others, barriers)
            if nearest is None:
                break
            spans.append(nearest)
        else:
            yield spans


def _nearest(link: Link, start: int, end: int, others: Sequence[Span], barriers: Sequence[int]) -> Span | None:
    """The nearest of the other places that a link allows from what stands at (start, end)."""
    after = bisect_left(others, (end, 0))
    before = bisect_left(others, (start, 0)) - 1
    while before >= 0 and others[before][1] > start:
        before -= 1
    near: list[tuple[int, Span]] = []
    if after < len(others) and _is_free(end, others[after][0], barriers):
        near.append((others[after][0] - end, others[after]))
    if not link.ordered and before >= 0 and _is_free(others[before][1], start, barriers):
        near.append((start - others[before][1], others[before]))
    near = [(words, span) for words, span in near if words <= link.words]
    return min(near)[1] if near else None


def _is_free(start: int, end: int, barriers: Sequence[int]) -> bool:
    place = bisect_left(barriers, start)
    return place == len(barriers) or barriers[place] >= end

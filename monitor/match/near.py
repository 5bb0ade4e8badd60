"""Nearness: `Lavrov NEAR/10 ceasefire` is met where both stand with at most ten words between them.

`ONEAR/10` also wants them in this order. The names are those of other media monitors' query languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_OPERATOR = re.compile(r"\s+(O?NEAR)/(\d+)\s+")
_ANY_OPERATOR = re.compile(r"\bO?NEAR\b")
FARTHEST = 100
SHORTEST_STEM = 3
"""Letters that must stand before a `*`."""

Span = tuple[int, int]
"""Tokens from the first to the one after the last."""


@dataclass(frozen=True, slots=True)
class Near:
    """Two words or phrases, and how far apart they may stand."""

    left: str
    right: str
    distance: int
    """Words between them at most."""
    in_order: bool

    def meetings(self, left: Sequence[Span], right: Sequence[Span]) -> Iterator[Span]:
        """The stretches of text in which both stand near each other: for each left one the nearest right one."""
        for one in left:
            reached = [(gap, other) for other in right if (gap := self._gap(one, other)) is not None]
            if reached:
                _, other = min(reached)
                yield min(one[0], other[0]), max(one[1], other[1])

    def _gap(self, one: Span, other: Span) -> int | None:
        """Words between two stretches, if they are few enough and in order; None else."""
        after, before = other[0] - one[1], one[0] - other[1]
        gap = after if after >= 0 else before if not self.in_order else -1
        return gap if 0 <= gap <= self.distance else None


def parse_near(term: str) -> Near | None:
    """A term's nearness; None when it is a plain word or phrase.

    >>> parse_near("Lavrov NEAR/10 ceasefir*")
    Near(left='Lavrov', right='ceasefir*', distance=10, in_order=False)
    """
    parts = _OPERATOR.split(term.strip())
    if len(parts) != 4:  # noqa: PLR2004 - left, operator, distance, right
        return None
    left, operator, distance, right = parts
    return Near(left, right, int(distance), operator == "ONEAR")


def words_of(term: str) -> str:
    """A term without its operators."""
    return _OPERATOR.sub(" ", term)


def trouble_with(term: str) -> str | None:
    """What is wrong with a term, in words for people; None when nothing is."""
    near = parse_near(term)
    if near is None and _ANY_OPERATOR.search(term):
        return "NEAR stands between two words or phrases, as in 'Lavrov NEAR/10 ceasefire'"
    if near and near.distance > FARTHEST:
        return f"NEAR/{near.distance} is farther than {FARTHEST} words"
    for word in words_of(term).split():
        if "*" in word.rstrip("*") or (word.endswith("*") and len(word.rstrip("*")) < SHORTEST_STEM):
            return f"a * stands at the end of a word, after at least {SHORTEST_STEM} letters"
    return None if any(map(str.isalnum, term)) else "it holds no word"

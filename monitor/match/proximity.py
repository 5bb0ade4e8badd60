"""Phrases near each other, as the links of a term want them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from monitor.text.terms import TermLink

TokenSpan = tuple[int, int]
"""The numbers of a phrase's tokens: first, after last."""


def find_linked_spans(
    links: Sequence[TermLink], places: Sequence[Sequence[TokenSpan]], barriers: Sequence[int]
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
    link: TermLink, start: int, end: int, others: Sequence[TokenSpan], barriers: Sequence[int]
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

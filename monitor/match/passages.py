"""The sentences of an article that carried a decision, with the words to mark."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from monitor.match.words import spans
from monitor.model import Passage

MOST = 2
LONGEST = 400
"""Characters after which a sentence is cut at a space."""

WORTH_SHOWING = 0.5
"""A further passage must say at least this share of what the first says."""

TOPIC_BONUS = 10.0
"""What a topic's mention adds to a sentence, in the unit of a word's weight (idf)."""

MARKED_WORDS = 4
"""Where no topic is spoken of, so many of the words in common are marked."""

# A full stop ends a sentence when space and a capital, digit or opening mark follow.
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*+\s++(?=[\"'“‘«(\[]*[^\W_a-zа-яіїєґ])|\n++")

Span = tuple[int, int]
Weigh = Callable[[str], float]
"""What a token has in common with the seed."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A text laid out once for all seeds: where its tokens and its sentences stand."""

    text: str
    tokens: tuple[tuple[str, int, int], ...]
    sentences: tuple[tuple[Span, Span], ...]
    """For each sentence its characters, and the numbers of its tokens (first, after last)."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    passage: Passage
    worth: float
    has_topic: bool


def lay_out(text: str) -> Layout:
    """Find the tokens and sentences of a text."""
    tokens = tuple(spans(text))
    starts = [start for _, start, _ in tokens]
    placed = [
        ((start, end), (bisect_left(starts, start), bisect_left(starts, end))) for start, end in sentences(text)
    ]
    return Layout(text, tokens, tuple(placed))


def passages(layout: Layout, topics: Sequence[Span], weigh: Weigh) -> tuple[Passage, ...]:
    """The best sentences, best first; the first speaks of a topic if any does.

    `topics` are the numbers of the tokens (first, after last) where the seed's topics are mentioned.
    """
    told = [_candidate(layout, chars, numbers, topics, weigh) for chars, numbers in layout.sentences]
    if not told:
        return ()
    first = min(told, key=lambda one: (not one.has_topic, -one.worth, one.passage.start))
    rest = sorted(
        (one for one in told if one is not first and one.worth >= WORTH_SHOWING * first.worth),
        key=lambda one: (-one.worth, one.passage.start),
    )
    return tuple(one.passage for one in [first, *rest][:MOST]) if first.worth > 0 else ()


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, without the space around it; none is longer than `LONGEST`."""
    start = 0
    for found in [*_SENTENCE_END.finditer(text), None]:
        end = found.end() if found else len(text)
        yield from _cut(text, start, end)
        start = end


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start <= LONGEST:
            break
        space = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = space if space > 0 else start + LONGEST
        yield start, cut
        start = cut
    if start < end:
        yield start, end


def _candidate(layout: Layout, chars: Span, numbers: Span, topics: Sequence[Span], weigh: Weigh) -> _Candidate:
    start, end = chars
    here = layout.tokens[slice(*numbers)]
    worths = {token: weigh(token) for token, _, _ in here}
    mentions = [
        (layout.tokens[first][1] - start, layout.tokens[last - 1][2] - start)
        for first, last in topics
        if numbers[0] <= first and last <= numbers[1]
    ]
    marks = _disjoint(mentions or _strongest(here, worths, start))
    worth = sum(worths.values()) + TOPIC_BONUS * len(mentions)
    return _Candidate(Passage(layout.text[start:end], start, marks), worth, bool(mentions))


def _strongest(here: Sequence[tuple[str, int, int]], worths: dict[str, float], offset: int) -> list[tuple[int, int]]:
    shared = sorted((token for token in worths if worths[token] > 0), key=lambda token: -worths[token])
    best = shared[:MARKED_WORDS]
    return [(start - offset, end - offset) for token, start, end in here if token in best]


def _disjoint(marks: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ascending marks, the overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)

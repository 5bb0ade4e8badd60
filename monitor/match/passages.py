"""The sentences of an article that carried a decision, with the words to mark."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.model import Passage
from monitor.text.sentences import find_sentences
from monitor.text.words import locate_tokens

MOST_PASSAGES = 2
LONGEST_SENTENCE = 400
"""Characters after which a sentence is cut at a space."""

WORTH_SHOWING = 0.5
"""A further passage must say at least this share of what the first says."""

TOPIC_BONUS = 10.0
"""What a topic's mention adds to a sentence, in the unit of a word's weight (idf)."""

MARKED_WORDS = 4
"""Where no topic is spoken of, so many of the words in common are marked."""

Span = tuple[int, int]
Worths = Mapping[str, float]
"""Token → what it has in common with the seed; nothing for the others."""


@dataclass(frozen=True, slots=True)
class TextLayout:
    """A text laid out once for all seeds: where its tokens and its sentences stand."""

    text: str
    tokens: tuple[tuple[str, int, int], ...]
    sentences: tuple[tuple[Span, Span], ...]
    """For each sentence its characters, and the numbers of its tokens (first, after last)."""
    holders: Mapping[str, Sequence[int]]
    """Token → the numbers of the sentences that hold it."""


@dataclass(slots=True)
class _SentenceEvidence:
    """What a sentence has to say to a seed."""

    worth: float = 0.0
    mentions: list[Span] = field(default_factory=list)
    """Where in the text its topics stand."""


def lay_out_text(text: str) -> TextLayout:
    """Find the tokens and sentences of a text."""
    tokens = tuple(locate_tokens(text))
    starts = [start for _, start, _ in tokens]
    placed = [
        ((start, end), (bisect_left(starts, start), bisect_left(starts, end)))
        for start, end in find_sentences(text, LONGEST_SENTENCE)
    ]
    holders: dict[str, list[int]] = defaultdict(list)
    for number, (_, (first, last)) in enumerate(placed):
        for token in dict.fromkeys(token for token, _, _ in tokens[first:last]):
            holders[token].append(number)
    return TextLayout(text, tokens, tuple(placed), holders)


def choose_passages(layout: TextLayout, topics: Sequence[Span], worths: Worths) -> tuple[Passage, ...]:
    """The best sentences, best first; the first speaks of a topic if any does.

    `topics` are the numbers of the tokens (first, after last) where the seed's topics are mentioned.
    """
    rated = _rate_sentences(layout, topics, worths)
    if not rated:
        return ()
    first = min(rated, key=lambda number: (not rated[number].mentions, -rated[number].worth, number))
    least = WORTH_SHOWING * rated[first].worth
    rest = [number for number, sentence in rated.items() if number != first and sentence.worth >= least]
    rest.sort(key=lambda number: (-rated[number].worth, number))
    return tuple(
        _make_passage(layout, number, rated[number].mentions, worths) for number in [first, *rest][:MOST_PASSAGES]
    )


def _rate_sentences(layout: TextLayout, topics: Sequence[Span], worths: Worths) -> dict[int, _SentenceEvidence]:
    """The sentences that have something in common with the seed, by their number."""
    rated: dict[int, _SentenceEvidence] = defaultdict(_SentenceEvidence)
    for token, worth in worths.items():
        for number in layout.holders.get(token, ()):
            rated[number].worth += worth
    ends = [last for _, (_, last) in layout.sentences]
    for first, last in topics:
        number = bisect_right(ends, first)
        if number < len(ends) and last <= ends[number]:
            rated[number].mentions.append((layout.tokens[first][1], layout.tokens[last - 1][2]))
            rated[number].worth += TOPIC_BONUS
    return rated


def _make_passage(layout: TextLayout, number: int, mentions: Sequence[Span], worths: Worths) -> Passage:
    (start, end), numbers = layout.sentences[number]
    marks = mentions or _strongest_words(layout.tokens[slice(*numbers)], worths)
    return Passage(
        layout.text[start:end],
        start,
        _join_overlapping_marks([(first - start, last - start) for first, last in marks]),
    )


def _strongest_words(here: Sequence[tuple[str, int, int]], worths: Worths) -> list[Span]:
    shared = sorted({token for token, _, _ in here if token in worths}, key=lambda token: (-worths[token], token))
    best = shared[:MARKED_WORDS]
    return [(start, end) for token, start, end in here if token in best]


def _join_overlapping_marks(marks: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Ascending marks, the overlapping ones joined."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)

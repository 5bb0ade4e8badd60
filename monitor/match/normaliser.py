"""How like each seed the usual news is: what a likeness must be measured against.

A seed in everyday words is somewhat like everything, one full of rare names like nothing. What tells them apart is
the likeness that only one in a hundred of the last articles reaches, hits left out; from that follows a factor that
makes one threshold mean the same for every seed.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from heapq import nlargest

WINDOW_ARTICLES = 2000
"""Articles looked back on."""

TOP_SHARE = 0.01
"""The most alike of past articles: the likeness of the last among them is what a seed is measured by."""

TYPICAL_LIKENESS = 0.09
"""The likeness that one in a hundred articles exceeds, for a seed of the usual kind; chosen, like the next two, on
a stream of dated news summaries."""

TYPICAL_ARTICLES = 200
"""So many articles count as much as what is typical."""

SOFTENING = 0.2
"""Added to both sides, so that no seed is judged by its background alone."""

LARGEST_FACTOR = (TYPICAL_LIKENESS + SOFTENING) / SOFTENING
"""No factor is larger: that of a seed which the usual news is not like at all."""

KEPT_LIKENESS = 0.03
"""A fainter likeness is not remembered, and counts as none."""

RENEWED_AFTER_ARTICLES = 20
"""Articles after which a factor is worked out anew; later, when a twentieth more have passed."""


@dataclass(slots=True)
class _PastLikeness:
    """How like one seed the articles of late were, and the factor that follows from it."""

    likeness: deque[tuple[int, float]] = field(default_factory=deque)
    """(number of the article, likeness), faint ones left out."""
    factor: float = 1.0
    known_at: int = -1
    """How many articles had passed when the factor was worked out; -1: it never was."""


class ScoreNormaliser:
    """The likeness of past articles to each seed, for texts of one kind (short ones, or long ones)."""

    def __init__(self) -> None:
        self._articles = 0
        self._past: dict[int, _PastLikeness] = defaultdict(_PastLikeness)

    def add(self, likeness: Mapping[int, float]) -> None:
        """One more article has passed, with its likeness to the seeds that it was no hit for."""
        self._articles += 1
        for number, alike in likeness.items():
            if alike >= KEPT_LIKENESS:
                self._past[number].likeness.append((self._articles, alike))

    def factor(self, number: int) -> float:
        """By what a likeness to this seed is multiplied: below 1 where the usual news is like it already."""
        past = self._past[number]
        renewed = max(RENEWED_AFTER_ARTICLES, min(self._articles, WINDOW_ARTICLES) // 20)
        if past.known_at < 0 or self._articles - past.known_at >= renewed:
            past.factor = (TYPICAL_LIKENESS + SOFTENING) / (self._exceeded_by_few(past) + SOFTENING)
            past.known_at = self._articles
        return past.factor

    def _exceeded_by_few(self, past: _PastLikeness) -> float:
        """The likeness that `TOP_SHARE` of past articles reach, averaged with the typical one."""
        while past.likeness and past.likeness[0][0] <= self._articles - WINDOW_ARTICLES:
            past.likeness.popleft()
        seen = min(self._articles, WINDOW_ARTICLES)
        few = max(1, round(TOP_SHARE * seen))
        top = nlargest(few, (alike for _, alike in past.likeness))
        exceeded = top[-1] if len(top) == few else 0.0
        return (seen * exceeded + TYPICAL_ARTICLES * TYPICAL_LIKENESS) / (seen + TYPICAL_ARTICLES)

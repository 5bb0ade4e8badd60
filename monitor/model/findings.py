"""What was found: decisions with their evidence, and stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Literal

Relation = Literal["first", "copy", "report"]
"""Of a hit to its story: nobody had it before, the same text again, or another report of the same news."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article's text that carried a decision. Offsets count characters."""

    text: str
    start: int
    """Where it begins in the article's text."""
    marks: tuple[tuple[int, int], ...] = ()
    """The words to highlight, as (start, end) within `text`; ascending, not overlapping."""


@dataclass(frozen=True, slots=True)
class Part:
    """One summand of a score, with its name as people read it."""

    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Article × seed: the score, the parts that sum to it, and the reason in a sentence."""

    seed: str
    score: float
    """In [0, 1]."""
    threshold: float
    hit: bool
    """The score reaches the threshold, every required topic is there, and no excluded one is."""
    reason: str
    parts: tuple[Part, ...] = ()
    topics: tuple[str, ...] = ()
    """Names of the topics found in the article."""
    passages: tuple[Passage, ...] = ()
    """Best first; none for what is far from a hit."""


@dataclass(frozen=True, slots=True)
class Story:
    """Hits of one seed that tell the same news, named by the article that told it first."""

    seed: str
    url: str
    """The first article's address: with the seed, the story's identity."""
    title: str
    source: str
    first_seen: datetime

    @property
    def thread(self) -> str:
        """What all messages about it share."""
        return blake2b(f"{self.seed}\0{self.url}".encode(), digest_size=12).hexdigest()

"""What one reading leads to: its decisions, who is told, the words it teaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.model.alerts import Dispatch, Report
from monitor.model.findings import Decision, Relation, Story


@dataclass(frozen=True, slots=True)
class Promise:
    """An alert and the addresses it goes to."""

    alert: Report
    to: tuple[Dispatch, ...]


@dataclass(frozen=True, slots=True)
class JudgedDecision:
    """A decision and what became of it: who is told, or why nobody is."""

    decision: Decision
    story: Story | None = None
    """For a hit: the story it belongs to."""
    promises: tuple[Promise, ...] = ()
    """At most two: to whom the story is new, and a follow-up to those who know it."""
    silent_because: str | None = None
    """For a hit that alerts nobody, or not everybody: why. For what is no hit, the decision's own reason says it."""
    relation: Relation | None = None
    independent: int = 1
    """Publishers that tell its story on their own by now."""
    is_new_hit: bool = True
    """Of a hit: the article was none of this seed's before. False for one that was, and has been edited since."""

    @property
    def to(self) -> tuple[Dispatch, ...]:
        """Every address that is told."""
        return tuple(dispatch for promise in self.promises for dispatch in promise.to)


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that one reading changes: its decisions, and the words it teaches."""

    decisions: tuple[JudgedDecision, ...] = ()
    learned: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(language, stem) → in how many more articles it has been seen: the increments to save."""
    learned_articles: Mapping[str, int] = field(default_factory=dict)
    """Language → how many more articles have been seen."""
    edited: bool = False
    """The article was judged before, as it was then."""

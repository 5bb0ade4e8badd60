"""Where a hit belongs among the open stories of its seed: a value, with what is needed to say what is new in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.model import Relation, Story
from monitor.story.index import PlacedHit


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a hit belongs: its story, how it relates to it, and who else has it."""

    story: Story
    relation: Relation
    outlets: tuple[str, ...] = ()
    """All sources that have it by now, the earliest first."""
    independent: int = 1
    """Publishers that have it on their own."""
    own: PlacedHit | None = field(default=None, compare=False)
    """The hit itself; None where it is the first of its story."""
    text: int = field(default=0, compare=False)
    """The place in `earlier` of the first hit with the same text; where the hit itself would come if none has it."""
    earlier: tuple[PlacedHit, ...] = field(default=(), compare=False)
    """The hits of the story so far, in their order."""
    texts: tuple[int, ...] = field(default=(), compare=False)
    """For each of these, the place of the first one with the same text."""

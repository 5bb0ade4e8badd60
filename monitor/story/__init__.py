"""Which hits are the same news, who has it, and what each adds. Pure."""

from monitor.story.index import PlacedHit
from monitor.story.news import new_facts
from monitor.story.placement import Placement
from monitor.story.tracker import StoryTracker

__all__ = ["PlacedHit", "Placement", "StoryTracker", "new_facts"]

"""Which hits tell the same news, who has it, and what each adds. Pure."""

from monitor.story.news import new_facts
from monitor.story.newsstand import Newsstand
from monitor.story.placement import Placement
from monitor.story.shelf import Told

__all__ = ["Newsstand", "Placement", "Told", "new_facts"]

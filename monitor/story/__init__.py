"""Which hits tell the same news, who has it, and what each adds. Pure."""

from monitor.story.newsstand import Newsstand, Placement, Tellings, nobody
from monitor.story.shelf import LONGEST, MEMORY, Told

__all__ = ["LONGEST", "MEMORY", "Newsstand", "Placement", "Tellings", "Told", "nobody"]

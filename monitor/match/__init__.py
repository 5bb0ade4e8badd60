"""Seed → profile; article × profile → decision, explained. Pure."""

from monitor.match.background import Background
from monitor.match.complete import complete_seeds
from monitor.match.matcher import DEFAULT_THRESHOLD, NOTED_SHARE, Matcher, index_meanings
from monitor.match.propose import propose_topics

__all__ = [
    "DEFAULT_THRESHOLD",
    "NOTED_SHARE",
    "Background",
    "Matcher",
    "complete_seeds",
    "index_meanings",
    "propose_topics",
]

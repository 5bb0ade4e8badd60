"""Seed → profile; article × profile → decision, explained. Pure."""

from monitor.match.background import Background
from monitor.match.matcher import DEFAULT_THRESHOLD, NOTED_SHARE, Matcher, index_meanings
from monitor.match.propose import propose_topics

__all__ = [
    "DEFAULT_THRESHOLD",
    "NOTED_SHARE",
    "Background",
    "Matcher",
    "index_meanings",
    "propose_topics",
]

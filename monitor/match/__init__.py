"""Seed → profile; article × profile → decision, explained. Pure."""

from monitor.match.background import Background
from monitor.match.matcher import DEFAULT_THRESHOLD, NOTED_SHARE, Matcher, article_language, index_meanings
from monitor.match.propose import propose_topics
from monitor.match.words import guess_language

__all__ = [
    "DEFAULT_THRESHOLD",
    "NOTED_SHARE",
    "Background",
    "Matcher",
    "article_language",
    "guess_language",
    "index_meanings",
    "propose_topics",
]

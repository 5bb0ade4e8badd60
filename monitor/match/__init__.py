"""Seed → profile; article × profile → decision, explained. Pure."""

from monitor.match.background import Background
from monitor.match.matcher import DEFAULT_THRESHOLD, NOTED, Matcher, language_of, meanings_of
from monitor.match.propose import propose_topics
from monitor.match.words import guess_language

__all__ = [
    "DEFAULT_THRESHOLD",
    "NOTED",
    "Background",
    "Matcher",
    "guess_language",
    "language_of",
    "meanings_of",
    "propose_topics",
]

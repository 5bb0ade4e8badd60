"""What a feed lists, before it becomes entries: the common ground of its dialects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model import PollProblem

MOST_ITEMS = 2000
"""What one document may list; the rest is left."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An item as the feed gives it: relative links, HTML and all."""

    guid: str = ""
    link: str = ""
    title: str = ""
    text: str = ""
    """Its full content, else its summary."""
    raw_date: str = ""
    published: datetime | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedListing:
    """A feed's title, language and items."""

    items: tuple[FeedItem, ...]
    title: str | None = None
    language: str | None = None
    problems: tuple[PollProblem, ...] = ()

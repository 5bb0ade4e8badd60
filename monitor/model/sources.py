"""What is read: feeds, their entries, the pages and articles behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Literal

PollOutcome = Literal["new", "unchanged", "same"]
"""`new` (a document was parsed, though maybe no entry in it is new), `unchanged` (304) or `same` (200 with the bytes
of last time)."""

PollProblem = Literal["too_many_items", "truncated"]
"""Of a document that was read in part: it listed too much, or broke off."""

ArticleMethod = Literal["", "trafilatura", "resiliparse", "trafilatura_loose", "jsonld", "feed", "file"]
"""How a text was won: by an extractor, from JSON-LD, or as the feed or a file told it; empty when there is none."""

TextProblem = Literal[
    "blocked", "consent_wall", "list_page", "unrelated", "js_only", "empty", "shorter_than_feed",
    "paywall_stub", "short", "truncated", "disagree",
]  # fmt: skip
"""What is wrong with a page that was read. Why one was not read is the reason of a StageError."""

EntryState = Literal["due", "read", "skipped", "copy"]
"""Of an entry in the archive: a `copy` leads to the page of another one, what is `skipped` is never read."""


@dataclass(frozen=True, slots=True)
class Feed:
    """An RSS, Atom or JSON address we poll, with what the last good poll left behind."""

    id: int
    url: str
    source: str
    language: str | None = None
    interval: timedelta = timedelta(minutes=15)
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    attempts: int = 0
    """Polls that failed since the last good one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An item listed by a feed. `id` is 0 until the archive has given it one."""

    id: int
    feed_id: int
    key: str
    """The item's identity within its feed: guid, else link, else a hash of its words."""
    url: str | None
    """Where its page is: http or https, absolute, without tracking parameters; None when it has none."""
    title: str
    summary: str = ""
    """What the feed itself tells, as plain text: its full content, else its summary."""
    published: datetime | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    source: str = ""
    attempts: int = 0
    """Readings that failed so far."""


@dataclass(frozen=True, slots=True)
class Poll:
    """One look at a feed: what it listed and what to remember for the next look."""

    feed: Feed
    entries: tuple[Entry, ...]
    outcome: PollOutcome
    status: int
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    title: str | None = None
    moved_to: str | None = None
    """Where permanent redirects led, if anywhere."""
    body_bytes: int = 0
    seconds: float = 0.0
    problems: tuple[PollProblem, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """The fetched document of an entry."""

    url: str
    """Its own address, after redirects."""
    body: bytes
    content_type: str = "text/html"
    """The Content-Type header as sent, charset included."""


@dataclass(frozen=True, slots=True)
class Article:
    """The readable text of a page, with its metadata."""

    url: str
    title: str
    text: str
    """Plain text; paragraphs end with a newline."""
    language: str | None = None
    """Two-letter code, as detected in the text."""
    published: datetime | None = None
    authors: tuple[str, ...] = ()
    canonical_url: str | None = None
    method: ArticleMethod = ""
    problems: tuple[str, ...] = ()
    """What is wrong with its text (a TextProblem), and the reasons of what failed on the way to it."""
    meaning: bytes | None = None
    """What it means, as a vector, where the extra `semantic` is switched on."""

    @property
    def identity(self) -> str:
        """Its address; a made-up one where it has none."""
        if self.url:
            return self.url
        words = f"{self.title}\n{self.text}".encode("utf-8", "replace")
        return f"urn:text:{blake2b(words, digest_size=12).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading one entry gave."""

    entry: Entry
    article: Article
    seconds: float = 0.0

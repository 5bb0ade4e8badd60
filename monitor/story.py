"""Whether a hit is the same news as an earlier one.

The newsstand remembers the hits of the last days. What it remembers of one follows from the story, the article
(title, addresses, text) and when it was seen, so the archive can set it up again after a restart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zlib import crc32

from monitor.model import Article, Story

MEMORY = timedelta(hours=72)
"""How long a story stays open."""

COPIED = 0.6
"""Texts that share so much of the shorter one's three-word sequences are copies."""

RELATED = 0.2
"""One publisher's texts under one title that share less than this are instalments: a briefing, a live page."""

FEWEST_SHINGLES = 20
"""A text with fewer three-word sequences than this is too short to tell a copy by."""

SHORTEST_TITLE = 4
"""Titles of fewer words (`Live updates`) name nothing."""

LONGEST_TITLE = 300
"""Characters of a title that are looked at."""

LONGEST_OUTLET = 4
"""Words that an outlet's name behind a title has at most."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_OUTLET = re.compile(r"^(?P<title>.+)\s[-–—|•·]\s(?P<outlet>[^|•·]+)$")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a text can be known by when it comes again, rewritten or cut."""

    addresses: frozenset[str]
    host: str
    title: tuple[str, ...]
    """The title's words, folded, without the outlet's name; empty when it names nothing."""
    numbers: frozenset[str]
    """Those of the title."""
    shingles: frozenset[int]


@dataclass(frozen=True, slots=True)
class Told:
    """A hit that was placed in a story."""

    story: Story
    fingerprint: Fingerprint
    seen: datetime
    alerted: bool = True
    """Whether somebody was told of it: a story that nobody was told of is still news."""

    @classmethod
    def of(cls, story: Story, article: Article, seen: datetime, alerted: bool = True) -> Told:
        """What the newsstand remembers of a hit."""
        return cls(story, fingerprint(article), seen, alerted)


class Newsstand:
    """The stories told of late, seed by seed."""

    def __init__(self, told: Iterable[Told] = ()) -> None:
        self._told: dict[str, list[Told]] = {}
        for one in sorted(told, key=lambda one: one.seen):
            self._told.setdefault(one.story.seed, []).append(one)

    def place(self, seed: str, article: Article, now: datetime) -> Story | None:
        """The open story that a hit of this seed repeats; None when it is news. Of several, the most alike."""
        recent = self._told[seed] = [one for one in self._told.get(seed, ()) if now - one.seen <= MEMORY]
        own = fingerprint(article)
        alike = [(sameness(one.fingerprint, own), one.story) for one in recent]
        best, story = max(alike, key=lambda pair: pair[0], default=(0.0, None))
        return story if best > 0 else None

    def has_told(self, story: Story) -> bool:
        """Whether any hit of a story alerted somebody."""
        return any(one.alerted for one in self._told.get(story.seed, ()) if one.story == story)

    def add(self, story: Story, article: Article, now: datetime, *, alerted: bool = True) -> None:
        """Remember a hit under its story."""
        self._told.setdefault(story.seed, []).append(Told.of(story, article, now, alerted))


def fingerprint(article: Article) -> Fingerprint:
    """What an article can be known by when it comes again."""
    bare_title = _without_outlet(article.title[:LONGEST_TITLE])
    words = tuple(_words(bare_title))
    return Fingerprint(
        addresses=frozenset(filter(None, (_address(article.url), _address(article.canonical_url or "")))),
        host=(urlsplit(article.url).hostname or "").removeprefix("www."),
        title=words if len(words) >= SHORTEST_TITLE else (),
        numbers=frozenset(number.replace(",", ".") for number in _NUMBER.findall(bare_title)),
        shingles=_shingles(_words(article.text)),
    )


def sameness(one: Fingerprint, other: Fingerprint) -> float:
    """How surely two hits tell the same news: 3 the same address, 2 and more the same title, below a copy; else 0."""
    if one.addresses & other.addresses:
        return 3.0
    if one.numbers and other.numbers and not one.numbers & other.numbers:
        return 0.0  # the 12th package is not the 13th
    copied = containment(one.shingles, other.shingles)
    if one.title and one.title == other.title and (one.host != other.host or copied >= RELATED):
        return 2.0 + copied
    return copied if copied >= COPIED else 0.0


def containment(one: frozenset[int], other: frozenset[int]) -> float:
    """How much of the shorter text is in the longer; 0 where it is too short to say."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter >= FEWEST_SHINGLES else 0.0


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _shingles(words: Sequence[str]) -> frozenset[int]:
    # Not hash(): it differs from process to process, and a story must not.
    triples = zip(words, words[1:], words[2:], strict=False)
    return frozenset(crc32(" ".join(triple).encode("utf-8", "replace")) for triple in triples)


def _without_outlet(title: str) -> str:
    """`Truce holds for a second day - Daily Planet` without its last part."""
    found = _OUTLET.match(title)
    if not found or len(found["outlet"].split()) > LONGEST_OUTLET:
        return title
    return found["title"] if len(found["title"].split()) >= SHORTEST_TITLE else title


def _address(url: str) -> str:
    """An address as identity; empty for a front page, which some sites name as every page's canonical address."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    if not path and not parts.query:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{path}?{parts.query}" if parts.query else f"{host}{path}"

"""The sample newsroom's copy desk: invented outlets and the articles we wrote for them.

Each file in `articles/` is one outlet: what it is and how its feed is written at the head, then its
articles, newest first. Outlets, bylines and quoted people are invented; the events are public facts of 2025.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any, Literal

SampleLabel = Literal["subject", "copy", "mention", "other"]
"""What an article is to the shipped seed: news of the subject, the same news told again, a passing mention
or sibling event that should wake nobody, or something else altogether."""

_AGE_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True)
class ArticleSample:
    """An article of the newsroom, with what it is to the shipped seed."""

    slug: str
    source: str
    language: str
    title: str
    summary: str
    paragraphs: tuple[str, ...]
    byline: str
    published: datetime
    label: SampleLabel
    note: str = ""
    """Why the label, where it is not obvious."""
    copy_of: str | None = None
    """Slug of the article whose news it repeats."""
    url: str = ""

    @property
    def is_on_subject(self) -> bool:
        """Whether it tells news of the subject, be it first or again."""
        return self.label in ("subject", "copy")

    @property
    def text(self) -> str:
        """Its body as plain text."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Outlet:
    """An invented publisher: how its feed is written and what it has to tell."""

    slug: str
    name: str
    language: str
    form: Literal["rss", "atom", "rdf", "json"] = "rss"
    encoding: str = "utf-8"
    utc_offset_h: float = 0
    """The zone its feed writes its dates in."""
    guids: bool = True
    full_text: bool = False
    """Whether the feed carries the articles whole."""
    moved_from: str | None = None
    """The old path of its feed, answered by a permanent redirect."""
    trouble: Literal["", "challenge", "dead"] = ""
    """`challenge`: a page for robots instead of the feed; `dead`: nobody listens."""
    articles: tuple[ArticleSample, ...] = field(default=())


def read_outlets(now: datetime) -> tuple[Outlet, ...]:
    """All outlets in order of their file names, their articles aged against `now`."""
    shelf = sorted((files(__package__) / "articles").iterdir(), key=lambda entry: entry.name)
    texts = {entry.name: entry.read_text("utf-8") for entry in shelf if entry.name.endswith(".toml")}
    return tuple(_make_outlet(name.removesuffix(".toml"), tomllib.loads(text), now) for name, text in texts.items())


def _make_outlet(slug: str, told: dict[str, Any], now: datetime) -> Outlet:
    rows = told.pop("articles", [])
    outlet = Outlet(slug, **told)
    return Outlet(slug, **told, articles=tuple(_sample_from_row(outlet, row, now) for row in rows))


def _sample_from_row(outlet: Outlet, row: Mapping[str, Any], now: datetime) -> ArticleSample:
    facts = {name: value for name, value in row.items() if name not in ("body", "age")}
    return ArticleSample(
        source=outlet.name,
        language=outlet.language,
        paragraphs=_body_to_paragraphs(row["body"]),
        published=now.replace(microsecond=0) - _parse_sample_age(row["age"]),
        **facts,
    )


def _body_to_paragraphs(body: str) -> tuple[str, ...]:
    """Paragraphs are parted by an empty line; line breaks within one are for the editor only."""
    return tuple(" ".join(part.split()) for part in body.split("\n\n") if part.strip())


def _parse_sample_age(words: str) -> timedelta:
    """`35m`, `5h` or `3d`."""
    return timedelta(**{_AGE_UNITS[words[-1]]: int(words[:-1])})

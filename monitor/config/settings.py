"""What config/ may say: one frozen dataclass a table. Every key is described in docs/configuration.md."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from monitor.alert.kinds import ChannelTable
from monitor.alert.tables import NonEmptyText, TimingTable
from monitor.config.archive_path import DEFAULT_ARCHIVE_PATH, locate_archive
from monitor.model import Seed

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Weight = Annotated[float, msgspec.Meta(gt=0, le=100)]
Positive = Annotated[int, msgspec.Meta(gt=0)]


@dataclass(frozen=True, slots=True)
class ArchiveTable:
    """`[archive]`: where everything is kept, and where its pages are."""

    path: NonEmptyText = DEFAULT_ARCHIVE_PATH
    url: str | None = "http://127.0.0.1:8001"


@dataclass(frozen=True, slots=True)
class WebTable:
    """`[web]`: how we behave on the net."""

    contact: Annotated[str, msgspec.Meta(pattern=r"^[\x20-\x7e]*$")] = ""
    """Stands in the header User-Agent, where nothing but visible ASCII is safe (RFC 9110, 5.5)."""
    allow_networks: tuple[str, ...] = ()
    timeout: timedelta = timedelta(seconds=30)
    pause: timedelta = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class PollTable:
    """`[poll]`: how often feeds are looked at, and what a feed's first poll may bring."""

    interval: timedelta = timedelta(minutes=15)
    first_max_age: timedelta = timedelta(hours=24)
    first_max_entries: Positive = 20


@dataclass(frozen=True, slots=True)
class MatchTable:
    """`[match]`: from which score on an article is a hit, and whether meanings are compared."""

    threshold: Share | None = None
    semantic: bool = False


@dataclass(frozen=True, slots=True)
class AlertsTable(TimingTable):
    """`[alerts]`: who is told and when, and what is too old to tell at once."""

    channels: tuple[str, ...] = ("console",)
    max_age: timedelta = timedelta(hours=24)
    follow_ups_a_day: Annotated[int, msgspec.Meta(ge=0)] = 3
    routes: tuple[dict[str, object], ...] = ()
    """`[[alerts.routes]]`, each read as a `RouteTable`."""


@dataclass(frozen=True, slots=True)
class RouteTable:
    """`[[alerts.routes]]`: hits that fit every condition go to these channels instead of the usual ones."""

    channels: tuple[str, ...]
    seed: NonEmptyText | None = None
    source: NonEmptyText | None = None
    language: Annotated[str, msgspec.Meta(pattern="^[a-z]{2}$")] | None = None
    min_score: Share = 0.0


@dataclass(frozen=True, slots=True)
class EngineTable:
    """`[engine]`: where polling and reading run."""

    kind: Literal["inline", "processes"] = "processes"
    workers: Positive = 2
    memory_mb: Annotated[int, msgspec.Meta(ge=256)] = 1024


@dataclass(frozen=True, slots=True)
class SeedsTable:
    """`[seeds]`: where the seeds lie, beside config/ unless absolute."""

    folder: NonEmptyText = "seeds"


@dataclass(frozen=True, slots=True)
class FeedTable:
    """One `[[feeds]]` of feeds.toml."""

    url: NonEmptyText
    source: NonEmptyText
    language: str | None = None
    country: str | None = None
    kind: str | None = None
    note: str | None = None
    interval: timedelta | None = None
    family: NonEmptyText | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a run needs to know; checked, unless it comes with a ConfigError."""

    folder: Path
    """Where monitor.toml and feeds.toml are: config/."""
    seeds_folder: Path
    archive: ArchiveTable = ArchiveTable()
    web: WebTable = WebTable()
    poll: PollTable = PollTable()
    match: MatchTable = MatchTable()
    alerts: AlertsTable = AlertsTable()
    engine: EngineTable = EngineTable()
    channels: dict[str, ChannelTable] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict, repr=False)
    """Channel → its secret; `NAME/signing` → the key that it signs with."""
    feeds: tuple[FeedTable, ...] = ()
    seeds: tuple[Seed, ...] = ()
    routes: tuple[RouteTable, ...] = ()

    @property
    def archive_path(self) -> Path:
        """The archive's file."""
        return locate_archive(self.folder, self.archive.path)

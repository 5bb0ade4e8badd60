"""When hits are told: the keys that `[alerts]`, a channel and a seed's head share; see docs/configuration.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from monitor.config.mistakes import Mistake
from monitor.config.tables import Word
from monitor.model import Wishes

_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
Clock = Annotated[str, msgspec.Meta(pattern=f"^{_CLOCK}$", description="a time such as 08:00")]
Hours = Annotated[str, msgspec.Meta(pattern=f"^{_CLOCK}-{_CLOCK}$", description="hours such as 22:00-07:00")]


@dataclass(frozen=True, slots=True, kw_only=True)
class WishesTable:
    """When hits are told, as far as this table says; what it leaves out, the more general one says."""

    when: Literal["instant", "hourly", "daily"] | None = None
    at: Clock | None = None
    timezone: Word | None = None
    quiet: Hours | None = None
    min_score: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    cap_per_hour: Annotated[int, msgspec.Meta(gt=0)] | None = None


def wishes_of(table: WishesTable, *, urgent: bool | None = None) -> Wishes:
    """A checked table as the policy takes it."""
    return Wishes(
        when=table.when,
        at=_clock(table.at) if table.at else None,
        zone=_zone(table.timezone) if table.timezone else None,
        quiet=_hours(table.quiet) if table.quiet else None,
        min_score=table.min_score,
        cap_per_hour=table.cap_per_hour,
        urgent=urgent,
    )


def wishes_mistakes(file: str, prefix: str, table: WishesTable) -> Iterator[Mistake]:
    """What is wrong with wishes whose every key is right."""
    before = f"{prefix}." if prefix else ""
    if table.timezone and _zone(table.timezone) is None:
        close = get_close_matches(table.timezone, available_timezones(), n=1)
        remedy = f"Did you mean {close[0]!r}?" if close else 'Use a name such as "Europe/Berlin".'
        yield Mistake(file, f"{before}timezone", f"unknown time zone {table.timezone!r}", remedy)
    if table.at and table.when in ("instant", "hourly"):
        yield Mistake(file, f"{before}at", f"means nothing beside when = {table.when!r}", 'Set when = "daily".')
    if table.quiet and len(set(table.quiet.split("-"))) == 1:
        yield Mistake(file, f"{before}quiet", "begins when it ends", 'Write "22:00-07:00", or leave it out.')


def _clock(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def _hours(text: str) -> tuple[time, time]:
    start, end = text.split("-")
    return _clock(start), _clock(end)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None

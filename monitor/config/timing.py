"""When hits are told: the keys that `[alerts]`, a channel and a seed's head share; see docs/configuration.md."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from monitor.config.mistakes import Place
from monitor.config.tables import NonEmptyText
from monitor.model import AlertFrequency, AlertTiming

_CLOCK_PATTERN = r"([01][0-9]|2[0-3]):[0-5][0-9]"
ClockTime = Annotated[str, msgspec.Meta(pattern=f"^{_CLOCK_PATTERN}$", description="a time such as 08:00")]
ClockHours = Annotated[
    str, msgspec.Meta(pattern=f"^{_CLOCK_PATTERN}-{_CLOCK_PATTERN}$", description="hours such as 22:00-07:00")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimingTable:
    """When hits are told, as far as this table says; what it leaves out, the more general one says."""

    when: AlertFrequency | None = None
    at: ClockTime | None = None
    timezone: NonEmptyText | None = None
    quiet: ClockHours | None = None
    min_score: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    cap_per_hour: Annotated[int, msgspec.Meta(gt=0)] | None = None


def timing_from_table(table: TimingTable, *, urgent: bool | None = None) -> AlertTiming:
    """A checked table as the policy takes it."""
    return AlertTiming(
        when=table.when,
        at=_parse_time_of_day(table.at) if table.at else None,
        zone=_zone_by_name(table.timezone) if table.timezone else None,
        quiet=_parse_quiet_hours(table.quiet) if table.quiet else None,
        min_score=table.min_score,
        cap_per_hour=table.cap_per_hour,
        urgent=urgent,
    )


def check_timing(table: TimingTable, at: Place) -> None:
    """What is wrong with a timing whose every key is right."""
    if table.timezone and _zone_by_name(table.timezone) is None:
        close = get_close_matches(table.timezone, available_timezones(), n=1)
        remedy = f"Did you mean {close[0]!r}?" if close else 'Use a name such as "Europe/Berlin".'
        at.add("timezone", f"unknown time zone {table.timezone!r}", remedy)
    if table.at and table.when in ("instant", "hourly"):
        at.add("at", f"means nothing beside when = {table.when!r}", 'Set when = "daily".')
    if table.quiet and len(set(table.quiet.split("-"))) == 1:
        at.add("quiet", "begins when it ends", 'Write "22:00-07:00", or leave it out.')


def _parse_time_of_day(text: str) -> time:
    hour, minute = text.split(":")
    return time(int(hour), int(minute))


def _parse_quiet_hours(text: str) -> tuple[time, time]:
    start, end = text.split("-")
    return _parse_time_of_day(start), _parse_time_of_day(end)


def _zone_by_name(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None

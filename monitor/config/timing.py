"""When hits are told: what `[alerts]`, a channel and a seed's head say of it, checked, and as the policy takes it."""

from __future__ import annotations

from datetime import time
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from monitor.alert.tables import TimingTable
from monitor.config.mistakes import Place
from monitor.model import AlertTiming


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
    """Add what the types of a timing's keys let pass: an unknown zone, and keys that contradict each other."""
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
    # ValueError for a name that leaves the folder of zones (`../x`), OSError for a folder in it (`Europe`).
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None

"""When next: intervals, backoff, give-up times. Pure; every function takes `now`.

A schedule's only randomness is `spread`, a hash of the item's name, so that the same archive gives the
same times.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import blake2b

SHORTEST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)
LONGEST_OBEYED = timedelta(hours=24)
"""No server may make us wait longer than this by Retry-After."""

FIRST_RESEND = timedelta(seconds=30)
LONGEST_RESEND = timedelta(hours=1)
GIVE_UP_SENDING = timedelta(hours=72)


def spread(name: str) -> float:
    """A fixed number in [0, 1) for a name: it spreads the due times of many items."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest()) / 2**32


def first_due(now: datetime, name: str, within: timedelta) -> datetime:
    """When a new item is due for the first time: at its own place within the interval."""
    return now + within * spread(name)


def next_poll(now: datetime, interval: timedelta, name: str) -> datetime:
    """The next look after a good one: one interval on, shifted by up to ±10 % so that feeds drift apart."""
    return now + interval * (0.9 + 0.2 * spread(f"{name} {now:%Y%m%d%H%M}"))


def backoff(
    now: datetime,
    attempts: int,
    retry_after: timedelta | None = None,
    *,
    shortest: timedelta = SHORTEST_RETRY,
    longest: timedelta = LONGEST_RETRY,
) -> datetime:
    """When to try again after `attempts` failures: doubling, never sooner than the server asks.

    >>> from datetime import UTC
    >>> noon = datetime(2025, 11, 3, 12, tzinfo=UTC)
    >>> backoff(noon, 1) - noon, backoff(noon, 3) - noon
    (datetime.timedelta(seconds=300), datetime.timedelta(seconds=1200))
    """
    doublings = min(max(attempts - 1, 0), 20)
    wait = min(shortest * (1 << doublings), longest)
    asked = min(retry_after or timedelta(), LONGEST_OBEYED)
    return now + max(wait, asked)


def resend(now: datetime, attempts: int, retry_after: timedelta | None = None) -> datetime:
    """When to try a delivery again: from 30 seconds, doubling to one hour, never sooner than asked."""
    return backoff(now, attempts, retry_after, shortest=FIRST_RESEND, longest=LONGEST_RESEND)


def is_too_late(now: datetime, first_tried: datetime | None) -> bool:
    """Whether a delivery has been tried for so long that it is given up (and told so)."""
    return first_tried is not None and now - first_tried > GIVE_UP_SENDING


def is_old_news(now: datetime, published: datetime | None, first_seen: datetime, max_age: timedelta) -> bool:
    """Whether an article is too old to wake anybody: by its own date, else by when we first saw it."""
    return now - (published or first_seen) > max_age


def next_at(now: datetime, at: time, zone: tzinfo) -> datetime:
    """The next moment at which the clocks of a zone show a time of day, in UTC.

    A time that the change to summer time leaves out is taken as an hour later; of one that comes twice, the first.

    >>> from zoneinfo import ZoneInfo
    >>> next_at(datetime(2025, 11, 3, 12, tzinfo=UTC), time(8), ZoneInfo("Europe/Berlin"))
    datetime.datetime(2025, 11, 4, 7, 0, tzinfo=datetime.timezone.utc)
    """
    day = now.astimezone(zone).date()
    for ahead in (0, 1, 2):
        moment = _moment(day + timedelta(days=ahead), at, zone)
        if moment > now:
            return moment
    raise AssertionError("every zone shows every time of day within two days")


def next_hour(now: datetime, zone: tzinfo) -> datetime:
    """The next full hour on the clocks of a zone, in UTC."""
    local = now.astimezone(zone)
    return now + timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second)


def quiet_until(now: datetime, quiet: tuple[time, time], zone: tzinfo) -> datetime | None:
    """When the quiet hours end that it is in; None when it is in none.

    They last until the clocks are past their end for good: where it comes twice, until the second time.
    """
    start, end = quiet
    today = now.astimezone(zone).date()
    ends = (
        _last_moment(day + timedelta(days=1) if end <= start else day, end, zone)
        for day in (today - timedelta(days=1), today)
        if _moment(day, start, zone) <= now
    )
    return max((moment for moment in ends if moment > now), default=None)


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _last_moment(day: date, at: time, zone: tzinfo) -> datetime:
    return max(_moment(day, at, zone), _moment(day, at.replace(fold=1), zone))

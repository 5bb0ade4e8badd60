"""When next: intervals, backoff, give-up times. Pure; every function takes `now`.

A schedule's only randomness is `spread`, a hash of the item's name, so that the same archive gives the
same times.
"""

from __future__ import annotations

from datetime import datetime, timedelta
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

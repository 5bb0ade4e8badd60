"""When next: every interval, deadline and number of tries of the program, by what it means. Pure: `now` is given.

A schedule's only randomness is `spread_of_name`, a hash of the item's name, so that the same archive gives the
same times.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from hashlib import blake2b

DAY = timedelta(hours=24)

# Feeds

SHORTEST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)
"""Of feeds and entries; doubling from the shortest."""
RETRY_AFTER_OBEYED = timedelta(hours=24)
"""No server may make us wait longer than this by Retry-After (RFC 9110, 10.2.3)."""
POLLS_BEFORE_DAILY = 30
"""After so many failures in a row a feed is looked at once a day: it is never given up."""
DAILY_RETRY = timedelta(hours=24)
GONE_RETRY = timedelta(days=7)
"""A feed that is gone for good, by its server's word (410: RFC 9110, 15.5.11): some come back."""
POISON_RETRY = timedelta(hours=24)
"""A feed whose document killed two workers: it may list something else by then."""
LANE_LEASE = timedelta(minutes=10)
"""A lane whose batch never came back is free again; longer than a batch takes that does not kill its workers."""

FEED_DATE_TOLERANCE = timedelta(hours=1)
"""A date further in the future is a mistake of its feed. Of some 196,000, 88 lay more than ten minutes ahead."""

# Fetches

FETCH_DEADLINE_S = 30.0
"""The longest one fetch may take, redirects and body included, unless the settings say otherwise."""
CONNECT_DEADLINE_S = 10.0
LONGEST_RETRY_AFTER = timedelta(days=366)
"""A longer Retry-After is read as this: a date so far on might be none any more. RETRY_AFTER_OBEYED is less."""

# Entries and their pages

PAGE_DEADLINE_S = 20.0
PAGE_DATE_TOLERANCE = timedelta(days=1)
"""How far ahead a page's date is believed: its clock may be wrong, or its time zone missing."""
READINGS_BEFORE_FEED_TEXT = 3
"""After so many failures an entry is judged by what its feed told of it."""
READINGS_BEFORE_SKIPPED = 8
"""An entry that fails so often, with its feed's own words, too, meets a bug of ours: ten hours are enough."""
EDITED_REREAD_FOR = timedelta(hours=72)
"""For so long a page is read again when its feed gives it another title."""
REREADINGS_OF_EDITED = 24
"""Titles of one entry that are taken in: some change at every poll."""

# Stories

STORY_OPEN_AFTER_LAST = timedelta(hours=72)
"""How long a story stays open after its last hit."""
STORY_OPEN_AFTER_FIRST = timedelta(days=7)
"""How long it stays open after its first: what goes on for longer is news again."""
LIKENESS_FADES_IN = timedelta(hours=60)
"""After so long, two hits' likeness counts for about a third (1/e)."""

# Alerts

CATCH_UP_WAIT = timedelta(minutes=15)
"""What is too old to alert is told in one digest, when for so long no more of it has come."""
LONGEST_CATCH_UP = timedelta(hours=2)
"""However much old news comes, the first of it waits no longer for the rest."""
DAILY_DIGEST_AT = time(8)
"""When a daily digest is due in its reader's zone, where nobody has said."""
CAP_SPAN = timedelta(hours=1)
"""What a cap counts in."""
DIGEST_FLOOD = 20
"""More alerts than this that wait for one recipient become one digest."""

# Deliveries and channels

DELIVERY_LEASE = timedelta(minutes=2)
"""Longer than any channel's own deadline: after that, a delivery without an answer is in doubt."""
QUICK_CHANNEL_S = 20.0
"""Deadline of a channel that is one HTTP request."""
SLOW_CHANNEL_S = 60.0
"""Deadline of SMTP, where servers delay strangers on purpose, and of Apprise, which does not say what it does."""
SMTP_GREETING_S = 20
"""How long a mail server may take to greet."""
SMTP_FAREWELL_S = 2
"""How long it may take to say goodbye, once the mail is taken."""
FIRST_RESEND = timedelta(seconds=30)
LONGEST_RESEND = timedelta(hours=1)
"""Of one delivery; doubling from the first."""
GIVE_UP_SENDING = timedelta(hours=72)
"""After so long a delivery is given up, unless its channel takes nothing at all."""
SENDINGS_BEFORE_DOWN = 5
"""After so many tries of one message (that is eight minutes), and nothing else got through, a channel is down."""
FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)
"""Of a channel that is down; doubling from the first."""
PAUSE_IF_LIMITED = timedelta(seconds=30)
"""For who is asked too often and does not say how long to wait: nothing else shall go there meanwhile."""
OUTAGE_THAT_RENEWS = timedelta(hours=24)
"""After a channel's outage longer than this, what waited for it has all of its time again."""

# The daemon and its workers

TICK_S = 2
"""Every step that is not busy looks for due work so often."""
BEAT_S = 5
WATCH_S = 5
"""Changed settings are noticed so soon."""
CHECKPOINT_S = 3600
STOP_GRACE_S = 6
"""How long steps in hand may take to finish when the daemon stops; Docker kills after ten seconds."""
ONCE_SLEEPS_S = (0.01, 60.0)
"""At least and at most, when a single run waits for lanes that rest."""
DAEMON_SILENT = timedelta(seconds=60)
"""A daemon that beats every few seconds and has been silent for so long is hung or gone."""
STEP_STUCK = timedelta(minutes=5)
"""A step that neither finished nor saved one outcome for so long is stuck."""
LOCKED_WAIT_S = 30
"""How long a write waits for another process that is writing the archive."""
BATCH_BEGINS_S = 20.0
"""For so long a batch begins items; what is left is a batch of its own."""
ITEM_S = 60.0
"""How long one item may take: fetching and parsing."""
ITEM_STUCK_S = 20.0
"""How long one item may hold the processor without letting its neighbours go on."""
WORKER_GRACE_S = 20.0
"""How much later than the worker's own alarm we end it: for a slow start, and for a process that was stopped."""
WORKER_CHECK_S = 0.5
WORKER_STARTS = 10
"""Workers that may end before they begin one job, until we say that workers cannot live here."""


def spread_of_name(name: str) -> float:
    """A fixed number in [0, 1) for a name: it spreads the due times of many items."""
    return int.from_bytes(blake2b(name.encode(), digest_size=4).digest()) / 2**32


def next_poll(now: datetime, interval: timedelta, name: str) -> datetime:
    """The next look after a good one: one interval on, shifted by up to ±10 % so that feeds drift apart."""
    return now + interval * (0.9 + 0.2 * spread_of_name(f"{name} {now:%Y%m%d%H%M}"))


def next_retry(
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
    >>> next_retry(noon, 1) - noon, next_retry(noon, 3) - noon
    (datetime.timedelta(seconds=300), datetime.timedelta(seconds=1200))
    """
    # Bounded, since a feed is never given up and timedelta overflows at the 39th doubling of five minutes.
    doublings = min(max(attempts - 1, 0), 20)
    wait = min(shortest * (1 << doublings), longest)
    asked = min(retry_after or timedelta(), RETRY_AFTER_OBEYED)
    return now + max(wait, asked)


def next_resend(now: datetime, attempts: int, retry_after: timedelta | None = None) -> datetime:
    """When to try a delivery again: from 30 seconds, doubling to one hour, never sooner than asked."""
    return next_retry(now, attempts, retry_after, shortest=FIRST_RESEND, longest=LONGEST_RESEND)


def is_too_late_to_send(now: datetime, first_tried: datetime | None) -> bool:
    """Whether a delivery has been tried for so long that it is given up (and told so)."""
    return first_tried is not None and now - first_tried > GIVE_UP_SENDING


def is_old_news(now: datetime, published: datetime | None, first_seen: datetime, max_age: timedelta) -> bool:
    """Whether an article is too old to wake anybody: by its own date, else by when we first saw it."""
    return now - (published or first_seen) > max_age


def next_time_of_day(now: datetime, at: time, zone: tzinfo) -> datetime:
    """The next moment at which the clocks of a zone show a time of day, in UTC.

    A time that the change to summer time leaves out is taken as an hour later; of one that comes twice, the first.

    >>> from zoneinfo import ZoneInfo
    >>> next_time_of_day(datetime(2025, 11, 3, 12, tzinfo=UTC), time(8), ZoneInfo("Europe/Berlin"))
    datetime.datetime(2025, 11, 4, 7, 0, tzinfo=datetime.timezone.utc)
    """
    day = now.astimezone(zone).date()
    for ahead in (0, 1, 2):
        moment = _utc_moment(day + timedelta(days=ahead), at, zone)
        if moment > now:
            return moment
    raise AssertionError("every zone shows every time of day within two days")


def next_full_hour(now: datetime, zone: tzinfo) -> datetime:
    """The next full hour on the clocks of a zone, in UTC."""
    local = now.astimezone(zone)
    return now + timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second)


def quiet_until(now: datetime, quiet: tuple[time, time], zone: tzinfo) -> datetime | None:
    """When the quiet hours that `now` lies in end; None when it lies in none.

    They last until the clocks are past their end for good: where it comes twice, until the second time.
    """
    start, end = quiet
    today = now.astimezone(zone).date()
    ends = (
        _last_utc_moment(day + timedelta(days=1) if end <= start else day, end, zone)
        for day in (today - timedelta(days=1), today)
        if _utc_moment(day, start, zone) <= now
    )
    return max((moment for moment in ends if moment > now), default=None)


def _utc_moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _last_utc_moment(day: date, at: time, zone: tzinfo) -> datetime:
    return max(_utc_moment(day, at, zone), _utc_moment(day, at.replace(fold=1), zone))

"""Channels in trouble: they rest, are tried again by themselves, and another channel is told of it, once."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.archive.promises import add_alert
from monitor.archive.times import from_text, to_text
from monitor.model import Alert, Delivery, Dispatch, Failure, Notice
from monitor.pace import backoff

DOUBTFUL = ("timeout", "connection_lost")
"""After these the other side may have taken the message and only its answer is missing."""

FIRST_REST = timedelta(minutes=1)
LONGEST_REST = timedelta(hours=1)
DAY = timedelta(hours=24)

log = logging.getLogger(__name__)

# Named, because without statistics SQLite takes the index of states, and walks through every row.
NEXT_NAME = """select min(channel) from deliveries indexed by deliveries_next
  where state in ('pending', 'sending') and digest = 0"""


def resting(conn: sqlite3.Connection, now: datetime) -> set[str]:
    """The channels that are to be left alone for now."""
    rows = conn.execute("select channel from channels where not_before > ?", (to_text(now),))
    return {channel for (channel,) in rows}


def down(conn: sqlite3.Connection) -> set[str]:
    """The channels that take no alerts."""
    return {channel for (channel,) in conn.execute("select channel from channels where down_since is not null")}


def waiting(conn: sqlite3.Connection) -> list[str]:
    """The channels that something waits for; one look-up each, however much it is."""
    rows = conn.execute(
        f"""with recursive names(name) as (
              select ({NEXT_NAME} and channel > '')
              union all select ({NEXT_NAME} and channel > names.name) from names where name is not null)
            select name from names where name is not null"""  # noqa: S608 - a constant
    )
    return [name for (name,) in rows]


def rest(conn: sqlite3.Connection, channel: str, until: datetime) -> None:
    """Leave a channel alone until a moment, because it asked for it."""
    conn.execute(
        """insert into channels (channel, not_before) values (?, ?)
           on conflict do update set not_before = max(coalesce(not_before, ''), excluded.not_before)""",
        (channel, to_text(until)),
    )


def broken(
    conn: sqlite3.Connection, failure: Failure[Delivery], now: datetime, others: Sequence[Dispatch]
) -> datetime:
    """A channel refuses everything: it rests, longer each time; the first time, another channel is told."""
    channel = failure.item.channel
    row = conn.execute("select attempts, down_since from channels where channel = ?", (channel,)).fetchone()
    attempts = (row["attempts"] if row else 0) + 1
    until = backoff(now, attempts, failure.retry_after, shortest=FIRST_REST, longest=LONGEST_REST)
    since = (row["down_since"] if row else None) or to_text(now)
    conn.execute(
        """insert into channels (channel, down_since, problem, problem_detail, attempts, not_before)
           values (?, ?, ?, ?, ?, ?)
           on conflict do update set down_since = excluded.down_since, problem = excluded.problem,
             problem_detail = excluded.problem_detail, attempts = excluded.attempts,
             not_before = excluded.not_before""",
        (channel, since, failure.reason, failure.detail or None, attempts, to_text(until)),
    )
    if row is None or row["down_since"] is None:
        log.error(
            "channel %s takes no alerts: %s; they wait, and it is tried again by itself", channel, failure.reason
        )
    notice = Notice(
        f"Channel {channel} takes no alerts: {failure.reason}",
        f"{failure.detail + '. ' if failure.detail else ''}Its alerts wait, and it is tried again by itself at least "
        f"once an hour. When it is mended, `monitor alerts retry --channel {channel}` tries at once.",
        now,
    )
    tell_others(conn, failure.item.alert, notice, f"down/{channel}/{since}", now, others)
    return until


def mended(conn: sqlite3.Connection, channel: str, now: datetime, others: Sequence[Dispatch]) -> None:
    """A channel took a message: whatever was wrong with it is over, and whoever was told of that is told so."""
    row = conn.execute("select down_since from channels where channel = ?", (channel,)).fetchone()
    if row is None:
        return
    conn.execute("delete from channels where channel = ?", (channel,))
    if row["down_since"]:
        _forgive(conn, channel, from_text(row["down_since"]), now)
        log.info("channel %s works again; it took no alerts since %s", channel, row["down_since"])
        notice = Notice(
            f"Channel {channel} works again", f"It took no alerts since {row['down_since']}. They follow now.", now
        )
        tell_others(conn, None, notice, f"up/{channel}/{row['down_since']}", now, others)


def _forgive(conn: sqlite3.Connection, channel: str, since: datetime, now: datetime) -> None:
    """After a long outage, what could not be sent meanwhile is as good as new: one more hiccup must not kill it.

    After a short one not: it may be one message that nothing takes, beside others that get through.
    """
    if now - since > DAY:
        conn.execute(
            "update deliveries set first_tried_at = null, attempts = 0 where channel = ? and state = 'pending'",
            (channel,),
        )


def given_up(conn: sqlite3.Connection, failure: Failure[Delivery], now: datetime, others: Sequence[Dispatch]) -> None:
    """A delivery will not be tried again: another channel is told, once an hour for the same trouble."""
    delivery = failure.item
    whom = f"{delivery.channel} to {delivery.recipient}" if delivery.recipient else delivery.channel
    notice = Notice(
        f"Alerts by {whom} are given up: {failure.reason}",
        f"{failure.detail + '. ' if failure.detail else ''}The first was “{delivery.alert.title}”. "
        "`monitor alerts dead` lists them, `monitor alerts retry` sends them after all.",
        now,
    )
    key = f"dead/{delivery.channel}/{delivery.recipient}/{failure.reason}/{now:%Y%m%d%H}"
    tell_others(conn, delivery.alert, notice, key, now, others)


def tell_others(
    conn: sqlite3.Connection,
    about: Alert | None,
    notice: Notice,
    key: str,
    now: datetime,
    others: Sequence[Dispatch],
) -> None:
    """Tell the first channel that is not in trouble itself; where all are, it waits with the first.

    A notice that fails makes no notice.
    """
    if not others or (about and isinstance(about, Notice)):
        return
    broken_too = down(conn)
    channel = next((one.channel for one in others if one.channel not in broken_too), others[0].channel)
    add_alert(conn, notice, [one for one in others if one.channel == channel], key, now)


def troubles(conn: sqlite3.Connection, now: datetime) -> tuple[str, ...]:
    """What keeps alerts from being told, each in a line: broken channels, and what was given up of late."""
    broken_ones = conn.execute(
        "select channel, problem, down_since from channels where down_since is not null order by 3"
    ).fetchall()
    (dead,) = conn.execute(
        "select count(*) from deliveries where state = 'dead' and due_at > ?", (to_text(now - DAY),)
    ).fetchone()
    lines = [f"channel {channel} takes no alerts since {since}: {problem}" for channel, problem, since in broken_ones]
    if dead:
        lines.append(f"{dead} given up in the last 24 hours: `monitor alerts dead` lists them")
    return tuple(lines)

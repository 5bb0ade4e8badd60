"""Channels as the archive knows them: which rest, which are down, which something waits for; `retry` decides."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from monitor.archive.promises import add_alert
from monitor.archive.times import time_from_text, time_to_text
from monitor.model import Dispatch
from monitor.pace import DAY
from monitor.retry import ChannelState, KeyedNotice, whom_to_notify

log = logging.getLogger(__name__)

# Named, because without statistics SQLite takes the index of states, and walks through every row: among ten thousand
# that wait, 8 ms instead of 0.3.
NEXT_CHANNEL = """select min(channel) from deliveries indexed by deliveries_next
  where state in ('pending', 'sending') and digest = 0"""


def find_resting_channels(conn: sqlite3.Connection, now: datetime) -> set[str]:
    """The channels that are to be left alone for now."""
    rows = conn.execute("select channel from channels where not_before > ?", (time_to_text(now),))
    return {channel for (channel,) in rows}


def find_down_channels(conn: sqlite3.Connection) -> set[str]:
    """The channels that take no alerts."""
    return {channel for (channel,) in conn.execute("select channel from channels where down_since is not null")}


def find_channels_with_unsent(conn: sqlite3.Connection) -> list[str]:
    """The channels that something waits for; one look-up each, however much it is."""
    rows = conn.execute(
        f"""with recursive names(name) as (
              select ({NEXT_CHANNEL} and channel > '')
              union all select ({NEXT_CHANNEL} and channel > names.name) from names where name is not null)
            select name from names where name is not null"""  # noqa: S608 - a constant
    )
    return [name for (name,) in rows]


def read_channel_state(conn: sqlite3.Connection, channel: str) -> ChannelState:
    """What is known of a channel; one that nothing is known of works."""
    row = conn.execute("select * from channels where channel = ?", (channel,)).fetchone()
    if row is None:
        return ChannelState(channel)
    return ChannelState(
        channel,
        time_from_text(row["down_since"]),
        row["attempts"],
        time_from_text(row["not_before"]),
        row["problem"],
        row["problem_detail"],
    )


def write_channel_state(conn: sqlite3.Connection, before: ChannelState, after: ChannelState) -> None:
    """Write down what a channel's state has become, and log an outage that begins or ends."""
    if after == before:
        return
    if after == ChannelState(after.name):
        conn.execute("delete from channels where channel = ?", (after.name,))
    else:
        conn.execute(
            """insert or replace into channels (channel, down_since, problem, problem_detail, attempts, not_before)
               values (?, ?, ?, ?, ?, ?)""",
            (
                after.name,
                time_to_text(after.down_since),
                after.problem,
                after.problem_detail,
                after.attempts,
                time_to_text(after.rests_until),
            ),
        )
    if after.is_down and not before.is_down:
        log.error(
            "channel %s takes no alerts: %s; they wait, and it is tried again by itself", after.name, after.problem
        )
    if before.is_down and not after.is_down:
        log.info("channel %s works again; it took no alerts since %s", after.name, time_to_text(before.down_since))


def renew_waiting(conn: sqlite3.Connection, channel: str) -> None:
    """Let what waits for a channel begin anew, as if it had never been tried."""
    conn.execute(
        "update deliveries set first_tried_at = null, attempts = 0 where channel = ? and state = 'pending'",
        (channel,),
    )


def promise_notices(
    conn: sqlite3.Connection, notices: Sequence[KeyedNotice], others: Sequence[Dispatch], now: datetime
) -> None:
    """Promise notices to another channel than the one that they are about; each key once."""
    addresses = whom_to_notify(others, frozenset(find_down_channels(conn))) if notices else ()
    for keyed in notices if addresses else ():
        add_alert(conn, keyed.notice, addresses, keyed.key, now)


def describe_troubles(conn: sqlite3.Connection, now: datetime) -> tuple[str, ...]:
    """What keeps alerts from arriving, each in a line: channels that are down, and what was given up of late."""
    down = conn.execute(
        "select channel, problem, down_since from channels where down_since is not null order by 3"
    ).fetchall()
    (dead,) = conn.execute(
        "select count(*) from deliveries where state = 'dead' and due_at > ?", (time_to_text(now - DAY),)
    ).fetchone()
    lines = [f"channel {channel} takes no alerts since {since}: {problem}" for channel, problem, since in down]
    if dead:
        lines.append(f"{dead} given up in the last 24 hours: `monitor alerts dead` lists them")
    return tuple(lines)

"""Digests: several deliveries to one recipient become one message. What is folded into it is not sent by itself.

A delivery whose column `digest` is 1 waits for a digest: it is gathered. What of it is due is folded into a
delivery of its own, which is sent like any other: that one's column is 0.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from monitor.archive.channels import find_channels_with_unsent
from monitor.archive.payload import decode_report, encode_alert
from monitor.archive.promises import add_alert
from monitor.archive.times import time_to_text
from monitor.model import Digest, Dispatch, Report
from monitor.pace import DIGEST_FLOOD

IS_WAITING_ALERT = "(a.kind = 'hit' or a.kind = 'follow_up') and d.state = 'pending'"
"""Of a delivery `d` and its alert `a`: only reports are folded, no digest again and no notice."""


def fold_gathered_deliveries(
    conn: sqlite3.Connection, now: datetime, resting: Collection[str], down: Collection[str]
) -> None:
    """Fold into digests what was gathered for one that is due, and what has piled up.

    A channel at rest gathers until it is free again. One that is down is tried with a single message; what waits
    behind that goes on gathering, so that one digest follows when it works again. The caller holds the transaction.
    """
    # Named, because without statistics SQLite takes the index of states, and reads all that waits, be it due or not.
    due = conn.execute(
        """select distinct channel, recipient from deliveries indexed by deliveries_gathered
           where state = 'pending' and digest = 1 and due_at <= ?""",
        (time_to_text(now),),
    ).fetchall()
    for channel, recipient in due:
        if channel not in resting and not (channel in down and _has_one_to_try(conn, channel, recipient)):
            _fold_into_digest(conn, channel, recipient, "and d.digest = 1 and d.due_at <= :now", now, "")
    for channel in find_channels_with_unsent(conn):
        if channel not in resting and channel not in down and _may_be_flooded(conn, channel):
            _fold_piles(conn, channel, now)


def _may_be_flooded(conn: sqlite3.Connection, channel: str) -> bool:
    """Whether a flood may be waiting for a channel: not more rows are counted than that takes."""
    row = conn.execute(
        f"""select count(*) from (select 1 from deliveries indexed by deliveries_next
            where channel = ? and digest = 0
            and state in ('pending', 'sending') limit {DIGEST_FLOOD + 1})""",  # noqa: S608 - a constant
        (channel,),
    ).fetchone()
    return int(row[0]) > DIGEST_FLOOD


def _fold_piles(conn: sqlite3.Connection, channel: str, now: datetime) -> None:
    """Fold, of one channel, what waits for a recipient by itself and has become more than anybody wants to get."""
    # What is not for a digest and waits was refused, or nothing took it: with one of it due, all of it may go.
    piles = conn.execute(
        f"""select d.recipient, count(*) from deliveries d join alerts a on a.id = d.alert_id
            where {IS_WAITING_ALERT} and d.digest = 0 and d.channel = ?
            group by 1 having count(*) > {DIGEST_FLOOD} and min(d.due_at) <= ?""",  # noqa: S608 - constants
        (channel, time_to_text(now)),
    ).fetchall()
    for recipient, count in piles:
        _fold_into_digest(
            conn, channel, recipient, "and d.digest = 0", now, f"{count} alerts were waiting for {channel}."
        )


def _has_one_to_try(conn: sqlite3.Connection, channel: str, recipient: str) -> bool:
    """Whether something goes to an address by itself: that is what tries a channel that is down."""
    row = conn.execute(
        """select 1 from deliveries where channel = ? and recipient = ? and digest = 0
             and state in ('pending', 'sending') limit 1""",
        (channel, recipient),
    ).fetchone()
    return row is not None


def _fold_into_digest(
    conn: sqlite3.Connection, channel: str, recipient: str, which: str, now: datetime, lead: str
) -> None:
    """Make one digest of an address's waiting reports; `which` of them is a condition in SQL."""
    rows = conn.execute(
        f"""select d.id, d.alert_id, a.story_id, a.payload from deliveries d join alerts a on a.id = d.alert_id
            where d.channel = :channel and d.recipient = :recipient and {IS_WAITING_ALERT} {which} order by d.id""",  # noqa: S608
        {"channel": channel, "recipient": recipient, "now": time_to_text(now)},
    ).fetchall()
    ids = [(row["id"],) for row in rows]
    alerts = [_with_current_outlets(conn, decode_report(row["payload"]), row["story_id"]) for row in rows]
    if len(rows) == 1:  # a digest of one is that one
        conn.executemany("update deliveries set digest = 0 where id = ?", ids)
        payload = encode_alert(alerts[0])
        conn.execute("update alerts set payload = ? where id = ?", (payload, rows[0]["alert_id"]))
    if len(rows) < 2:  # noqa: PLR2004
        return
    digest = digest_from_reports(alerts, now, lead)
    key = f"digest/{channel}/{recipient}/{rows[0]['id']}"
    alert_id = add_alert(conn, digest, [Dispatch(channel, recipient)], key, now)
    (digest_id,) = conn.execute("select id from deliveries where alert_id = ?", (alert_id,)).fetchone()
    conn.executemany(
        "update deliveries set state = 'folded', folded_into = ? where id = ?",
        [(digest_id, folded_id) for (folded_id,) in ids],
    )


def _with_current_outlets(conn: sqlite3.Connection, alert: Report, story_id: int | None) -> Report:
    """An alert with those who told its story while it waited."""
    outlets = conn.execute(
        """select a.source, s.independent from hits h join articles a on a.id = h.article_id
             join stories s on s.id = h.story_id where h.story_id = ? group by a.source order by min(h.id)""",
        (story_id,),
    ).fetchall()
    if not outlets:
        return alert
    also = tuple(row["source"] for row in outlets if row["source"] != alert.source)
    return replace(alert, also=also, independent=outlets[0]["independent"] or alert.independent)


def digest_from_reports(alerts: Sequence[Report], now: datetime, lead: str = "") -> Digest:
    """One alert that stands for several, the newest first, and of the same hour the best."""
    items = sorted(alerts, key=lambda alert: (_hour_of_alert(alert), alert.score), reverse=True)
    # Each knows the page of its own hit; that of all hits lies above it.
    hits_url = next((alert.archive_url.rpartition("/")[0] for alert in items if alert.archive_url), None)
    return Digest(tuple(items), now, lead, hits_url)


def _hour_of_alert(alert: Report) -> datetime:
    return (alert.published or alert.seen).astimezone(UTC).replace(minute=0, second=0, microsecond=0)

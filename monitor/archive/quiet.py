"""Quiet hours: what falls due in them waits for their end, whatever it waited for before."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from monitor.archive.payload import decode_alert
from monitor.archive.times import time_to_text
from monitor.model import Digest
from monitor.policy import QuietHours
from monitor.retry import ANSWER_LOST


def postpone_quiet_deliveries(
    conn: sqlite3.Connection, now: datetime, resting: Collection[str], quiet: QuietHours
) -> None:
    """Put off what is due on a channel that sleeps until it wakes; the caller holds the transaction.

    Reports that wait are told in the digest at the end. What may be a repetition stays by itself.
    """
    asleep = quiet.asleep(now) - set(resting)
    if not asleep:
        return
    # The index is named, because without statistics SQLite walks through all that a channel was ever sent.
    marks = ", ".join("?" * len(asleep))
    due = conn.execute(
        f"""select d.id, d.channel, d.state, d.problem, a.kind, s.slug,
              iif(a.kind = 'digest', a.payload, null) payload
            from deliveries d indexed by deliveries_due join alerts a on a.id = d.alert_id
              left join seeds s on s.id = a.seed_id
            where d.state in ('pending', 'sending') and d.due_at <= ? and d.channel in ({marks})""",  # noqa: S608
        (time_to_text(now), *asleep),
    ).fetchall()
    for row in due:
        if until := quiet.until(_seeds_of_delivery(row), row["channel"], now):
            doubtful = row["state"] == "sending" or row["problem"] in ANSWER_LOST
            gathers = not doubtful and row["kind"] in ("hit", "follow_up")
            conn.execute(
                "update deliveries set due_at = ?, digest = ? where id = ?",
                (time_to_text(until), int(gathers), row["id"]),
            )


def _seeds_of_delivery(row: sqlite3.Row) -> Collection[str]:
    """The seeds that a delivery is about."""
    if row["payload"]:
        digest = decode_alert(row["payload"])
        return {item.seed for item in digest.items} if isinstance(digest, Digest) else ()
    return [row["slug"]] if row["slug"] else []

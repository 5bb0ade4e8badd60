"""Silences: for a while nobody is told of a seed's hits, nor of those that already wait."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime

from monitor.archive.times import time_to_text
from monitor.model import EVERY_SEED


def silence_reasons(conn: sqlite3.Connection, now: datetime) -> dict[str, str]:
    """Why nobody is told of a seed's hits just now; by slug, or `EVERY_SEED`."""
    rows = conn.execute(
        "select seed, reason, until_at from silences where from_at <= :now and until_at > :now",
        {"now": time_to_text(now)},
    )
    return {seed or EVERY_SEED: f"silenced until {until}: {reason}" for seed, reason, until in rows}


def suppress_silenced_deliveries(conn: sqlite3.Connection, now: datetime, resting: Collection[str]) -> None:
    """What is due while its seed is silenced is not told any more; the caller holds the transaction.

    What is due later is not touched, nor what waits for a channel at rest: the silence may be over by then.
    """
    reasons = silence_reasons(conn, now)
    if not reasons:
        return
    due = conn.execute(
        """select d.id, d.channel, s.slug, h.article_id, h.seed_id
           from deliveries d join alerts a on a.id = d.alert_id join seeds s on s.id = a.seed_id
             left join hits h on h.id = a.hit_id
           where d.state = 'pending' and d.due_at <= ?""",
        (time_to_text(now),),
    ).fetchall()
    for row in due:
        why = reasons.get(row["slug"]) or reasons.get(EVERY_SEED)
        if why and row["channel"] not in resting:
            _suppress_delivery(conn, row, why)


def _suppress_delivery(conn: sqlite3.Connection, row: sqlite3.Row, why: str) -> None:
    conn.execute(
        "update deliveries set state = 'suppressed', problem = 'silenced', problem_detail = ? where id = ?",
        (why, row["id"]),
    )
    line = f"{row['channel']} {why}"
    conn.execute(
        """update decisions set silent_because = iif(silent_because is null, :line, silent_because || '; ' || :line)
           where article_id = :article and seed_id = :seed and instr(coalesce(silent_because, ''), :line) = 0""",
        {"line": line, "article": row["article_id"], "seed": row["seed_id"]},
    )

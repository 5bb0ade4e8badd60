"""What people ask of the outbox: what it holds, to send something after all, to be left alone for a while."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from monitor.archive.connection import ArchiveConnection
from monitor.archive.outbox import delivery_from_row
from monitor.archive.promises import add_alert
from monitor.archive.times import time_from_text, time_to_text
from monitor.model import DELIVERY_STATES, Alert, AlertKind, Delivery, DeliveryState, Dispatch, Failure
from monitor.pace import DELIVERY_LEASE


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery, as people look at it."""

    id: int
    state: DeliveryState
    channel: str
    recipient: str
    kind: AlertKind
    title: str
    attempts: int
    due: datetime | None
    sent: datetime | None
    digest: bool
    folded_into: int | None
    problem: str | None
    detail: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class _Silence:
    """For a while nobody is told of a seed's hits (of any seed's, where `seed` is None)."""

    id: int
    seed: str | None
    reason: str
    since: datetime
    until: datetime


class OutboxAdmin:
    """Looks at the outbox and changes what people may change."""

    def __init__(self, connection: ArchiveConnection) -> None:
        self._connection = connection
        self._conn = connection.conn

    def deliveries(self, states: Collection[DeliveryState] = DELIVERY_STATES, most: int = 50) -> list[DeliveryRow]:
        """The newest deliveries in some states, newest first."""
        marks = ", ".join("?" * len(states))
        rows = self._conn.execute(
            f"""select d.*, a.kind, a.title from deliveries d join alerts a on a.id = d.alert_id
                where d.state in ({marks}) order by d.id desc limit ?""",  # noqa: S608 - question marks only
            (*states, most),
        )
        return [_delivery_row(row) for row in rows]

    def retry(self, ids: Collection[int], channel: str | None, now: datetime, *, all_dead: bool = False) -> int:
        """Make due what was given up, and what failed and waits for its next try: those named, a channel's, or all.

        Their channels are tried at once, even those at rest. How many deliveries are due by that.
        """
        named = ", ".join(map(str, map(int, ids))) or "null"
        with self._connection.transaction():
            # What is due already is left as it is, unless it or its channel is named: that may be at rest.
            rows = self._conn.execute(
                f"""select id, channel from deliveries
                    where (state = 'dead'
                        or (state = 'pending' and digest = 0 and problem is not null
                          and (:channel is not null or due_at > :now or id in ({named}))))
                      and (:all_dead or channel = :channel or id in ({named}))""",  # noqa: S608 - numbers
                {"now": time_to_text(now), "all_dead": all_dead, "channel": channel},
            ).fetchall()
            self._conn.executemany(
                """update deliveries set state = 'pending', due_at = ?, attempts = 0, first_tried_at = null
                   where id = ?""",
                [(time_to_text(now), row["id"]) for row in rows],
            )
            tried = {row["channel"] for row in rows} | ({channel} if channel else set())
            self._conn.executemany(
                "update channels set not_before = null where channel = ?", [(name,) for name in tried]
            )
        return len(rows)

    def begin_test(self, alert: Alert, to: Collection[Dispatch], now: datetime) -> list[Delivery]:
        """Save a test alert as under way already: whoever asks sends it, to one address after the other."""
        lease = time_to_text(now + DELIVERY_LEASE * len(to))
        with self._connection.transaction():
            (last,) = self._conn.execute("select coalesce(max(id), 0) from alerts").fetchone()
            alert_id = add_alert(self._conn, alert, to, f"test/{last + 1}", now)
            self._conn.execute(
                "update deliveries set state = 'sending', due_at = ?, first_tried_at = ? where alert_id = ?",
                (lease, time_to_text(now), alert_id),
            )
            rows = self._conn.execute(
                """select d.*, a.payload, null thread_id from deliveries d join alerts a on a.id = d.alert_id
                   where d.alert_id = ? order by d.id""",
                (alert_id,),
            ).fetchall()
            # It is being sent for the first time, by us.
            return [delivery_from_row({**dict(row), "state": "pending"}) for row in rows]

    def fail_test(self, failure: Failure[Delivery]) -> None:
        """A test that failed is told at once and not tried again; it is no alert that anybody missed.

        Its channel is left as it is: the daemon may know another secret than whoever asked for the test.
        """
        with self._connection.transaction():
            self._conn.execute(
                """update deliveries set state = 'suppressed', attempts = attempts + 1, problem = ?,
                     problem_detail = ? where id = ?""",
                (failure.reason, failure.detail or None, failure.item.id),
            )

    def end_test(self, tested: Iterable[Delivery]) -> None:
        """What of a test was not sent by now is not sent any more: whoever asked for it has gone."""
        with self._connection.transaction():
            self._conn.executemany(
                """update deliveries set state = 'suppressed', problem = 'not_tried', problem_detail = ?
                   where id = ? and state = 'sending'""",
                [("the test was broken off", delivery.id) for delivery in tested],
            )

    def silence(self, seed: str | None, reason: str, now: datetime, until: datetime) -> int:
        """Tell nobody of a seed's hits (None: of any) for a while; returns the silence's number."""
        with self._connection.transaction():
            added = self._conn.execute(
                "insert into silences (seed, reason, from_at, until_at) values (?, ?, ?, ?)",
                (seed, reason, time_to_text(now), time_to_text(until)),
            )
        return added.lastrowid or 0

    def silences(self, now: datetime) -> list[_Silence]:
        """The silences that hold now."""
        rows = self._conn.execute("select * from silences where until_at > ? order by id", (time_to_text(now),))
        return [
            _Silence(
                row["id"], row["seed"], row["reason"], time_from_text(row["from_at"]), time_from_text(row["until_at"])
            )
            for row in rows
        ]

    def end_silence(self, number: int, now: datetime) -> bool:
        """End a silence before its time; False when none of that number holds."""
        with self._connection.transaction():
            ended = self._conn.execute(
                "update silences set until_at = :now where id = :id and until_at > :now",
                {"now": time_to_text(now), "id": number},
            )
        return bool(ended.rowcount)


def _delivery_row(row: sqlite3.Row) -> DeliveryRow:
    return DeliveryRow(
        row["id"],
        row["state"],
        row["channel"],
        row["recipient"],
        row["kind"],
        row["title"],
        row["attempts"],
        time_from_text(row["due_at"]) if row["state"] in ("pending", "sending") else None,
        time_from_text(row["sent_at"]),
        bool(row["digest"]),
        row["folded_into"],
        row["problem"],
        row["problem_detail"],
        row["answer"],
    )

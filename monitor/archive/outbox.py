"""The outbox: deliveries that are due, and what became of them.

A row is marked as being sent before anything leaves the machine. If the answer never comes (the process
died, the power failed) the row falls due again and says so: at least once, never lost, and a repetition
carries the same message id.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from monitor.archive.connection import Connection
from monitor.archive.times import from_text, to_text
from monitor.model import Alert, Delivery, Failure, Sent
from monitor.pace import is_too_late, resend

IN_FLIGHT = timedelta(minutes=2)
"""Longer than any channel's own deadline: after that, a delivery without an answer is in doubt."""


DOUBTFUL = ("timeout", "connection_lost")
"""After these the other side may have taken the message and only its answer is missing."""


class Outbox:
    """Due deliveries out, receipts in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._conn = connection.conn

    def due(self, now: datetime, busy: Iterable[str] = ()) -> list[Delivery]:
        """At most one due delivery for each channel that is not busy, the oldest alert first; marked as in flight.

        One at a time: should the process die now, no channel has more than one message in doubt.
        """
        with self._connection.transaction():
            rows = self._conn.execute(
                """select d.*, a.payload, min(d.id) from deliveries d join alerts a on a.id = d.alert_id
                   where d.state in ('pending', 'sending') and d.due_at <= ? group by d.channel order by d.id""",
                (to_text(now),),
            ).fetchall()
            rows = [row for row in rows if row["channel"] not in set(busy)]
            self._conn.executemany(
                """update deliveries set state = 'sending', due_at = ?, first_tried_at = coalesce(first_tried_at, ?)
                   where id = ?""",
                [(to_text(now + IN_FLIGHT), to_text(now), row["id"]) for row in rows],
            )
        return [_delivery(row) for row in rows]

    def save(self, outcome: Sent | Failure[Delivery], now: datetime) -> str:
        """Keep what became of one delivery; returns its new state."""
        with self._connection.transaction():
            if isinstance(outcome, Sent):
                self._conn.execute(
                    """update deliveries set state = 'sent', sent_at = ?, answer = ?, provider_id = ?,
                         attempts = attempts + 1,
                         problem = null, problem_detail = ? where id = ?""",
                    (
                        to_text(now),
                        outcome.answer,
                        outcome.provider_id,
                        "may have been sent twice" if outcome.delivery.in_doubt else None,
                        outcome.delivery.id,
                    ),
                )
                return "sent"
            return self._postpone(outcome, now)

    def _postpone(self, failure: Failure[Delivery], now: datetime) -> str:
        attempts = failure.item.attempts + 1
        dead = failure.final or is_too_late(now, failure.item.first_tried)
        state = "dead" if dead else "pending"
        self._conn.execute(
            """update deliveries set state = ?, attempts = ?, due_at = ?, problem = ?, problem_detail = ?
               where id = ?""",
            (
                state,
                attempts,
                to_text(resend(now, attempts, failure.retry_after)),
                failure.reason,
                failure.detail or None,
                failure.item.id,
            ),
        )
        return state

    def recover(self, now: datetime) -> int:
        """Make what an ended process left in flight due again; how many those are."""
        with self._connection.transaction():
            found = self._conn.execute("update deliveries set due_at = ? where state = 'sending'", (to_text(now),))
        return found.rowcount


def _delivery(row: sqlite3.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        channel=row["channel"],
        recipient=row["recipient"],
        message_id=row["message_id"],
        alert=msgspec.json.decode(row["payload"], type=Alert),
        attempts=row["attempts"],
        first_tried=from_text(row["first_tried_at"]),
        in_doubt=row["state"] == "sending" or row["problem"] in DOUBTFUL,
    )

"""The outbox: deliveries that are due, and what became of them.

A row is marked as being sent before anything leaves the machine. If the answer never comes (the process
died, the power failed) the row falls due again and says so: at least once, never lost, and a repetition
carries the same message id.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.archive import incidents
from monitor.archive.connection import Connection
from monitor.archive.digests import gather
from monitor.archive.incidents import DOUBTFUL
from monitor.archive.payload import decode_alert, decode_report
from monitor.archive.quiet import hold
from monitor.archive.silences import silenced, suppress
from monitor.archive.times import from_text, to_text
from monitor.model import Article, Delivery, Dispatch, Failure, Report, Sent, Telling
from monitor.pace import is_too_late, resend
from monitor.policy import ALWAYS_AWAKE, QuietHours

IN_FLIGHT = timedelta(minutes=2)
"""Longer than any channel's own deadline: after that, a delivery without an answer is in doubt."""


NEVER_LEFT = ("connect", "dns", "tls")
"""After these nothing was said yet: every other message would fare the same."""

NOT_ITS_FAULT = ("no_such_channel", "no_such_recipient", "bug")
"""These say nothing about a channel: it is gone from the settings, or the mistake is ours."""

PATIENCE = 5
"""After so many tries of one message (a quarter of an hour), and nothing else got through, a channel is down."""

FIELDS = """d.*, a.payload, (select f.provider_id from alerts o join deliveries f on f.alert_id = o.id
  where a.thread <> '' and o.thread = a.thread and f.channel = d.channel and f.recipient = d.recipient
    and f.provider_id is not null order by f.id limit 1) thread_id"""


class Outbox:
    """Due deliveries out, receipts in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._conn = connection.conn

    def due(
        self,
        now: datetime,
        busy: Iterable[str] = (),
        quiet: QuietHours = ALWAYS_AWAKE,
    ) -> list[Delivery]:
        """At most one due delivery for each channel that is free to send, the oldest first; marked as in flight.

        One at a time: should the process die now, no channel has more than one message in doubt. What a silence or
        the quiet hours hold back is put aside first, and what waits for a digest that is due is gathered.
        """
        with self._connection.transaction():
            resting = incidents.resting(self._conn, now)
            hold(self._conn, now, resting, quiet)  # first: a silence may be over when the quiet hours are
            suppress(self._conn, now, resting)
            gather(self._conn, now, resting, incidents.down(self._conn))
            free = [channel for channel in incidents.waiting(self._conn) if channel not in {*busy, *resting}]
            rows = [row for channel in free if (row := self._oldest(channel, now))]
            self._conn.executemany(
                """update deliveries set state = 'sending', due_at = ?, first_tried_at = coalesce(first_tried_at, ?)
                   where id = ?""",
                [(to_text(now + IN_FLIGHT), to_text(now), row["id"]) for row in rows],
            )
        return [delivery_of(row) for row in sorted(rows, key=lambda row: int(row["id"]))]

    def _oldest(self, channel: str, now: datetime) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self._conn.execute(
            f"""select {FIELDS} from deliveries d join alerts a on a.id = d.alert_id
               where d.channel = ? and d.state in ('pending', 'sending') and d.digest = 0 and d.due_at <= ?
               order by d.id limit 1""",  # noqa: S608 - a constant
            (channel, to_text(now)),
        ).fetchone()
        return found

    def save(self, outcome: Sent | Failure[Delivery], now: datetime, others: Sequence[Dispatch] = ()) -> str:
        """Keep what became of one delivery; returns its new state.

        `others` are addresses on other channels, the best first: they are told of a channel that breaks or works
        again, and of a delivery that is given up.
        """
        with self._connection.transaction():
            if isinstance(outcome, Sent):
                self._conn.execute(
                    """update deliveries set state = 'sent', sent_at = ?, answer = ?, provider_id = ?,
                         attempts = attempts + 1, problem = null, problem_detail = ? where id = ?""",
                    (
                        to_text(now),
                        outcome.answer,
                        outcome.provider_id,
                        "may have been sent twice" if outcome.delivery.in_doubt else None,
                        outcome.delivery.id,
                    ),
                )
                incidents.mended(self._conn, outcome.delivery.channel, now, others)
                return "sent"
            return self._postpone(outcome, now, others)

    def _postpone(self, failure: Failure[Delivery], now: datetime, others: Sequence[Dispatch]) -> str:
        delivery, channel = failure.item, failure.item.channel
        if failure.channel_down:
            incidents.broken(self._conn, failure, now, others)
            self._change(failure, "pending", delivery.attempts, now, first_tried=None)
            return "pending"
        attempts = delivery.attempts + 1
        next_try = resend(now, attempts, failure.retry_after)
        if not failure.final and attempts >= PATIENCE and self._takes_nothing(failure):
            until = incidents.broken(self._conn, failure, now, others)
            next_try = until if failure.reason in NEVER_LEFT else next_try
        elif failure.retry_after or failure.reason in NEVER_LEFT:  # it is the channel, not the message
            incidents.rest(self._conn, channel, next_try)
        # While its channel takes nothing at all, a message does not grow old.
        late = is_too_late(now, delivery.first_tried) and channel not in incidents.down(self._conn)
        state = "dead" if failure.final or late else "pending"
        next_try = now if state == "dead" else next_try
        self._change(failure, state, attempts, next_try, first_tried=delivery.first_tried or now)
        if state == "dead":
            incidents.given_up(self._conn, failure, now, others)
        return state

    def _takes_nothing(self, failure: Failure[Delivery]) -> bool:
        """Whether the channel is at fault: nothing else got through since this message was first tried."""
        delivery = failure.item
        if failure.reason in NOT_ITS_FAULT or not delivery.first_tried:
            return False
        got_through = self._conn.execute(
            "select 1 from deliveries where channel = ? and state = 'sent' and sent_at >= ? limit 1",
            (delivery.channel, to_text(delivery.first_tried)),
        ).fetchone()
        return got_through is None

    def _change(
        self, failure: Failure[Delivery], state: str, attempts: int, due: datetime, first_tried: datetime | None
    ) -> None:
        self._conn.execute(
            """update deliveries set state = ?, attempts = ?, due_at = ?, first_tried_at = ?, problem = ?,
                 problem_detail = ? where id = ?""",
            (
                state,
                attempts,
                to_text(due),
                to_text(first_tried) if first_tried else None,
                failure.reason,
                failure.detail or None,
                failure.item.id,
            ),
        )

    def recover(self, now: datetime) -> int:
        """Make what an ended process left in flight due again; how many those are."""
        with self._connection.transaction():
            found = self._conn.execute("update deliveries set due_at = ? where state = 'sending'", (to_text(now),))
        return found.rowcount

    def troubles(self, now: datetime) -> tuple[str, ...]:
        """What keeps alerts from being told just now, each in a line for people."""
        return incidents.troubles(self._conn, now)

    def hasten(self, now: datetime) -> int:
        """Let old news that waits for more of it be due: no more comes. How many alerts that are."""
        with self._connection.transaction():
            found = self._conn.execute(
                """update deliveries set due_at = :now
                   where state = 'pending' and digest = 1 and catch_up = 1 and due_at > :now""",
                {"now": to_text(now)},
            )
        return found.rowcount

    def later(self, now: datetime) -> tuple[int, datetime | None]:
        """How many alerts wait for a later moment, and for which first of all."""
        count, first = self._conn.execute(
            "select count(*), min(due_at) from deliveries where state = 'pending' and due_at > ?", (to_text(now),)
        ).fetchone()
        return count, from_text(first)

    def resume(self, channels: Collection[str]) -> None:
        """Try every broken channel at once: its settings may have changed. What a server asked for is kept.

        What is known of a channel that is not among these any more is forgotten: it is neither broken nor mended.
        """
        with self._connection.transaction():
            known = [name for (name,) in self._conn.execute("select channel from channels")]
            gone = [(name,) for name in known if name not in channels]
            self._conn.executemany("delete from channels where channel = ?", gone)
            self._conn.execute("update channels set not_before = null where down_since is not null")

    def tellings(self, thread: str) -> list[Telling]:
        """Who is told of a story, or will be, report by report: what was silenced while it waited is not among it."""
        rows = self._conn.execute(
            """select a.kind, a.created_at, a.payload, d.channel, d.catch_up, r.url, r.title,
                 iif(r.url is null, (select text from article_text where article_id = r.id), '') text
               from alerts a join deliveries d on d.alert_id = a.id
                 join hits h on h.id = a.hit_id join articles r on r.id = h.article_id
               where a.thread = ? and a.thread <> '' and d.state <> 'suppressed' order by d.id""",
            (thread,),
        )
        return [_telling(row, decode_report(row["payload"])) for row in rows]

    def silences(self, now: datetime) -> dict[str, str]:
        """Why nobody is told of a seed's hits just now; `*` stands for all seeds."""
        return silenced(self._conn, now)


def _telling(row: sqlite3.Row, alert: Report) -> Telling:
    return Telling(
        Article(row["url"] or "", row["title"], row["text"]).identity,
        row["channel"],
        from_text(row["created_at"]),
        row["kind"] == "follow_up",
        bool(row["catch_up"]),
        alert.title,
        alert.news,
        alert.independent,
    )


def delivery_of(row: Mapping[str, Any] | sqlite3.Row) -> Delivery:
    """A row of the outbox as a value."""
    return Delivery(
        id=row["id"],
        channel=row["channel"],
        recipient=row["recipient"],
        message_id=row["message_id"],
        alert=decode_alert(row["payload"]),
        attempts=row["attempts"],
        first_tried=from_text(row["first_tried_at"]),
        in_doubt=row["state"] == "sending" or row["problem"] in DOUBTFUL,
        thread_id=row["thread_id"],
    )

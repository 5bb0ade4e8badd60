"""The outbox: deliveries that are due, and what became of them.

A row is marked as being sent before anything leaves the machine. If the answer never comes (the process
died, the power failed) the row falls due again and says so: at least once, never lost, and a repetition
carries the same message id.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.archive import channels
from monitor.archive.connection import ArchiveConnection
from monitor.archive.digests import fold_gathered_deliveries
from monitor.archive.payload import decode_alert, decode_report
from monitor.archive.quiet import postpone_quiet_deliveries
from monitor.archive.silences import silence_reasons, suppress_silenced_deliveries
from monitor.archive.times import time_from_text, time_to_text
from monitor.model import Article, Delivery, DeliveryState, Dispatch, Failure, PastAlert, Report, Sent
from monitor.pace import DELIVERY_LEASE
from monitor.policy import ALWAYS_AWAKE, QuietHours
from monitor.retry import ANSWER_LOST, DeliveryChange, after_bug, after_failure, after_success, may_be_outage

# The thread is what the provider called the first message about the story that went to this very address.
DELIVERY_COLUMNS = """d.*, a.payload, (select f.provider_id from alerts o join deliveries f on f.alert_id = o.id
  where a.thread <> '' and o.thread = a.thread and f.channel = d.channel and f.recipient = d.recipient
    and f.provider_id is not null order by f.id limit 1) thread_id"""


class Outbox:
    """Due deliveries out, receipts in."""

    def __init__(self, connection: ArchiveConnection) -> None:
        self._connection = connection
        self._conn = connection.conn

    def due(
        self,
        now: datetime,
        busy: Iterable[str] = (),
        quiet: QuietHours = ALWAYS_AWAKE,
    ) -> list[Delivery]:
        """At most one due delivery for each channel that is not busy, the oldest first; marked as in flight.

        One at a time: should the process die now, no channel has more than one message in doubt. What a silence or
        the quiet hours hold back is put aside first, and what waits for a digest that is due is gathered.
        """
        with self._connection.transaction():
            resting = channels.find_resting_channels(self._conn, now)
            # In this order: a silence may be over when the quiet hours are, and a digest is of what is left.
            postpone_quiet_deliveries(self._conn, now, resting, quiet)
            suppress_silenced_deliveries(self._conn, now, resting)
            fold_gathered_deliveries(self._conn, now, resting, channels.find_down_channels(self._conn))
            free = [
                channel
                for channel in channels.find_channels_with_unsent(self._conn)
                if channel not in {*busy, *resting}
            ]
            rows = [row for channel in free if (row := self._oldest_due(channel, now))]
            self._conn.executemany(
                """update deliveries set state = 'sending', due_at = ?, first_tried_at = coalesce(first_tried_at, ?)
                   where id = ?""",
                [(time_to_text(now + DELIVERY_LEASE), time_to_text(now), row["id"]) for row in rows],
            )
        return [delivery_from_row(row) for row in sorted(rows, key=lambda row: int(row["id"]))]

    def _oldest_due(self, channel: str, now: datetime) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._conn.execute(
            f"""select {DELIVERY_COLUMNS} from deliveries d join alerts a on a.id = d.alert_id
               where d.channel = ? and d.state in ('pending', 'sending') and d.digest = 0 and d.due_at <= ?
               order by d.id limit 1""",  # noqa: S608 - a constant
            (channel, time_to_text(now)),
        ).fetchone()
        return row

    def save(
        self, outcome: Sent | Failure[Delivery], now: datetime, others: Sequence[Dispatch] = ()
    ) -> DeliveryState:
        """Keep what became of one delivery; returns its new state.

        `others` are addresses on other channels, the best first: they are told of a channel that breaks or works
        again, and of a delivery that is given up.
        """
        delivery = outcome.item if isinstance(outcome, Failure) else outcome.delivery
        with self._connection.transaction():
            channel = channels.read_channel_state(self._conn, delivery.channel)
            if isinstance(outcome, Sent):
                change = after_success(outcome, channel, now)
                self._keep_receipt(outcome, change, now)
            else:
                got_through = may_be_outage(outcome) and self._got_through_since(delivery)
                change = after_failure(outcome, channel, now, others_got_through=got_through)
                self._keep_failure(outcome, change)
            channels.write_channel_state(self._conn, channel, change.channel)
            if change.renews_waiting:
                channels.renew_waiting(self._conn, delivery.channel)
            channels.promise_notices(self._conn, change.notices, others, now)
        return change.state

    def save_after_bug(self, outcome: Sent | Failure[Delivery], now: datetime) -> DeliveryState:
        """Keep the least of an outcome that met a bug of ours while it was saved: whether the message was taken.

        Nothing else is touched, since anything else may be what breaks: not its channel, no notice, no answer.
        """
        with self._connection.transaction():
            if isinstance(outcome, Sent):
                self._conn.execute(
                    """update deliveries set state = 'sent', sent_at = ?, attempts = attempts + 1, problem = 'bug'
                       where id = ?""",
                    (time_to_text(now), outcome.delivery.id),
                )
                return "sent"
            state, due = after_bug(outcome, now)
            self._conn.execute(
                "update deliveries set state = ?, due_at = ?, attempts = attempts + 1, problem = ? where id = ?",
                (state, time_to_text(due), outcome.reason, outcome.item.id),
            )
            return state

    def _got_through_since(self, delivery: Delivery) -> bool:
        """Whether a channel took something since a delivery was first tried."""
        row = self._conn.execute(
            "select 1 from deliveries where channel = ? and state = 'sent' and sent_at >= ? limit 1",
            (delivery.channel, time_to_text(delivery.first_tried)),
        ).fetchone()
        return row is not None

    def _keep_receipt(self, sent: Sent, change: DeliveryChange, now: datetime) -> None:
        self._conn.execute(
            """update deliveries set state = ?, sent_at = ?, answer = ?, provider_id = ?, attempts = attempts + 1,
                 problem = null, problem_detail = ? where id = ?""",
            (
                change.state,
                time_to_text(now),
                sent.answer,
                sent.provider_id,
                "may have been sent twice" if sent.delivery.in_doubt else None,
                sent.delivery.id,
            ),
        )

    def _keep_failure(self, failure: Failure[Delivery], change: DeliveryChange) -> None:
        self._conn.execute(
            """update deliveries set state = ?, attempts = ?, due_at = ?, first_tried_at = ?, problem = ?,
                 problem_detail = ? where id = ?""",
            (
                change.state,
                change.attempts,
                time_to_text(change.due),
                time_to_text(change.first_tried),
                failure.reason,
                failure.detail or None,
                failure.item.id,
            ),
        )

    def recover(self, now: datetime) -> int:
        """Make what an ended process left in flight due again; how many those are."""
        with self._connection.transaction():
            updated = self._conn.execute(
                "update deliveries set due_at = ? where state = 'sending'", (time_to_text(now),)
            )
        return updated.rowcount

    def list_troubles(self, now: datetime) -> tuple[str, ...]:
        """What keeps alerts from arriving just now, each in a line for people."""
        return channels.describe_troubles(self._conn, now)

    def hasten_old_news(self, now: datetime) -> int:
        """Make what waits for a catch-up digest due: no more of it comes in a run that ends. How many that are."""
        with self._connection.transaction():
            updated = self._conn.execute(
                """update deliveries set due_at = :now
                   where state = 'pending' and digest = 1 and catch_up = 1 and due_at > :now""",
                {"now": time_to_text(now)},
            )
        return updated.rowcount

    def count_waiting(self, now: datetime) -> tuple[int, datetime | None]:
        """How many deliveries wait for a later moment, and when the first of them is due."""
        count, first = self._conn.execute(
            "select count(*), min(due_at) from deliveries where state = 'pending' and due_at > ?",
            (time_to_text(now),),
        ).fetchone()
        return count, time_from_text(first)

    def follow_channels(self, names: Collection[str]) -> None:
        """Take over the channels of new settings: one that is down is tried at once, since it may have been mended.

        How long a server asked to be left alone still holds. What is known of a channel that is not among these any
        more is forgotten: it is neither broken nor mended.
        """
        with self._connection.transaction():
            known = [name for (name,) in self._conn.execute("select channel from channels")]
            gone = [(name,) for name in known if name not in names]
            self._conn.executemany("delete from channels where channel = ?", gone)
            self._conn.execute("update channels set not_before = null where down_since is not null")

    def past_alerts(self, thread: str) -> list[PastAlert]:
        """Who is told of a story, or will be, report by report: what was silenced while it waited is not among it."""
        rows = self._conn.execute(
            """select a.kind, a.created_at, a.payload, d.channel, d.catch_up, r.url, r.title,
                 iif(r.url is null, (select text from article_text where article_id = r.id), '') text
               from alerts a join deliveries d on d.alert_id = a.id
                 join hits h on h.id = a.hit_id join articles r on r.id = h.article_id
               where a.thread = ? and a.thread <> '' and d.state <> 'suppressed' order by d.id""",
            (thread,),
        )
        return [_past_alert_from_row(row, decode_report(row["payload"])) for row in rows]

    def silences(self, now: datetime) -> dict[str, str]:
        """Why nobody is told of a seed's hits just now; by slug, or `EVERY_SEED`."""
        return silence_reasons(self._conn, now)


def _past_alert_from_row(row: sqlite3.Row, alert: Report) -> PastAlert:
    return PastAlert(
        Article(row["url"] or "", row["title"], row["text"]).identity,
        row["channel"],
        time_from_text(row["created_at"]),
        row["kind"] == "follow_up",
        bool(row["catch_up"]),
        alert.title,
        alert.news,
        alert.independent,
    )


def delivery_from_row(row: Mapping[str, Any] | sqlite3.Row) -> Delivery:
    """A row of the outbox as a value."""
    return Delivery(
        id=row["id"],
        channel=row["channel"],
        recipient=row["recipient"],
        message_id=row["message_id"],
        alert=decode_alert(row["payload"]),
        attempts=row["attempts"],
        first_tried=time_from_text(row["first_tried_at"]),
        in_doubt=row["state"] == "sending" or row["problem"] in ANSWER_LOST,
        thread_id=row["thread_id"],
    )

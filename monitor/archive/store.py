"""The archive: due work out, outcomes in. All that writes its SQLite file is in this room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from monitor.archive import lanes
from monitor.archive.connection import ArchiveConnection, ArchiveError
from monitor.archive.entries import Entries
from monitor.archive.feeds import Feeds, Intake
from monitor.archive.labels import Labels
from monitor.archive.outbox import Outbox
from monitor.archive.outbox_admin import OutboxAdmin
from monitor.archive.seeds import Seeds
from monitor.archive.times import time_from_text, time_to_text

__all__ = ["Archive", "ArchiveError"]


class Archive:
    """Everything read, decided and sent, in one SQLite file (or in memory, for tests: `path=None`).

    `beside` a running daemon, only `outbox.save`, `outbox_admin` and `labels` may be used.

    `feeds`, `entries` and `outbox` have one shape: `due(now)` hands out work, and `save` keeps what became of it, in
    one transaction. `seeds` holds the seeds and what the desk remembers, `outbox_admin` is for people.
    """

    def __init__(self, path: Path | None, intake: Intake | None = None, *, beside: bool = False) -> None:
        self._connection = ArchiveConnection(path, beside=beside)
        self.feeds = Feeds(self._connection, intake or Intake())
        self.entries = Entries(self._connection, intake or Intake())
        self.outbox = Outbox(self._connection)
        self.outbox_admin = OutboxAdmin(self._connection)
        self.labels = Labels(self._connection)
        self.seeds = Seeds(self._connection)

    @property
    def path(self) -> Path | None:
        """Where the archive lies; None in memory."""
        return self._connection.path

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Save several outcomes together; what fails inside a nested one fails alone."""
        with self._connection.transaction():
            yield

    def recover(self, now: datetime) -> int:
        """Take back what an ended process had in hand; returns how many deliveries may be repeated."""
        with self._connection.transaction():
            lanes.free_all_lanes(self._connection.conn)
            return self.outbox.recover(now)

    def has_due(self, now: datetime, feeds_due_by: datetime | None = None) -> bool:
        """Whether a feed, an entry or a delivery is due, be its lane free or not.

        Of a channel at rest nothing is, and of one that is down no digest: it is tried with a single message.
        """
        row = self._connection.conn.execute(
            """select exists (select 1 from feeds where listed = 1 and due_at <= :due_by)
                 or exists (select 1 from entries where state = 'due' and due_at <= :now)
                 or exists (select 1 from deliveries where state in ('pending', 'sending') and due_at <= :now
                   and channel not in (select channel from channels
                     where not_before > :now or (down_since is not null and digest = 1)))""",
            {"now": time_to_text(now), "due_by": time_to_text(feeds_due_by or now)},
        ).fetchone()
        return bool(row[0])

    def count_due(self, now: datetime) -> int:
        """How many feeds, entries and deliveries are due."""
        row = self._connection.conn.execute(
            """select (select count(*) from feeds where listed = 1 and due_at <= :now)
                 + (select count(*) from entries where state = 'due' and due_at <= :now)
                 + (select count(*) from deliveries where state in ('pending', 'sending') and due_at <= :now)""",
            {"now": time_to_text(now)},
        ).fetchone()
        return int(row[0])

    def lane_free_at(self, now: datetime) -> datetime | None:
        """When the first of the lanes that are in use or rest may be used again; None when all are free."""
        return time_from_text(lanes.first_lane_freed_at(self._connection.conn, now))

    def checkpoint(self) -> None:
        """Empty the write-ahead log into the file."""
        self._connection.checkpoint()

    def close(self) -> None:
        """Close the file; another process may then write it."""
        self._connection.close()

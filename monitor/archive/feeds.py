"""Feeds in the archive: which are due, and what a poll found."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.archive import lanes
from monitor.archive.authors import encode_authors
from monitor.archive.connection import ArchiveConnection
from monitor.archive.times import time_to_text
from monitor.links import lane_of_url, normalise_link
from monitor.model import Entry, EntryState, Failure, Feed, Poll, PollOutcome
from monitor.pace import EDITED_REREAD_FOR, REREADINGS_OF_EDITED, next_poll
from monitor.retry import after_poll

KEPT_FETCHES = 30
"""Polls remembered for each feed."""


@dataclass(frozen=True, slots=True)
class FeedSettings:
    """A feed as the configuration lists it."""

    url: str
    source: str
    language: str | None = None
    country: str | None = None
    kind: str | None = None
    note: str | None = None
    interval: timedelta = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Intake:
    """How much is taken in: sizes of batches, and what a feed's first poll may bring."""

    batch_items: int = 40
    per_lane: int = 5
    """Items of one lane in a batch: they are done one after another."""
    pause: timedelta = timedelta(seconds=2)
    """How long a lane is left alone after its batch."""
    first_max_age: timedelta = timedelta(hours=24)
    """A feed's first poll reads only what was published since; the rest, undated entries too, is skipped for good."""
    first_max_entries: int = 20


class Feeds:
    """Due feeds out, polls in."""

    def __init__(self, connection: ArchiveConnection, intake: Intake) -> None:
        self._connection = connection
        self._conn = connection.conn
        self._intake = intake

    def follow(self, feeds: Iterable[FeedSettings], now: datetime) -> None:
        """Make the archive's feeds those of the configuration; what left the list keeps its past."""
        with self._connection.transaction():
            self._conn.execute("update feeds set listed = 0")
            for settings in feeds:
                self._follow_one(settings, now)

    def _follow_one(self, settings: FeedSettings, now: datetime) -> None:
        row = {
            "url": settings.url,
            "source": settings.source,
            "language": settings.language,
            "country": settings.country,
            "kind": settings.kind,
            "note": settings.note,
            "interval_s": int(settings.interval.total_seconds()),
            "lane": lane_of_url(settings.url),
            "now": time_to_text(now),
            "at_latest": time_to_text(now + settings.interval),
        }
        # A new feed is due at once: whoever adds one wants to see what it brings.
        self._conn.execute(
            """insert into feeds (url, source, language, country, kind, note, interval_s, lane, due_at, added_at)
               values (:url, :source, :language, :country, :kind, :note, :interval_s, :lane, :now, :now)
               on conflict (url) do update set source = :source, language = :language, country = :country,
                 kind = :kind, note = :note, interval_s = :interval_s, lane = :lane, listed = 1,
                 due_at = case when interval_s > :interval_s and problem is null
                   then min(due_at, :at_latest) else due_at end""",
            row,
        )

    def due(self, now: datetime, due_by: datetime | None = None) -> Iterator[list[Feed]]:
        """Batches of feeds that are due now, or were at `due_by`; each takes its lanes, so no later one has them."""
        while batch := self._take(now, due_by or now):
            yield batch

    def _take(self, now: datetime, due_by: datetime) -> list[Feed]:
        with self._connection.transaction():
            # More rows than a batch takes, since of any one lane it takes only a few.
            rows = self._conn.execute(
                """select f.* from feeds f left join lanes l using (lane)
                   where f.listed = 1 and f.due_at <= :due_by and (l.free_at is null or l.free_at <= :now)
                   order by f.due_at, f.id limit 500""",
                {"now": time_to_text(now), "due_by": time_to_text(due_by)},
            )
            batch = lanes.pick_batch(rows, self._intake.batch_items, self._intake.per_lane)
            lanes.take_lanes(self._conn, {row["lane"] for row in batch}, now)
        return [_feed_from_row(row) for row in batch]

    def save(self, outcome: Poll | Failure[Feed], now: datetime) -> int:
        """Keep what one poll found: its entries, the feed's validators and when it is next due.

        Returns the number of new entries.
        """
        with self._connection.transaction():
            if isinstance(outcome, Failure):
                self._postpone(outcome, now)
                return 0
            new = self._add_entries(outcome, now)
            self._remember(outcome, new, now)
            return new

    def _postpone(self, failure: Failure[Feed], now: datetime) -> None:
        feed, attempts = failure.item, failure.item.attempts + 1
        self._conn.execute(
            """update feeds set attempts = ?, due_at = ?, polled_at = ?, problem = ?, problem_detail = ?,
                 problem_since = coalesce(problem_since, ?) where id = ?""",
            (
                attempts,
                time_to_text(after_poll(failure, now)),
                time_to_text(now),
                failure.reason,
                failure.detail or None,
                time_to_text(now),
                feed.id,
            ),
        )
        self._log(feed, now, "failed", problem=failure.reason, problem_detail=failure.detail or None)
        self._free(feed, now)

    def _remember(self, poll: Poll, new: int, now: datetime) -> None:
        # Validators are taken as they come: a truncated document has none, so that the rest is listed again.
        feed = poll.feed
        self._conn.execute(
            """update feeds set attempts = 0, due_at = :due, polled_at = :now, succeeded_at = :now,
                 problem = null, problem_detail = null, problem_since = null,
                 etag = :etag, last_modified = :last_modified, body_hash = :body_hash,
                 title = coalesce(:title, title), moved_to = :moved_to,
                 new_entry_at = case when :new > 0 then :now else new_entry_at end
               where id = :id""",
            {
                "id": feed.id,
                "now": time_to_text(now),
                "due": time_to_text(next_poll(now, feed.interval, feed.url)),
                "etag": poll.etag,
                "last_modified": poll.last_modified,
                "body_hash": poll.body_hash,
                "title": poll.title,
                "moved_to": poll.moved_to,
                "new": new,
            },
        )
        self._log(
            feed,
            now,
            poll.outcome,
            status=poll.status,
            new_entries=new,
            body_bytes=poll.body_bytes,
            seconds=round(poll.seconds, 3),
            problem=", ".join(poll.problems) or None,
        )
        self._free(feed, now)

    def _free(self, feed: Feed, now: datetime) -> None:
        lanes.free_lane(self._conn, lane_of_url(feed.url), now, self._intake.pause)

    def _log(self, feed: Feed, now: datetime, outcome: PollOutcome | Literal["failed"], **columns: object) -> None:
        row = {"feed_id": feed.id, "at": time_to_text(now), "outcome": outcome, **columns}
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        self._conn.execute(f"insert into fetches ({names}) values ({marks})", row)  # noqa: S608 - our own names
        self._conn.execute(
            """delete from fetches where feed_id = :id and id <= (
                 select id from fetches where feed_id = :id order by id desc limit 1 offset :kept)""",
            {"id": feed.id, "kept": KEPT_FETCHES},
        )

    def _add_entries(self, poll: Poll, now: datetime) -> int:
        if not poll.entries:
            return 0
        (succeeded,) = self._conn.execute("select succeeded_at from feeds where id = ?", (poll.feed.id,)).fetchone()
        allowed = None if succeeded else self._first_allowed(poll.entries, now)
        return sum(
            self._add_entry(entry, poll.feed, now, skip=allowed is not None and entry.key not in allowed)
            for entry in poll.entries
        )

    def _first_allowed(self, entries: Iterable[Entry], now: datetime) -> set[str]:
        """Of a feed's first document, the entries that are still news."""
        oldest = now - self._intake.first_max_age
        fresh = [entry for entry in entries if entry.published and entry.published >= oldest]
        fresh.sort(key=lambda entry: entry.published or oldest, reverse=True)
        return {entry.key for entry in fresh[: self._intake.first_max_entries]}

    def _add_entry(self, entry: Entry, feed: Feed, now: datetime, *, skip: bool) -> bool:
        """Add one entry unless the feed listed it before; whether it is new."""
        url_key = normalise_link(entry.url) if entry.url else None
        copy_of = None if skip else self._same_page(url_key)
        state: EntryState = "skipped" if skip else "copy" if copy_of else "due"
        added = self._conn.execute(
            """insert into entries (feed_id, key, url, url_key, title, summary, authors, published_at, language,
                 first_seen_at, lane, state, due_at, problem, copy_of)
               values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""",
            (
                feed.id,
                entry.key,
                entry.url,
                url_key,
                entry.title,
                entry.summary,
                encode_authors(entry.authors),
                time_to_text(entry.published),
                entry.language or feed.language,
                time_to_text(now),
                lane_of_url(entry.url or feed.url),
                state,
                time_to_text(now) if state == "due" else None,
                "older_than_first_poll" if skip else None,
                copy_of,
            ),
        )
        if added.rowcount == 0:
            self._revise(entry, feed, now)
        return added.rowcount > 0

    def _revise(self, entry: Entry, feed: Feed, now: datetime) -> None:
        """Of an entry whose title has changed since, the page is read again: it may tell something else now."""
        known = self._conn.execute(
            "select id, copy_of, title, revisions from entries where feed_id = ? and key = ?", (feed.id, entry.key)
        ).fetchone()
        if known["title"] == entry.title or known["revisions"] >= REREADINGS_OF_EDITED:
            return
        self._conn.execute(
            "update entries set title = ?, summary = ?, revisions = revisions + 1 where id = ?",
            (entry.title, entry.summary, known["id"]),
        )
        self._conn.execute(
            """update entries set state = 'due', due_at = ?, attempts = 0, problem = null, problem_detail = null
               where id = ? and state = 'read' and first_seen_at >= ?""",
            (time_to_text(now), known["copy_of"] or known["id"], time_to_text(now - EDITED_REREAD_FOR)),
        )

    def _same_page(self, url_key: str | None) -> int | None:
        """An entry of any feed that leads to the same page and is read or will be."""
        if url_key is None:
            return None
        row = self._conn.execute(
            "select id from entries where url_key = ? and state in ('due', 'read') order by id limit 1",
            (url_key,),
        ).fetchone()
        return row[0] if row else None


def _feed_from_row(row: sqlite3.Row) -> Feed:
    return Feed(
        id=row["id"],
        url=row["url"],
        source=row["source"],
        language=row["language"],
        interval=timedelta(seconds=row["interval_s"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        attempts=row["attempts"],
    )

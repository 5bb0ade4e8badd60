"""Entries in the archive: which are due to be read, and what reading them gave.

One reading changes the entry, the article, its decisions, hits, stories, alerts, deliveries and the words
learned: all of it in one transaction, so an alert is promised exactly when its hit is stored.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Literal

from monitor.archive import lanes
from monitor.archive.authors import decode_authors
from monitor.archive.connection import ArchiveConnection
from monitor.archive.feeds import Intake
from monitor.archive.judgements import save_judgement
from monitor.archive.times import time_from_text, time_to_text
from monitor.links import lane_of_url
from monitor.model import Entry, Failure, Judgement, Reading
from monitor.retry import after_reading

log = logging.getLogger(__name__)

FROM_FEED = "feed"
"""How an article's text was won where its page gave none."""


@dataclass(frozen=True, slots=True)
class ArticleStatus:
    """What a reading is to the archive, and which article it is."""

    kind: Literal["new", "known", "edited"]
    article_id: int | None = None
    stories: Mapping[str, str] | None = None
    """Of an edited one: the seeds whose hit it is already, each with the address of the story it belongs to."""

    @property
    def is_known(self) -> bool:
        """Nothing in it is new."""
        return self.kind == "known"

    @property
    def is_edited(self) -> bool:
        """The page says something else than when it was read before."""
        return self.kind == "edited"


class Entries:
    """Due entries out, readings in."""

    def __init__(self, connection: ArchiveConnection, intake: Intake) -> None:
        self._connection = connection
        self._conn = connection.conn
        self._intake = intake

    def due(self, now: datetime) -> Iterator[list[Entry]]:
        """Batches of entries to read, the longest due first and of these the newest news; each takes its lanes."""
        while batch := self._take(now):
            yield batch

    def _take(self, now: datetime) -> list[Entry]:
        with self._connection.transaction():
            # More rows than a batch takes, since of any one lane it takes only a few.
            rows = self._conn.execute(
                """select e.*, f.source from entries e join feeds f on f.id = e.feed_id
                     left join lanes l on l.lane = e.lane
                   where e.state = 'due' and e.due_at <= :now and (l.free_at is null or l.free_at <= :now)
                   order by e.due_at, e.published_at desc, e.id limit 500""",
                {"now": time_to_text(now)},
            )
            batch = lanes.pick_batch(rows, self._intake.batch_items, self._intake.per_lane)
            lanes.take_lanes(self._conn, {row["lane"] for row in batch}, now)
        return [_entry_from_row(row) for row in batch]

    def status_of(self, reading: Reading) -> ArticleStatus:
        """What the archive makes of a reading: a new article, one that it has by whatever entry, or an edited one.

        Only the entry that brought an article brings its edition. What its feed alone tells replaces no page.
        """
        article = reading.article
        entry = self._conn.execute("select article_id from entries where id = ?", (reading.entry.id,)).fetchone()
        own = entry["article_id"] if entry else None
        if own and article.method == FROM_FEED:
            return ArticleStatus("known", own)
        row = self._conn.execute(
            "select id, title, text_sha256 from articles where url = ?", (article.url,)
        ).fetchone()
        if row is None:
            return ArticleStatus("new")
        same = (row["title"], row["text_sha256"]) == (article.title, _text_sha256(article.text))
        if same or row["id"] != own:
            return ArticleStatus("known", row["id"])
        return ArticleStatus("edited", row["id"], self._stories_by_seed(row["id"]))

    def _stories_by_seed(self, article_id: int) -> dict[str, str]:
        rows = self._conn.execute(
            """select d.slug, s.url from hits h join seeds d on d.id = h.seed_id join stories s on s.id = h.story_id
               where h.article_id = ?""",
            (article_id,),
        )
        return {row["slug"]: row["url"] for row in rows}

    def save(self, outcome: Reading | Failure[Entry], judgement: Judgement, now: datetime) -> None:
        """Keep what reading one entry gave, with everything that follows from it."""
        with self._connection.transaction():
            if isinstance(outcome, Failure):
                self._postpone(outcome, now)
                return
            status = self.status_of(outcome)
            article_id = status.article_id or self._add_article(outcome, now)
            edition = self._add_edition(outcome, article_id, now) if status.is_edited else 0
            self._finish(outcome, article_id, now)
            if not status.is_known:
                save_judgement(self._conn, outcome, article_id, judgement, now, edition)

    def _postpone(self, failure: Failure[Entry], now: datetime) -> None:
        attempts = failure.item.attempts + 1
        state, due = after_reading(failure, now)
        if state == "skipped":
            log.error("entry %s is given up after %s tries: %s", failure.item.id, attempts, failure.reason)
        self._conn.execute(
            """update entries set state = ?, attempts = ?, due_at = ?, problem = ?, problem_detail = ?
               where id = ? and state = 'due'""",
            (
                state,
                attempts,
                time_to_text(due),
                failure.reason,
                failure.detail or None,
                failure.item.id,
            ),
        )
        self._free(failure.item, now)

    def _finish(self, reading: Reading, article_id: int, now: datetime) -> None:
        problems = reading.article.problems
        self._conn.execute(
            """update entries set state = 'read', due_at = null, article_id = ?, problem = ?, problem_detail = null
               where id = ?""",
            (article_id, problems[0] if problems else None, reading.entry.id),
        )
        # Its feed may have given it another title while its page was being read.
        self._conn.execute(
            "update entries set state = 'due', due_at = ? where id = ? and revisions > 0 and title <> ?",
            (time_to_text(now), reading.entry.id, reading.entry.title),
        )
        self._free(reading.entry, now)

    def _free(self, entry: Entry, now: datetime) -> None:
        row = self._conn.execute("select lane from entries where id = ?", (entry.id,)).fetchone()
        lanes.free_lane(self._conn, row[0] if row else lane_of_url(entry.url or ""), now, self._intake.pause)

    def _add_article(self, reading: Reading, now: datetime) -> int:
        entry, article = reading.entry, reading.article
        published = article.published or entry.published
        seen = self._conn.execute("select first_seen_at from entries where id = ?", (entry.id,)).fetchone()
        first_seen = seen[0] if seen else time_to_text(now)
        added = self._conn.execute(
            """insert into articles (feed_id, url, canonical_url, title, source, authors, language, published_at,
                 first_seen_at, day, words, method, problems, text_sha256)
               values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (
                entry.feed_id,
                article.url or None,
                article.canonical_url,
                article.title,
                entry.source,
                ", ".join(article.authors) or None,
                article.language,
                time_to_text(published),
                first_seen,
                time_to_text(published or now)[:10],
                len(article.text.split()),
                article.method,
                ", ".join(article.problems) or None,
                _text_sha256(article.text),
            ),
        )
        article_id = added.lastrowid
        assert article_id is not None  # noqa: S101 - an insert into a table with a rowid gives one
        self._conn.execute("insert into article_text values (?, ?)", (article_id, article.text))
        return article_id

    def _add_edition(self, reading: Reading, article_id: int, now: datetime) -> int:
        """Let an article say what its page says now, and keep what it was called; the number of the change."""
        article = reading.article
        self._conn.execute(
            """insert into editions (article_id, title, words, text, until_at)
               select id, title, words, (select text from article_text where article_id = id), ?
               from articles where id = ?""",
            (time_to_text(now), article_id),
        )
        self._conn.execute(
            """update articles set title = ?, authors = ?, words = ?, method = ?, problems = ?, text_sha256 = ?
               where id = ?""",
            (
                article.title,
                ", ".join(article.authors) or None,
                len(article.text.split()),
                article.method,
                ", ".join(article.problems) or None,
                _text_sha256(article.text),
                article_id,
            ),
        )
        self._conn.execute("update article_text set text = ? where article_id = ?", (article.text, article_id))
        row = self._conn.execute("select count(*) from editions where article_id = ?", (article_id,)).fetchone()
        return int(row[0])


def _text_sha256(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _entry_from_row(row: sqlite3.Row) -> Entry:
    return Entry(
        id=row["id"],
        feed_id=row["feed_id"],
        key=row["key"],
        url=row["url"],
        title=row["title"],
        summary=row["summary"],
        published=time_from_text(row["published_at"]),
        language=row["language"],
        authors=decode_authors(row["authors"]),
        source=row["source"],
        attempts=row["attempts"],
    )

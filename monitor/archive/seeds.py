"""Seeds in the archive, and what the desk must remember of the past to judge as if it had never stopped."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256

import msgspec

from monitor.archive.connection import ArchiveConnection
from monitor.archive.times import time_from_text, time_to_text
from monitor.model import Article, Relation, Seed, Story


class Seeds:
    """The seeds, the stories told and the words seen."""

    def __init__(self, connection: ArchiveConnection) -> None:
        self._connection = connection
        self._conn = connection.conn

    def follow(self, seeds: Iterable[Seed], now: datetime) -> tuple[list[str], list[str], list[str]]:
        """Make the archive's active seeds these; returns the slugs that are new, changed and gone."""
        with self._connection.transaction():
            before = {
                row["slug"]: row["fingerprint"]
                for row in self._conn.execute("select slug, fingerprint from seeds where active = 1")
            }
            self._conn.execute("update seeds set active = 0")
            after = {seed.slug: self._follow_one(seed, now) for seed in seeds}
        new = [slug for slug in after if slug not in before]
        changed = [slug for slug in after if slug in before and before[slug] != after[slug]]
        return new, changed, [slug for slug in before if slug not in after]

    def _follow_one(self, seed: Seed, now: datetime) -> str:
        fingerprint = _fingerprint_seed(seed)
        topics = msgspec.json.encode({topic.name: topic.terms for topic in seed.topics}).decode()
        self._conn.execute(
            """insert into seeds (slug, title, topics, threshold, fingerprint, added_at, changed_at)
               values (:slug, :title, :topics, :threshold, :fingerprint, :now, :now)
               on conflict (slug) do update set title = :title, topics = :topics, threshold = :threshold, active = 1,
                 changed_at = case when fingerprint = :fingerprint then changed_at else :now end,
                 fingerprint = :fingerprint""",
            {
                "slug": seed.slug,
                "title": seed.title,
                "topics": topics,
                "threshold": seed.threshold,
                "fingerprint": fingerprint,
                "now": time_to_text(now),
            },
        )
        return fingerprint

    def document_frequencies(self) -> dict[tuple[str, str], int]:
        """(language, stem) → in how many articles it has been seen."""
        rows = self._conn.execute("select language, stem, articles from document_frequencies")
        return {(row[0], row[1]): row[2] for row in rows}

    def articles_by_language(self) -> dict[str, int]:
        """Language → number of articles seen."""
        return {row[0]: row[1] for row in self._conn.execute("select language, articles from languages")}

    def placed_hits(self, since: datetime) -> Iterator[tuple[Story, Article, str, Relation, datetime]]:
        """The stories with a hit since a moment, hit by hit as they were found.

        Each with its story, article, source and relation, and when it was found; the article as it was when somebody
        was last told of it: an edit that nobody was told of is still news. Where its text of then was not kept,
        today's stands for it.
        """
        rows = self._conn.execute(
            """with alerted as (
                 select h.*,
                   max(h.matched_at, coalesce((select max(created_at) from alerts where hit_id = h.id), '')) at
                 from hits h where h.story_id in (select story_id from hits where matched_at >= ?))
               select d.slug, s.url story_url, s.title story_title, s.source story_source, s.first_seen_at,
                 h.matched_at, coalesce(h.relation, 'copy') relation, a.url, a.canonical_url,
                 coalesce(e.title, a.title) title, a.source, a.language, a.published_at,
                 coalesce(nullif(e.text, ''), t.text) text
               from alerted h join stories s on s.id = h.story_id join seeds d on d.id = h.seed_id
                 join articles a on a.id = h.article_id join article_text t on t.article_id = a.id
                 left join editions e on e.id = (
                   select min(id) from editions where article_id = h.article_id and until_at > h.at)
               order by h.id""",
            (time_to_text(since),),
        )
        for row in rows:
            found = time_from_text(row["matched_at"])
            yield _story_from_row(row), _article_from_row(row), row["source"], row["relation"], found

    def recent_articles(self, count: int) -> list[Article]:
        """The articles read last, oldest first."""
        rows = self._conn.execute(
            """select a.url, a.title, a.language, t.text from articles a join article_text t on t.article_id = a.id
               order by a.id desc limit ?""",
            (count,),
        ).fetchall()
        return [Article(row["url"] or "", row["title"], row["text"], row["language"]) for row in reversed(rows)]


def _story_from_row(row: sqlite3.Row) -> Story:
    first_seen = time_from_text(row["first_seen_at"])
    return Story(row["slug"], row["story_url"], row["story_title"], row["story_source"], first_seen)


def _article_from_row(row: sqlite3.Row) -> Article:
    return Article(
        row["url"] or "",
        row["title"],
        row["text"],
        row["language"],
        time_from_text(row["published_at"]),
        canonical_url=row["canonical_url"],
    )


def _fingerprint_seed(seed: Seed) -> str:
    """A word for all that a seed says: another one whenever something in it has changed."""
    facts = msgspec.to_builtins(seed)
    # Hashed under the name it had when the first archives were written: no seed looks changed after an upgrade.
    facts["wishes"] = facts.pop("timing")
    return sha256(msgspec.json.encode(facts)).hexdigest()[:16]

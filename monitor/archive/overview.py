"""The archive at a glance, read beside a running daemon: for `monitor status`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.archive import labels
from monitor.archive.connection import ArchiveError, open_read_only
from monitor.archive.times import time_to_text
from monitor.model import Seed


@dataclass(frozen=True, slots=True)
class Overview:
    """What the archive holds, what is due and what is in trouble."""

    feeds: int
    feeds_never_polled: int
    feeds_in_trouble: tuple[tuple[str, str, str, str], ...]
    """(source, problem, since, address), the longest in trouble first."""
    entries_due: int
    articles: int
    articles_today: int
    seeds: tuple[tuple[str, int, int], ...]
    """(seed, hits, hits of the last 24 hours)."""
    deliveries: dict[str, int]
    dead: tuple[tuple[str, str, str], ...]
    """(channel, title, problem) of deliveries given up, the newest first, ten at most."""
    channels_down: tuple[tuple[str, str, str], ...]
    """(channel, problem, since) of the channels that take no alerts."""
    archive_bytes: int
    log_bytes: int
    """Size of the write-ahead log."""


def read_overview(path: Path, now: datetime) -> Overview:
    """Count without writing; raises ArchiveError when there is no archive to read."""
    if not path.exists():
        raise ArchiveError(f"there is no archive at {path} yet: `monitor run` or `monitor once` makes it")
    conn = open_read_only(path)
    try:
        return _count_archive(conn, path, time_to_text(now), time_to_text(now - timedelta(hours=24)))
    except sqlite3.Error as error:
        raise ArchiveError(f"{path} cannot be read as an archive: {error}") from error
    finally:
        conn.close()


def _count_archive(conn: sqlite3.Connection, path: Path, now: str, day_ago: str) -> Overview:
    def count(sql: str, *values: str) -> int:
        return int(conn.execute(sql, values).fetchone()[0])

    log = path.with_name(path.name + "-wal")
    return Overview(
        feeds=count("select count(*) from feeds where listed = 1"),
        feeds_never_polled=count("select count(*) from feeds where listed = 1 and polled_at is null"),
        feeds_in_trouble=tuple(
            conn.execute(
                """select source, problem, problem_since, url from feeds
                   where listed = 1 and problem is not null order by problem_since, source"""
            )
        ),
        entries_due=count("select count(*) from entries where state = 'due' and due_at <= ?", now),
        articles=count("select count(*) from articles"),
        articles_today=count("select count(*) from articles where first_seen_at >= ?", day_ago),
        seeds=tuple(
            conn.execute(
                """select slug, count(h.id), count(case when h.matched_at >= ? then 1 end)
                   from seeds s left join hits h on h.seed_id = s.id
                   where s.active = 1 group by s.id order by slug""",
                (day_ago,),
            )
        ),
        deliveries=dict(conn.execute("select state, count(*) from deliveries group by state").fetchall()),
        dead=tuple(
            conn.execute(
                """select d.channel, a.title, d.problem from deliveries d join alerts a on a.id = d.alert_id
                   where d.state = 'dead' order by d.id desc limit 10"""
            )
        ),
        channels_down=tuple(
            conn.execute("select channel, problem, down_since from channels where down_since is not null order by 3")
        ),
        archive_bytes=path.stat().st_size,
        log_bytes=log.stat().st_size if log.exists() else 0,
    )


def teach_seeds_from_file(path: Path, seeds: Iterable[Seed]) -> tuple[Seed, ...]:
    """The seeds with what labels teach them; as they are where there is no archive, or one that knows no labels."""
    if not path.exists():
        return tuple(seeds)
    conn = open_read_only(path)
    try:
        return labels.teach_seeds(conn, seeds)
    except sqlite3.Error:
        return tuple(seeds)
    finally:
        conn.close()


def read_frequencies(path: Path) -> tuple[dict[tuple[str, str], int], dict[str, int]]:
    """How often words were seen, and in how many articles of each language; nothing without an archive."""
    if not path.exists():
        return {}, {}
    conn = open_read_only(path)
    try:
        stems = conn.execute("select language, stem, articles from document_frequencies").fetchall()
        languages = conn.execute("select language, articles from languages").fetchall()
    except sqlite3.Error as error:
        raise ArchiveError(f"{path} cannot be read as an archive: {error}") from error
    finally:
        conn.close()
    return {(language, stem): articles for language, stem, articles in stems}, dict(languages)

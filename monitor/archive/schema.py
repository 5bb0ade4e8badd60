"""The archive's tables, as migrations: each runs once, in one transaction with its record.

Tables and columns are a user interface: named by the glossary, documented in docs/schema.md, never
changed but by a further migration: one that has landed is never touched, and tests/data/archives keeps an
archive of every version. Times are ISO 8601 in UTC (`2025-11-03T12:00:00Z`), so that they sort as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from sqlite_utils import Database, Migrations

from monitor.archive.tables import (
    DIGESTS,
    EDITIONS,
    SUPPRESSED,
    TABLES,
    TEXTS_OF_EDITIONS,
    TRIGGERS,
    WHAT_IS_NEW_IN_FIVE,
)

APPLICATION_ID = 0x6D6F6E72
"""`monr`: marks a SQLite file as an archive of ours."""

SCHEMA_VERSION = 6
"""`PRAGMA user_version` of the newest migration; an archive with a higher one is refused."""

migrations = Migrations("monitor")


@migrations()
def first_tables(db: Database) -> None:
    """Everything the first release keeps."""
    for statement in (*filter(str.strip, TABLES.split(";")), *TRIGGERS):
        db.execute(statement)
    db.execute(f"pragma application_id = {APPLICATION_ID}")
    db.execute("pragma user_version = 1")


@migrations()
def stories_know_copies(db: Database) -> None:
    """How a hit relates to its story. Until now, whatever joined a story was a copy of its first report."""
    db.execute("alter table hits add column relation text")
    db.execute(
        """update hits set relation = case
             when id = (select min(id) from hits o where o.story_id = hits.story_id) then 'first' else 'copy' end
           where story_id is not null"""
    )
    db.execute("pragma user_version = 2")


@migrations()
def deliveries_gather_in_digests(db: Database) -> None:
    """Deliveries may wait for a digest, channels may be down, and seeds may be silenced."""
    for statement in filter(str.strip, DIGESTS.split(";")):
        db.execute(statement)
    db.execute("pragma user_version = 3")


@migrations()
def deliveries_may_be_suppressed(db: Database) -> None:
    """What waits may be silenced, and old news waits for the rest of it. A CHECK cannot be altered: a new table."""
    for statement in filter(str.strip, SUPPRESSED.split(";")):
        db.execute(statement)
    db.execute("pragma user_version = 4")


@migrations()
def articles_have_editions(db: Database) -> None:
    """Stories know their publishers (of earlier ones nobody counted), and articles what they were called before."""
    for statement in filter(str.strip, EDITIONS.split(";")):
        db.execute(statement)
    db.execute("pragma user_version = 5")


FIFTH_AT_FIRST = "stories_know_their_publishers"
"""The name of the fifth migration when it landed. It did two things of five then: the sixth does the others."""


@migrations()
def early_archives_catch_up(db: Database) -> None:
    """The first and the fifth migration were edited after they had landed: what an archive lacks of them is added.

    And alerts of the first two versions get the thread by which their stories are known to have been told.
    """
    if "passages" not in _columns(db, "decisions"):
        db.execute("alter table decisions add column passages text")
    if "revisions" not in _columns(db, "entries"):
        db.execute("alter table entries add column revisions integer not null default 0")
    by_hash = "text_sha256" in _columns(db, "editions")
    if by_hash:
        db.execute("alter table editions rename to editions_by_hash")
        db.execute("drop index editions_article")
    lacking = WHAT_IS_NEW_IN_FIVE + (TEXTS_OF_EDITIONS if by_hash else "")
    for statement in filter(str.strip, lacking.split(";")):
        db.execute(statement)
    _name_threads(db)
    db.execute("pragma user_version = 6")


def _columns(db: Database, table: str) -> set[str]:
    return {name for (name,) in db.execute("select name from pragma_table_info(?)", (table,))}


def _name_threads(db: Database) -> None:
    """As `Story.thread` is made."""
    nameless: Iterable[tuple[int, str, str]] = db.execute(
        """select a.id, d.slug, s.url from alerts a join stories s on s.id = a.story_id
             join seeds d on d.id = s.seed_id where a.thread = ''"""
    ).fetchall()
    for alert_id, slug, url in nameless:
        thread = blake2b(f"{slug}\0{url}".encode(), digest_size=12).hexdigest()
        db.execute("update alerts set thread = ? where id = ?", (thread, alert_id))


def migrate(db: Database) -> None:
    """Bring an archive's tables up to date, whichever version of ours made them."""
    if FIFTH_AT_FIRST in {migration.name for migration in migrations.applied(db)}:
        db.execute("update _sqlite_migrations set name = 'articles_have_editions' where name = ?", (FIFTH_AT_FIRST,))
    migrations.apply(db)

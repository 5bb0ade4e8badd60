"""Archives that earlier versions wrote: each is opened, nothing in it is lost, and work goes on.

How they were made is told in tests/data/archives/README.md.
"""

from __future__ import annotations

import ast
import asyncio
import inspect
import json
import re
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from monitor.alert.console import ConsoleTable
from monitor.alert.mail import MailTable
from monitor.archive import Archive, ArchiveError, Intake, schema
from monitor.archive.connection import ArchiveConnection
from monitor.archive.serve import bring_tables_up_to_date
from monitor.assembly import make_desk
from monitor.config.settings import AlertsTable, Settings
from monitor.desk import Desk
from monitor.engine import InlineEngine
from monitor.model import Delivery, Example, Seed, Topic
from monitor.pipeline import deliver_due, poll_due, read_due
from tests.build import HOUR, NOON, due_entries, due_feeds, open_archive, rows
from tests.fakes import FakeChannel, FakeWeb, answer
from tests.test_archive_pages import browse, text_of

FOLDER = Path(__file__).parent / "data" / "archives"
FILES = sorted(FOLDER.glob("schema-*.db"))
LATER = NOON + 5 * HOUR
"""When the old daemon has been stopped for an hour and a half."""

HARBOUR = Seed(
    "harbour",
    "Dockers close the port of Wexport",
    (Example("Dockers close the port of Wexport", "The dockers of Wexport have closed the port by a strike.", "en"),),
    (Topic("strike", {"*": ("strike",)}), Topic("dockers", {"*": ("dockers",)})),
)
LETTER_BOXES = ("anna@wexport.example", "bo@wexport.example")
CHANNELS = {
    "desk": ConsoleTable("console"),
    "mail": MailTable("email", "127.0.0.1", "monitor@wexport.example", LETTER_BOXES),
    "pager": ConsoleTable("console"),
}

LANDED = {
    "first_tables": "68a926bd0c781003",
    "stories_know_copies": "7100365bb2d96495",
    "deliveries_gather_in_digests": "e65093636c704c9f",
    "deliveries_may_be_suppressed": "926898c8320868b6",
    "articles_have_editions": "03562e3301be97a8",
    "early_archives_catch_up": "aae5738f8a9cb0e1",
}
"""The checksums of the migrations that have landed. Lines are added here, never changed."""


@pytest.fixture(params=[file.stem for file in FILES])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of an old archive."""
    return Path(shutil.copy(FOLDER / f"{request.param}.db", tmp_path / "monitor.db"))


@pytest.fixture
def archive(path: Path) -> Archive:
    """An old archive as it is opened now, after a stop of the daemon."""
    opened = open_archive(path, Intake(pause=timedelta()))
    opened.recover(LATER)
    return opened


def version_of(file: Path) -> int:
    with closing(sqlite3.connect(file)) as conn:
        (version,) = conn.execute("pragma user_version").fetchone()
    return int(version)


def only(*stems: str) -> pytest.MarkDecorator:
    """Only these archives."""
    return pytest.mark.parametrize("path", stems, indirect=True)


def since(version: int) -> pytest.MarkDecorator:
    """Only the archives of a version and later ones."""
    return only(*(file.stem for file in FILES if version_of(file) >= version))


# --- migrations --------------------------------------------------------------------------------


def test_every_schema_has_its_archive():
    """A new migration comes with an archive that the code of its time wrote."""
    assert {version_of(file) for file in FILES} == set(range(1, schema.SCHEMA_VERSION + 1))


def test_landed_migrations_are_never_touched():
    """Archives know them by name and do not run them again: whatever is changed in them is missing there."""
    found = {one.name: checksum(one.fn) for one in schema.migrations._migrations}
    assert found == LANDED, "a migration that has landed is never touched: add a new one instead, and its line here"


def checksum(function: object) -> str:
    return sha256(" ".join(substance(function).split()).encode()).hexdigest()[:16]


def substance(function: object) -> str:
    """All that a function does: its code without its docstring, and what it names of its module."""
    lines = inspect.getsource(function).splitlines()
    (tree,) = ast.parse("\n".join(lines)).body
    if ast.get_docstring(tree):
        del lines[tree.body[0].lineno - 1 : tree.body[0].end_lineno]
    code = "\n".join(lines)
    names = dict.fromkeys(re.findall(r"\b(?:[A-Z][A-Z_]+|_[a-z][a-z_]*)\b", code))
    named = [getattr(schema, name) for name in names if hasattr(schema, name) and f"def {name}" not in code]
    return code + "".join(substance(one) if callable(one) else repr(one) for one in named)


def test_an_old_archive_gets_the_tables_of_a_new_one(archive):
    assert shape(archive) == shape(open_archive())
    assert rows(archive, "pragma user_version") == [(schema.SCHEMA_VERSION,)]
    assert rows(archive, "pragma foreign_key_check") == []
    assert rows(archive, "pragma integrity_check") == [("ok",)]


def shape(archive: Archive) -> dict[str, tuple[str, frozenset[str]]]:
    """Every table, index, view and trigger: its words, with columns and constraints in whatever order."""
    return {
        name: parts(sql) for name, sql in rows(archive, "select name, sql from sqlite_master where sql is not null")
    }


def parts(sql: str) -> tuple[str, frozenset[str]]:
    head, _, body = " ".join(sql.replace('"', "").split()).partition("(")
    return head.strip().lower(), frozenset(part.strip(" )") for part in re.split(r",(?![^(]*\))", body))


@only("schema-5-early-a")
def test_the_first_fifth_migration_counts_as_the_fifth(archive):
    """It landed under another name, did less, and must not be run in today's form on top of that."""
    names = [name for (name,) in rows(archive, "select name from _sqlite_migrations")]
    assert sorted(names) == sorted(one.name for one in schema.migrations._migrations)


@only("schema-5-early-b", "schema-5-early-c")
def test_an_edition_known_by_its_hash_has_its_text_where_only_the_title_changed(archive):
    found = rows(archive, "select e.title, e.text, t.text from editions e join article_text t using (article_id)")
    (strike, text, today), (garden, unknown, _) = found
    assert (strike, text) == ("Dockers close the port of Wexport", today)
    assert (garden, unknown) == ("Garden show opens in the rain", "")


@only("schema-5-early-b", "schema-5-early-c")
def test_where_the_text_of_an_edition_is_not_known_its_story_still_is(archive):
    """An edit that nobody was told of: its title is as it was told, for its text today's stands in."""
    archive._connection.conn.execute("update editions set text = '', until_at = '2025-11-03T16:00:00Z'")
    told = {article.title: article.text for _, article, *_ in archive.seeds.placed_hits(NOON - HOUR)}
    assert "14 ships wait in the bay" in told["Dockers close the port of Wexport"]


# --- nothing is lost ---------------------------------------------------------------------------


def test_an_old_archive_keeps_every_row(path):
    before = contents(path)
    open_archive(path)
    after = contents(path)
    assert {table: shared(after[table], kept) for table, kept in before.items()} == before


Rows = list[dict[str, object]]


def contents(path: Path) -> dict[str, Rows]:
    """All that the tables hold, but for which migrations have run and the hashes of editions."""
    with closing(sqlite3.connect(path)) as conn:
        conn.row_factory = sqlite3.Row
        tables = conn.execute(
            """select name from sqlite_master where type = 'table' and name not like 'articles_fts%'
                 and name not like '%sqlite%'"""
        ).fetchall()
        found = {name: [dict(row) for row in conn.execute(f"select * from {name}")] for (name,) in tables}  # noqa: S608
    for edition in found.get("editions", ()):
        edition.pop("text_sha256", None)
    return found


def shared(after: Rows, before: Rows) -> Rows:
    """Of these rows the columns that there were before."""
    columns = before[0] if before else {}
    return [{name: row[name] for name in columns} for row in after]


def test_its_texts_are_found(archive):
    """In two scripts, and the index agrees with the texts."""
    find = "select min(title) from articles_fts where articles_fts match ?"
    words = {
        "striking ships": "Dockers close",
        "забастовку": "Докеры закрыли порт",
        "inspectors": "Nine cracks",
        "zeppelin": "",
    }
    found = {word: archive._connection.conn.execute(find, (word,)).fetchone()[0] or "" for word in words}
    assert [found[word].startswith(title) for word, title in words.items()] == [True] * 4, found
    archive._connection.conn.execute("insert into articles_fts(articles_fts, rank) values ('integrity-check', 1)")


def test_its_pages_open(path):
    """`monitor archive` may be the first to open it after an upgrade, and Datasette migrates nothing."""
    bring_tables_up_to_date(path)
    for get in browse(path):
        assert "Nine cracks in the Calder bridge" in text_of(get("/monitor/hits/1"))
        assert "Who told it, and when" in text_of(get("/monitor/stories/1"))
        assert "so are dogs on a lead" in text_of(get("/monitor/articles/5"))
        assert "Nine cracks in the Calder bridge" in get("/monitor/-/hits.atom").text


@only("schema-4")
def test_an_old_archive_that_an_old_daemon_works_on_is_not_changed_to_be_served(path):
    with closing(ArchiveConnection(path)) as daemon:
        daemon.conn.execute("pragma user_version = 4")
        with pytest.raises(ArchiveError, match=r"a monitor of an earlier version .* restart the daemon first"):
            bring_tables_up_to_date(path)
    assert version_of(path) == 4


@only("schema-4")
def test_an_old_archive_that_cannot_be_written_is_not_served(path):
    Path(f"{path}.lock").mkdir()
    with pytest.raises(ArchiveError, match=r"cannot write beside .* Make the folder writable"):
        bring_tables_up_to_date(path)
    assert version_of(path) == 4


def test_an_archive_with_todays_tables_is_served_without_being_written(tmp_path):
    """A reader may have no right to write it."""
    open_archive(tmp_path / "monitor.db").close()
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith(".lock")}
    bring_tables_up_to_date(tmp_path / "monitor.db")
    assert {file: file.read_bytes() for file in before} == before


def test_what_is_no_archive_is_not_changed_to_be_served(tmp_path):
    other = tmp_path / "other.db"
    with closing(sqlite3.connect(other)) as conn:
        conn.execute("create table theirs (id)")
    bring_tables_up_to_date(other)
    assert version_of(other) == 0
    other.write_text("no database " * 1000)
    with pytest.raises(ArchiveError, match="cannot be read as an archive"):
        bring_tables_up_to_date(other)


# --- work goes on ------------------------------------------------------------------------------


class Room:
    """An old archive at work again, with a made-up web and fake channels."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.web = FakeWeb()
        self.channels = {name: FakeChannel(name) for name in ("desk", "mail", "pager", "news")}
        self.desk = desk_of(archive)

    def publish(self, name: str, title: str, *paragraphs: str) -> None:
        """Let The Gull, which nobody could reach before, have an article."""
        feed, page = "https://gull.example/rss", f"https://gull.example/{name}"
        dated = "<pubDate>Mon, 03 Nov 2025 16:30:00 +0000</pubDate>"
        listed = f"<item><guid>{name}</guid><title>{title}</title><link>{page}</link>{dated}</item>"
        body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        text = f"<html lang=en><title>{title}</title><article><h1>{title}</h1>{body}</article></html>"
        rss = f"<rss version='2.0'><channel><title>The Gull</title>{listed}</channel></rss>"
        self.web.answers |= {feed: answer(feed, rss, content_type="application/rss+xml"), page: answer(page, text)}

    def read(self) -> None:
        asyncio.run(self._read())

    async def _read(self) -> None:
        engine = InlineEngine(self.web)
        async for _ in poll_due(lambda: LATER, self.archive, engine):
            pass
        async for _ in read_due(lambda: LATER, self.archive, engine, self.desk):
            pass

    def deliver(self) -> list[Delivery]:
        """What is sent, by delivery."""
        asyncio.run(self._deliver())
        sent = [delivery for channel in self.channels.values() for delivery in channel.sent]
        return sorted(sent, key=lambda delivery: delivery.id)

    async def _deliver(self) -> None:
        async for _ in deliver_due(lambda: LATER, self.archive, self.channels):
            pass


def desk_of(archive: Archive) -> Desk:
    """A desk as the daemon makes it; whoever has news of the harbour is told at once."""
    alerts = AlertsTable(channels=tuple(CHANNELS))
    settings = Settings(Path("config"), Path("seeds"), channels=CHANNELS, alerts=alerts, seeds=(HARBOUR,))
    return make_desk(settings, archive, LATER)


def test_every_feed_is_polled_again(archive):
    assert {feed.source: feed.attempts > 0 for feed in due_feeds(archive, LATER)} == {
        "The Wexport Post": False,
        "Tide News": False,
        "Calder Wire": False,
        "Маяк": False,
        "The Gull": True,
    }


def test_what_was_not_read_yet_is_read(archive):
    assert [(entry.title, entry.attempts) for entry in due_entries(archive, LATER)] == [
        ("Dockers of Nore vote on a strike", 1),
        ("Cranes from Calder reach Wexport", 0),
    ]


def test_it_goes_on_from_feed_to_alert(archive):
    room = Room(archive)
    room.publish("vote", "Dockers of Nore vote on a strike", *VOTE)
    room.read()
    assert rows(archive, "select source from feeds where succeeded_at = '2025-11-03T17:00:00Z'") == [("The Gull",)]
    assert rows(
        archive,
        """select h.relation, told from hits h join articles a on a.id = h.article_id
             join decisions d using (article_id, seed_id) where a.url = 'https://gull.example/vote'""",
    ) == [("first", "desk, mail, pager")]
    told = [one for one in room.deliver() if one.alert.title == "Dockers of Nore vote on a strike"]
    assert sorted((one.channel, one.recipient) for one in told) == [
        ("desk", ""),
        *(("mail", box) for box in LETTER_BOXES),
        ("pager", ""),
    ]


VOTE = (
    "In Nore the dockers vote tonight on a strike of their own, over night shifts and the rent of their cottages. "
    "The count is to be read out in the fish hall at ten.",
    "Their foreman, Per Holm, hopes for a strike; the mayor of Nore offers the dockers 200 cottages.",
)


def test_its_stories_are_not_told_again(archive):
    """The desk knows them, and the archive knows who was told."""
    ((story, title, text),) = rows(
        archive,
        """select h.story_id, a.title, t.text from hits h join articles a on a.id = h.article_id
             join article_text t using (article_id) where a.title like 'Port of%'""",
    )
    alerts = rows(archive, "select count(*) from alerts")
    room = Room(archive)
    room.publish("copy", str(title), *str(text).splitlines())
    room.read()
    assert rows(
        archive,
        """select h.story_id, h.relation, told from hits h join articles a on a.id = h.article_id
             join decisions d using (article_id, seed_id) where a.url = 'https://gull.example/copy'""",
    ) == [(story, "copy", None)]
    assert rows(archive, "select count(*) from alerts") == alerts


def test_what_waited_is_delivered_once(archive):
    """Under the name it always had; what was cut off before its answer says that it may be a repetition."""
    waiting = rows(archive, "select id, message_id, state from deliveries where state in ('pending', 'sending')")
    sent = {delivery.id: delivery for delivery in Room(archive).deliver()}
    ends = dict(rows(archive, "select id, coalesce(folded_into, id) from deliveries"))
    assert {ends[number] for number, _, _ in waiting} <= set(sent)
    alone = [one for one in waiting if ends[one[0]] == one[0]]
    assert [(one, sent[one].message_id, sent[one].in_doubt) for one, _, _ in alone] == [
        (one, name, state == "sending") for one, name, state in alone
    ]
    assert rows(archive, "select count(*) from deliveries where state in ('pending', 'sending')") == [(0,)]
    assert Room(archive).deliver() == []


@since(3)
def test_what_waited_for_a_digest_is_told_in_one(archive):
    digests = [delivery for delivery in Room(archive).deliver() if delivery.alert.kind == "digest"]
    old_news = ["Lighthouse of Skerry to be sold to a hotel", "Herring quota cut by half"]
    assert {delivery.channel: [item.title for item in delivery.alert.items] for delivery in digests} == {
        "news": ["Ferry fares to rise by 18 per cent", *old_news],
        "desk": old_news,
        "mail": old_news,
        "pager": old_news,
    }


@since(3)
def test_a_digest_that_was_refused_can_be_sent_after_all(archive):
    """It names its reports as it did."""
    ((refused, payload),) = rows(
        archive, "select d.id, a.payload from alerts a join deliveries d on d.alert_id = a.id where a.kind = 'digest'"
    )
    archive.outbox_admin.retry([refused], None, LATER)
    (digest,) = [delivery.alert for delivery in Room(archive).deliver() if delivery.id == refused]
    titles = [
        "Strike grows: 32 ships wait off Wexport",
        "Port of Wexport closed by dockers",
        "Nine cracks in the Calder bridge",
    ]
    assert [item.title for item in digest.items] == [item["title"] for item in json.loads(payload)["items"]] == titles


def test_what_was_given_up_can_be_sent_after_all(archive):
    dead = {number for (number,) in rows(archive, "select id from deliveries where state = 'dead'")}
    assert dead
    for silence in archive.outbox_admin.silences(LATER):
        archive.outbox_admin.end_silence(silence.id, LATER)
    archive.outbox_admin.retry(dead, None, LATER)
    assert dead <= {delivery.id for delivery in Room(archive).deliver()}


@since(3)
def test_a_broken_channel_is_still_known_and_its_end_is_told(archive):
    assert "channel pager takes no alerts since 2025-11-03T12:30:00Z: slack_403" in archive.outbox.list_troubles(
        LATER
    )
    assert "Channel pager works again" in [delivery.alert.title for delivery in Room(archive).deliver()]
    assert not any("pager" in line for line in archive.outbox.list_troubles(LATER))


@since(3)
def test_a_silence_still_holds(archive):
    assert [(one.seed, one.reason) for one in archive.outbox_admin.silences(LATER)] == [
        ("bridge", "the bridge is closed, we know")
    ]


def test_its_hits_can_be_labelled(archive):
    labels = {label.hit: label.relevant for label in archive.labels.all()}
    assert labels in ({}, {1: True, 2: False})
    assert archive.labels.save(3, True, LATER)
    assert {label.hit: label.relevant for label in archive.labels.all()} == {**labels, 3: True}

"""The archive: due work out, outcomes in, nothing lost and nothing twice."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from monitor.archive import Archive, ArchiveError, FeedSettings, Intake, connection
from monitor.archive.overview import read_overview
from monitor.archive.schema import SCHEMA_VERSION, migrations
from monitor.model import Dispatch, Failure, JudgedDecision, Judgement, PastAlert, Story
from tests.build import (
    FEED_URL,
    HOUR,
    MINUTE,
    NOON,
    SEED,
    alerting,
    due_entries,
    due_feeds,
    entry,
    hit,
    make_archive,
    open_archive,
    poll_of,
    promising,
    reading_of,
    rows,
)

FAR = NOON + timedelta(days=3)


def polled(*entries, urls=(FEED_URL,)):
    archive = make_archive(*urls)
    for feed in due_feeds(archive):
        archive.feeds.save(poll_of(feed, *(replace(one, feed_id=feed.id) for one in entries)), NOON)
    return archive


# --- feeds -------------------------------------------------------------------------------------


def test_a_new_feed_is_due_at_once():
    assert [feed.url for feed in due_feeds(make_archive())] == [FEED_URL]


def test_a_polled_feed_is_due_again_after_its_interval():
    archive = polled(entry())
    assert due_feeds(archive, NOON + 10 * MINUTE) == []
    assert [feed.etag for feed in due_feeds(archive, NOON + 17 * MINUTE)] == ["v1"]


def test_a_domain_is_in_one_live_batch_only():
    """While a batch is out, no other feed of its domain is handed out; saving an outcome frees the domain."""
    archive = make_archive("https://a.example.com/1", "https://b.example.com/2")
    (batch,) = list(archive.feeds.due(NOON))
    assert len(batch) == 2
    archive.feeds.follow([FeedSettings("https://c.example.com/3", "C")], NOON)
    assert due_feeds(archive) == []
    archive.feeds.save(poll_of(batch[0]), NOON)
    assert [feed.source for feed in due_feeds(archive)] == ["C"]


def test_a_domain_rests_after_a_batch():
    archive = open_archive(intake=Intake(pause=timedelta(seconds=2), per_lane=1))
    archive.feeds.follow([FeedSettings(f"https://news.example/{n}", "News") for n in range(2)], NOON)
    (first,) = due_feeds(archive)
    archive.feeds.save(poll_of(first), NOON)
    assert due_feeds(archive, NOON + timedelta(seconds=1)) == []
    assert len(due_feeds(archive, NOON + timedelta(seconds=2))) == 1


def test_a_failing_feed_waits_longer_each_time_and_says_why():
    archive = make_archive()
    (feed,) = due_feeds(archive)
    archive.feeds.save(Failure(feed, "timeout", detail="no answer in 30 s"), NOON)
    assert due_feeds(archive, NOON + 4 * MINUTE) == []
    (again,) = due_feeds(archive, NOON + 5 * MINUTE)
    assert again.attempts == 1
    archive.feeds.save(Failure(again, "http_503"), NOON + 5 * MINUTE)
    assert due_feeds(archive, NOON + 14 * MINUTE) == []
    assert rows(archive, "select problem, problem_since, attempts from feeds") == [
        ("http_503", "2025-11-03T12:00:00Z", 2)
    ]


def test_a_feed_that_works_again_has_no_problem():
    archive = make_archive()
    (feed,) = due_feeds(archive)
    archive.feeds.save(Failure(feed, "timeout"), NOON)
    (again,) = due_feeds(archive, NOON + HOUR)
    archive.feeds.save(poll_of(again), NOON + HOUR)
    assert rows(archive, "select problem, problem_since, attempts from feeds") == [(None, None, 0)]


def test_a_feed_is_never_given_up():
    archive = make_archive()
    now = NOON
    for _ in range(60):
        (feed,) = due_feeds(archive, now)
        archive.feeds.save(Failure(feed, "gone", final=True), now)
        now += timedelta(days=7)
    assert len(due_feeds(archive, now)) == 1


def test_a_server_is_asked_again_no_sooner_than_it_said():
    archive = make_archive()
    (feed,) = due_feeds(archive)
    archive.feeds.save(Failure(feed, "http_429", retry_after=timedelta(hours=2)), NOON)
    assert due_feeds(archive, NOON + timedelta(minutes=119)) == []
    assert len(due_feeds(archive, NOON + timedelta(minutes=120))) == 1


def test_a_feed_taken_off_the_list_keeps_its_entries_and_is_not_polled():
    archive = polled(entry())
    archive.feeds.follow([], NOON)
    assert due_feeds(archive, FAR) == []
    assert rows(archive, "select count(*) from entries") == [(1,)]


# --- entries -----------------------------------------------------------------------------------


def test_entries_come_with_the_validators_or_not_at_all():
    """A saved ETag hides its entries from the next poll: both are one transaction."""
    archive = make_archive()
    (feed,) = due_feeds(archive)
    broken = replace(entry("two"), title=None)
    with pytest.raises(sqlite3.IntegrityError):
        archive.feeds.save(poll_of(feed, entry("one"), broken), NOON)
    assert rows(archive, "select etag, (select count(*) from entries) from feeds") == [(None, 0)]


def test_polling_twice_adds_nothing():
    archive = polled(entry("one"), entry("two"))
    (feed,) = due_feeds(archive, NOON + HOUR)
    assert archive.feeds.save(poll_of(feed, entry("two"), entry("one")), NOON + HOUR) == 0
    assert rows(archive, "select key from entries order by id") == [("one",), ("two",)]


def test_a_truncated_document_leaves_no_validators_behind():
    """Its rest must be listed again by the next poll."""
    archive = polled(entry())
    (feed,) = due_feeds(archive, NOON + HOUR)
    archive.feeds.save(replace(poll_of(feed, entry("two")), etag=None, body_hash=None), NOON + HOUR)
    assert rows(archive, "select etag, body_hash from feeds") == [(None, None)]


def test_a_first_poll_reads_only_fresh_news():
    archive = polled(entry("fresh"), entry("old", age=timedelta(days=2)), entry("undated", age=None))
    assert [found.key for found in due_entries(archive)] == ["fresh"]


def test_later_polls_read_everything_new():
    archive = polled(entry("first"))
    (feed,) = due_feeds(archive, NOON + HOUR)
    archive.feeds.save(poll_of(feed, entry("undated", age=None)), NOON + HOUR)
    assert {found.key for found in due_entries(archive, NOON + HOUR)} == {"first", "undated"}


def test_one_page_in_two_feeds_is_read_once():
    archive = make_archive("https://a.example/rss", "https://b.example/rss")
    for number, feed in enumerate(due_feeds(archive)):
        same = entry(f"key-{number}", feed_id=feed.id, url="https://news.example/story?utm_source=rss")
        archive.feeds.save(poll_of(feed, same), NOON)
    assert len(due_entries(archive)) == 1
    assert rows(archive, "select state from entries order by id") == [("due",), ("copy",)]


def test_a_failed_reading_is_tried_again_later():
    archive = polled(entry())
    (found,) = due_entries(archive)
    archive.entries.save(Failure(found, "timeout"), Judgement(), NOON)
    assert due_entries(archive, NOON + 4 * MINUTE) == []
    assert [again.attempts for again in due_entries(archive, NOON + 5 * MINUTE)] == [1]


def test_a_reading_is_saved_with_all_that_follows_from_it():
    archive = polled(entry())
    (found,) = due_entries(archive)
    reading = reading_of(found)
    archive.entries.save(reading, alerting(reading, "desk", "mail"), NOON)
    assert rows(archive, "select title, source, words, day from articles") == [("Title one", "News", 4, "2025-11-03")]
    assert rows(archive, "select score, hit, told from decisions") == [(0.8, 1, "desk, mail")]
    assert rows(archive, "select score, topics, story_id from hits") == [(0.8, "ceasefire", 1)]
    assert rows(archive, "select channel, state from deliveries") == [("desk", "pending"), ("mail", "pending")]
    assert archive.seeds.document_frequencies() == {("en", "ceasefir"): 1}
    assert due_entries(archive, FAR) == []


def test_the_articles_read_last_are_looked_back_on_in_their_order():
    archive = polled(entry("one"), entry("two"), entry("three"))
    for found in due_entries(archive):
        archive.entries.save(reading_of(found), Judgement(), NOON)
    titles = [article.title for article in archive.seeds.recent_articles(2)]
    everything = [title for (title,) in rows(archive, "select title from articles order by id")]
    assert titles == everything[-2:]


@pytest.mark.parametrize(
    "authors",
    [(), ("Jane Doe",), ("Smith, John, MD", "Jane Doe"), ("[Staff]", 'Anna "Ann" Lee', "Лі Чжан"), ("AFP, Reuters",)],
)
def test_the_authors_of_an_entry_are_read_back_as_its_feed_named_them(authors):
    archive = polled(replace(entry(), authors=authors))
    assert [due.authors for due in due_entries(archive)] == [authors]


@pytest.mark.parametrize(
    ("written", "authors"), [("Jane Doe", ("Jane Doe",)), ("[Staff], Jane Doe", ("[Staff]", "Jane Doe"))]
)
def test_the_authors_that_an_earlier_version_wrote_are_still_read(written, authors):
    archive = polled(entry())
    archive._connection.conn.execute("update entries set authors = ?", (written,))
    assert [due.authors for due in due_entries(archive)] == [authors]


def test_the_authors_of_an_article_are_for_people():
    archive = polled(entry())
    reading = reading_of(due_entries(archive)[0])
    article = replace(reading.article, authors=("Smith, John, MD", "Jane Doe"))
    archive.entries.save(replace(reading, article=article), Judgement(), NOON)
    assert rows(archive, "select authors from articles") == [("Smith, John, MD, Jane Doe",)]


def test_an_interrupted_save_leaves_the_entry_due_and_nothing_else():
    archive = polled(entry())
    (found,) = due_entries(archive)
    reading = reading_of(found)
    judgement = replace(alerting(reading, "desk"), learned={("en", "x"): None})
    with pytest.raises(sqlite3.IntegrityError):
        archive.entries.save(reading, judgement, NOON)
    assert rows(archive, "select (select count(*) from articles), (select count(*) from deliveries)") == [(0, 0)]
    archive.recover(NOON)
    assert due_entries(archive) == [found]


def test_saving_a_reading_twice_changes_nothing():
    archive = polled(entry())
    (found,) = due_entries(archive)
    reading = reading_of(found)
    for _ in range(2):
        archive.entries.save(reading, alerting(reading, "desk"), NOON)
    counts = "select (select count(*) from articles), (select count(*) from hits), (select count(*) from deliveries)"
    assert rows(archive, counts) == [(1, 1, 1)]
    assert archive.seeds.articles_by_language() == {"en": 1}


def test_two_entries_that_lead_to_one_address_share_the_article():
    archive = polled(entry("one"), entry("two"))
    for found in due_entries(archive):
        reading = reading_of(replace(found, url="https://news.example/final"))
        archive.entries.save(reading, alerting(reading, "desk"), NOON)
    assert rows(archive, "select count(distinct article_id), count(*) from entries where state = 'read'") == [(1, 2)]
    assert rows(archive, "select count(*) from deliveries") == [(1,)]


def test_the_desk_gets_back_whole_stories_as_they_were_told():
    """Of a story with a recent hit also the old ones, with who told them and how."""
    archive = polled(entry("one"), entry("two"), entry("three"))
    days = [NOON, NOON + timedelta(days=2), NOON + timedelta(days=4)]
    first = Story("ceasefire", "https://news.example/one", "Title one", "News", NOON)
    for found, day, relation in zip(due_entries(archive), days, ["first", "copy", "report"], strict=True):
        reading = reading_of(found)
        archive.entries.save(reading, Judgement((JudgedDecision(hit(), first, relation=relation),)), day)
    told = list(archive.seeds.placed_hits(NOON + timedelta(days=3)))
    assert [(story, source, relation, seen) for story, _, source, relation, seen in told] == [
        (first, "News", "first", days[0]),
        (first, "News", "copy", days[1]),
        (first, "News", "report", days[2]),
    ]
    assert list(archive.seeds.placed_hits(NOON + timedelta(days=5))) == []


def test_the_desk_is_told_who_knows_a_story():
    """Not those whose alert was silenced while it waited; of a catch-up digest that it was one."""
    archive = polled(entry())
    (found,) = due_entries(archive)
    reading = reading_of(found)
    (judged,) = alerting(reading).decisions
    later = Dispatch("desk", due=NOON + HOUR, digest=True, catch_up=True, why="catch-up digest")
    told = promising(judged, (later, Dispatch("mail"), Dispatch("pager")), thread=judged.story.thread)
    archive.entries.save(reading, Judgement((told,)), NOON)
    archive._connection.conn.execute("update deliveries set state = 'suppressed' where channel = 'pager'")
    assert rows(archive, "select told from decisions") == [("desk (catch-up digest), mail, pager",)]
    facts = (NOON, False)
    assert archive.outbox.past_alerts(judged.story.thread) == [
        PastAlert("https://news.example/one", "desk", *facts, catch_up=True, title="Title one"),
        PastAlert("https://news.example/one", "mail", *facts, title="Title one"),
    ]


def test_an_alert_is_stored_by_its_kind():
    archive = polled(entry())
    (found,) = due_entries(archive)
    reading = reading_of(found)
    judgement = alerting(reading, "desk")
    (judged,) = judgement.decisions
    follow_up = promising(replace(judged, relation="report"), judged.to, kind="follow_up")
    archive.entries.save(reading, replace(judgement, decisions=(follow_up,)), NOON)
    assert rows(archive, "select kind, dedup_key from alerts") == [("follow_up", "follow_up/ceasefire/1")]
    assert rows(archive, "select relation from hits") == [("report",)]


def test_an_older_archive_learns_which_hits_are_copies(tmp_path: Path):
    """Before, whatever joined a story was a copy of its first report."""
    path = tmp_path / "monitor.db"
    old = sqlite3.connect(path)
    migrations.apply(Database(old), stop_before="stories_know_copies")
    old.executescript(OLD_HITS)
    old.close()
    archive = open_archive(path)
    assert rows(archive, "select id, relation from hits") == [(1, "first"), (2, "copy"), (3, "first"), (4, None)]


OLD_HITS = """
insert into feeds (id, url, source, interval_s, lane, due_at, added_at) values (1, 'u', 's', 900, 'l', 'd', 'd');
insert into seeds (id, slug, title, topics, fingerprint, added_at, changed_at)
  values (1, 's', 's', '{}', 'f', 'd', 'd');
insert into stories (id, seed_id, url, title, source, first_seen_at)
  values (1, 1, 'a', 't', 's', 'd'), (2, 1, 'b', 't', 's', 'd');
insert into articles (id, feed_id, url, title, source, first_seen_at, day, words, method, text_sha256)
  values (1, 1, 'a', 't', 's', 'd', 'd', 1, 'm', 'h'), (2, 1, 'c', 't', 's', 'd', 'd', 1, 'm', 'h'),
         (3, 1, 'b', 't', 's', 'd', 'd', 1, 'm', 'h'), (4, 1, 'e', 't', 's', 'd', 'd', 1, 'm', 'h');
insert into hits (id, article_id, seed_id, story_id, title, score, reason, passages, matched_at, day)
  values (1, 1, 1, 1, 't', 1, 'r', '[]', 'm', 'd'), (2, 2, 1, 1, 't', 1, 'r', '[]', 'm', 'd'),
         (3, 3, 1, 2, 't', 1, 'r', '[]', 'm', 'd'), (4, 4, 1, null, 't', 1, 'r', '[]', 'm', 'd');
"""


def test_a_file_of_another_program_is_not_touched(tmp_path: Path):
    path = tmp_path / "theirs.db"
    theirs = sqlite3.connect(path)
    theirs.execute("create table notes (text)")
    theirs.close()
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match="another program"):
        open_archive(path)
    assert path.read_bytes() == before


def test_an_archive_whose_making_was_cut_off_is_made_whole(tmp_path: Path):
    """The process may die when the first table is there and the others are not."""
    path = tmp_path / "monitor.db"
    young = connection._open_sqlite(path)
    connection._check_archive(young, path, thorough=True)
    young.execute(
        "create table _sqlite_migrations (id integer primary key, migration_set text, name text, applied_at text)"
    )
    young.close()
    assert rows(open_archive(path), "select count(*) from entries") == [(0,)]


def test_an_entry_that_meets_a_bug_again_and_again_is_given_up(caplog):
    archive = polled(entry())
    now = NOON
    for _ in range(8):
        (found,) = due_entries(archive, now)
        archive.entries.save(Failure(found, "bug", detail="KeyError"), Judgement(), now)
        now += timedelta(hours=7)
    assert rows(archive, "select state, problem, problem_detail from entries") == [("skipped", "bug", "KeyError")]
    assert "is given up after 8 tries: bug" in caplog.text


def test_an_article_was_first_seen_when_its_feed_listed_it():
    archive = polled(entry())
    (found,) = due_entries(archive, NOON + HOUR)
    archive.entries.save(reading_of(found), Judgement(), NOON + HOUR)
    assert rows(archive, "select first_seen_at from articles") == rows(archive, "select first_seen_at from entries")


def test_a_shorter_interval_holds_from_now_on():
    archive = make_archive()
    (feed,) = due_feeds(archive)
    archive.feeds.save(poll_of(feed), NOON)
    listing = FeedSettings(feed.url, feed.source, interval=timedelta(minutes=2))
    archive.feeds.follow([listing], NOON)
    assert len(due_feeds(archive, NOON + timedelta(minutes=2))) == 1


def test_an_archive_may_have_any_name(tmp_path: Path):
    path = tmp_path / "what #1?.db"
    open_archive(path).close()
    assert read_overview(path, NOON).articles == 0


def test_an_older_archive_keeps_its_deliveries(tmp_path: Path):
    """The table is made anew for digests; what was promised in the old one still is."""
    path = tmp_path / "monitor.db"
    old = sqlite3.connect(path)
    migrations.apply(Database(old), stop_before="deliveries_gather_in_digests")
    old.executescript(OLD_DELIVERIES)
    old.close()
    archive = open_archive(path)
    kept = rows(archive, "select id, channel, recipient, state, digest, folded_into, message_id from deliveries")
    assert kept == [(1, "mail", "a@x.example", "pending", 0, None, "m1"), (2, "desk", "", "sent", 0, None, "m2")]
    assert rows(archive, "pragma user_version") == [(SCHEMA_VERSION,)]
    assert rows(archive, "pragma foreign_key_check") == []


OLD_DELIVERIES = """
insert into alerts (id, dedup_key, kind, title, payload, created_at) values (1, 'k', 'hit', 't', '{}', 'd');
insert into deliveries (id, alert_id, channel, recipient, state, due_at, message_id)
  values (1, 1, 'mail', 'a@x.example', 'pending', 'd', 'm1'), (2, 1, 'desk', '', 'sent', 'd', 'm2');
"""


def test_an_older_archive_keeps_its_digests(tmp_path: Path):
    """The table is made anew for silences; what was folded still names its digest."""
    path = tmp_path / "monitor.db"
    old = sqlite3.connect(path)
    migrations.apply(Database(old), stop_before="deliveries_may_be_suppressed")
    old.executescript(OLD_DIGEST)
    old.close()
    archive = open_archive(path)
    kept = rows(archive, "select id, state, digest, catch_up, folded_into, problem from deliveries order by id")
    assert kept == [
        (1, "folded", 1, 0, 3, None),
        (2, "dead", 0, 0, None, "slack_400"),
        (3, "sent", 0, 0, None, None),
        (4, "pending", 1, 0, None, None),
    ]
    assert rows(archive, "pragma foreign_key_list(deliveries)")[0][2:5] == ("deliveries", "folded_into", "id")
    assert rows(archive, "pragma foreign_key_check") == []


OLD_DIGEST = """
insert into alerts (id, dedup_key, kind, title, payload, created_at) values
  (1, 'k', 'hit', 't', '{}', 'd'), (2, 'l', 'hit', 't', '{}', 'd'), (3, 'm', 'digest', 't', '{}', 'd');
insert into deliveries (id, alert_id, channel, state, digest, folded_into, due_at, message_id, problem) values
  (3, 3, 'desk', 'sent', 0, null, 'd', 'm3', null), (1, 1, 'desk', 'folded', 1, 3, 'd', 'm1', null),
  (2, 2, 'desk', 'dead', 0, null, 'd', 'm2', 'slack_400'), (4, 1, 'mail', 'pending', 1, null, 'd', 'm4', null);
"""


def test_the_text_index_follows_every_change():
    archive = polled(entry())
    (found,) = due_entries(archive)
    archive.entries.save(reading_of(found, "Перемирие отвергнуто.\n"), Judgement(), NOON)
    conn = archive._connection.conn
    find = "select count(*) from articles_fts where articles_fts match ?"
    assert conn.execute(find, ("перемирие",)).fetchone()[0] == 1
    conn.execute("update article_text set text = 'Nothing'")
    assert conn.execute(find, ("перемирие",)).fetchone()[0] == 0
    conn.execute("update articles set title = 'Armistice'")
    assert conn.execute(find, ("armistice",)).fetchone()[0] == 1
    conn.execute("insert into articles_fts(articles_fts) values ('integrity-check')")


# --- the file ----------------------------------------------------------------------------------


def test_an_archive_keeps_what_it_was_told(tmp_path: Path):
    path = tmp_path / "data" / "monitor.db"
    archive = Archive(path)
    archive.feeds.follow([FeedSettings(FEED_URL, "News")], NOON)
    archive.close()
    again = Archive(path)
    assert [feed.url for feed in due_feeds(again)] == [FEED_URL]
    again.close()


def test_what_a_killed_process_had_in_hand_is_due_again(tmp_path: Path):
    path = tmp_path / "monitor.db"
    archive = Archive(path)
    archive.feeds.follow([FeedSettings(FEED_URL, "News")], NOON)
    assert len(due_feeds(archive)) == 1
    archive.close()
    again = Archive(path)
    assert due_feeds(again) == []
    again.recover(NOON)
    assert len(due_feeds(again)) == 1
    again.close()


def test_commits_reach_the_disk():
    archive = open_archive()
    assert archive._connection.conn.execute("pragma synchronous").fetchone()[0] == 2


def test_two_writers_are_refused(tmp_path: Path):
    first = Archive(tmp_path / "monitor.db")
    with pytest.raises(ArchiveError, match="being written by another monitor"):
        Archive(tmp_path / "monitor.db")
    first.close()
    Archive(tmp_path / "monitor.db").close()


def test_a_database_of_another_program_is_refused(tmp_path: Path):
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("create table things (id integer)")
    other.close()
    with pytest.raises(ArchiveError, match="of another program"):
        Archive(path)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "notes.db"
    path.write_text("my notes, not a database at all, but quite long enough\n" * 100)
    with pytest.raises(ArchiveError):
        Archive(path)
    assert path.read_text().startswith("my notes")


def test_a_newer_archive_is_refused(tmp_path: Path):
    path = tmp_path / "monitor.db"
    archive = Archive(path)
    archive._connection.conn.execute("pragma user_version = 99")
    archive.close()
    with pytest.raises(ArchiveError, match="newer monitor"):
        Archive(path)


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ArchiveError, match="chown"):
        Archive(tmp_path / "file" / "monitor.db")


def test_part_of_a_transaction_can_fail_alone():
    archive = make_archive()

    def fail() -> None:
        with archive.transaction():
            archive.feeds.follow([FeedSettings("https://b.example/rss", "B")], NOON)
            raise RuntimeError

    with archive.transaction():
        archive.feeds.follow([FeedSettings("https://a.example/rss", "A")], NOON)
        with pytest.raises(RuntimeError):
            fail()
    assert rows(archive, "select source from feeds where listed = 1") == [("A",)]


@pytest.mark.parametrize(
    "name",
    [
        *("SQLITE_FULL", "SQLITE_IOERR_FSYNC", "SQLITE_READONLY_DBMOVED", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"),
        *("SQLITE_CANTOPEN", "SQLITE_CORRUPT_VTAB", "SQLITE_NOTADB", "SQLITE_PERM", "SQLITE_PROTOCOL"),
    ],
)
def test_what_is_wrong_with_the_file_is_no_fault_of_what_was_to_be_saved(name: str):
    """SQLite says by its code whose trouble it is, in the lowest byte; the rest of it goes into details."""
    error = sqlite3.DatabaseError("some trouble")
    error.sqlite_errorcode = getattr(sqlite3, name)
    archive = open_archive()
    with pytest.raises(ArchiveError, match="the archive cannot be written: some trouble"), archive.transaction():
        raise error


def test_an_archive_that_may_not_be_written_says_so():
    archive = open_archive()
    archive._connection.conn.execute("pragma query_only = on")
    with pytest.raises(ArchiveError, match="cannot be written: attempt to write a readonly database"):
        archive.seeds.follow([SEED], NOON)


def test_an_archive_that_another_process_holds_says_so(tmp_path: Path):
    archive = open_archive(tmp_path / "monitor.db")
    archive._connection.conn.execute("pragma busy_timeout = 0")
    with closing(sqlite3.connect(tmp_path / "monitor.db", isolation_level=None)) as other:
        other.execute("begin immediate")
        with pytest.raises(ArchiveError, match="cannot be written: database is locked"):
            archive.seeds.follow([SEED], NOON)


@pytest.mark.parametrize("sql", ["select nothing from feeds", "insert into nowhere values (1)", "select json('{')"])
def test_a_mistake_of_ours_is_not_told_as_a_file_that_cannot_be_written(sql: str):
    archive = open_archive()
    with pytest.raises(sqlite3.OperationalError), archive.transaction():
        archive._connection.conn.execute(sql).fetchall()

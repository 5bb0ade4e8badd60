"""Hits as feeds: real Datasette on a small archive, read by a real feed parser."""

import sqlite3
from urllib.parse import quote

import feedparser
import pytest
from lxml import etree, html

from tests.test_archive_pages import SCRIPT, Get, browse, make_archive

PAGE = "http://localhost/monitor/hits"
ROWS = """
insert into seeds (id, slug, title, topics, fingerprint, added_at, changed_at) values
  (2, 'quiet', 'Nothing yet', '{}', '', '2025-11-01T08:00:00Z', '2025-11-02T08:00:00Z'),
  (3, 'перемирие a/b', 'Перемирие & ' || char(8), '{}', '', '2025-11-01T08:00:00Z', '2025-11-01T08:00:00Z');
insert into hits (id, article_id, seed_id, title, score, reason, passages, matched_at, day) values
  (3, 1, 3, 'Лавров: «нет»', 0.7, 'in the title', '[]', '2025-11-03T08:00:00Z', '2025-11-03');
"""


@pytest.fixture(scope="module")
def get(tmp_path_factory):
    path = make_archive(tmp_path_factory.mktemp("archive") / "monitor.db")
    conn = sqlite3.connect(path)
    conn.executescript(ROWS)
    conn.close()
    yield from browse(path)


def parsed(get: Get, name: str):
    """An Atom feed as a feed reader has it; it must be well-formed and name its own address."""
    answer = get(f"/monitor/-/{name}.atom")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/atom+xml; charset=utf-8")
    found = feedparser.parse(answer.content)
    assert found.bozo is False
    return found


def required(get: Get, name: str):
    """What every Atom feed and entry must have (RFC 4287, 4.1.1 and 4.1.2), counted."""
    root = etree.fromstring(get(f"/monitor/-/{name}.atom").content)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    entries = root.findall("a:entry", atom)
    counted = [len(part.findall(f"a:{tag}", atom)) for part in [root, *entries] for tag in ("id", "title", "updated")]
    authors = [len(entry.findall("a:author/a:name", atom)) for entry in entries]
    return {*counted, *authors}


def test_the_feed_of_a_seed_lists_its_hits_the_newest_first(get):
    found = parsed(get, "hits/talks")
    assert (found.feed.id, found.feed.title) == ("tag:monitor.invalid,2025:hits/talks", "Hits: Talks")
    assert [entry.title for entry in found.entries] == ["Truce holds", f"Ceasefire holds {SCRIPT}"]
    (_, entry) = found.entries
    assert (entry.author, entry.link) == ("Wire", "https://wire.example/1")
    assert entry.content[0].type == "text/plain"
    assert entry.content[0].value.startswith("“Envoys say the ceasefire holds.”\n\n“<script>")
    assert entry.content[0].value.endswith("Why: ceasefire in the title\n\nFor: Talks (score 0.61)")
    assert {link.rel: link.href for link in entry.links} == {
        "alternate": "https://wire.example/1",
        "related": f"{PAGE}/1",
    }


def test_a_link_that_may_not_be_followed_leads_into_the_archive(get):
    entry = parsed(get, "hits/talks").entries[0]
    assert entry.link == f"{PAGE}/2"


def test_the_feed_of_all_lists_every_seed(get):
    found = parsed(get, "hits")
    assert (found.feed.id, len(found.entries)) == ("tag:monitor.invalid,2025:hits", 3)
    assert len({entry.id for entry in found.entries}) == 3


@pytest.mark.parametrize("name", ["hits", "hits/talks", "hits/quiet", f"hits/{quote('перемирие a/b', safe='')}"])
def test_every_feed_has_what_atom_asks_for(get, name):
    assert required(get, name) == {1}


def test_a_seed_without_hits_has_an_empty_feed(get):
    found = parsed(get, "hits/quiet")
    assert (found.entries, found.feed.updated) == ([], "2025-11-02T08:00:00Z")
    assert get("/monitor/-/hits/quiet.json").json()["items"] == []


def test_a_seed_of_another_script_has_its_feed(get):
    """Its name is written in the address as every browser writes it."""
    (entry,) = parsed(get, f"hits/{quote('перемирие a/b', safe='')}").entries
    assert entry.title == "Лавров: «нет»"
    assert entry.id.startswith("tag:monitor.invalid,2025:hit/%D0%BF")


def test_a_hit_keeps_its_identity_in_another_archive(get, tmp_path):
    """Ids are made of seed and article, not of a row's number or the host."""
    path = make_archive(tmp_path / "other.db")
    conn = sqlite3.connect(path)
    conn.execute("update hits set id = id + 100")
    conn.commit()
    conn.close()
    for other in browse(path):
        there = feedparser.parse(other("/other/-/hits/talks.atom").content)
    assert [entry.id for entry in there.entries] == [entry.id for entry in parsed(get, "hits/talks").entries]


LINKLESS = """
insert into articles (id, feed_id, url, title, source, first_seen_at, day, words, method, text_sha256)
  values (?1 + 1, 1, null, 'Daily briefing', 'Wire', '2025-11-03T08:00:00Z', '2025-11-03', 3, 'feed', '');
insert into article_text values (?1 + 1, 'The truce holds.');
insert into entries (feed_id, key, title, first_seen_at, state, article_id)
  values (1, ?2, 'Daily briefing', '2025-11-03T08:00:00Z', 'read', ?1 + 1);
insert into hits (article_id, seed_id, title, score, reason, passages, matched_at, day)
  values (?1 + 1, 1, 'Daily briefing', 0.7, 'in the title', '[]', '2025-11-03T08:00:00Z', '2025-11-03');
"""


def with_briefings(path, keys, first_id):
    """An archive with hits that have no link: articles of the same words, each from an entry of its own."""
    conn = sqlite3.connect(make_archive(path), isolation_level=None)
    for number, key in enumerate(keys):
        for statement in LINKLESS.split(";\n")[:-1]:
            conn.execute(statement, (first_id + number, key)[: 2 if "?2" in statement else 1])
    conn.close()
    return path


def test_a_hit_without_a_link_has_its_place_in_every_feed(tmp_path):
    """Its item leads into the archive, and is named by its entry: it stays the same one in an archive made anew."""
    for get in browse(with_briefings(tmp_path / "monitor.db", ("monday", "tuesday"), 10)):
        briefings = [entry for entry in parsed(get, "hits").entries if entry.title == "Daily briefing"]
        (of_seed,) = {tuple(sorted(entry.id for entry in parsed(get, "hits/talks").entries[-2:]))}
        as_json = {item["id"] for item in get("/monitor/-/hits.json").json()["items"]}
    assert all(entry.link.startswith(f"{PAGE}/") for entry in briefings)
    ids = {entry.id for entry in briefings}
    assert (len(ids), ids, ids <= as_json) == (2, set(of_seed), True)
    for get in browse(with_briefings(tmp_path / "anew.db", ("tuesday", "monday"), 70)):
        anew = feedparser.parse(get("/anew/-/hits.atom").content).entries
    assert {entry.id for entry in anew if entry.title == "Daily briefing"} == ids


def test_the_same_comes_as_json_feed(get):
    answer = get("/monitor/-/hits/talks.json")
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    told = answer.json()
    atom = parsed(get, "hits/talks")
    item = told["items"][1]
    assert told | {"items": []} == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Hits: Talks",
        "home_page_url": PAGE,
        "feed_url": "http://localhost/monitor/-/hits/talks.json",
        "items": [],
    }
    assert item | {"content_text": "", "date_published": "", "date_modified": ""} == {
        "id": atom.entries[1].id,
        "url": f"{PAGE}/1",
        "external_url": "https://wire.example/1",
        "title": f"Ceasefire holds {SCRIPT}",
        "content_text": "",
        "date_published": "",
        "date_modified": "",
        "authors": [{"name": "Wire"}],
        "tags": ["ceasefire", SCRIPT],
        "language": "en",
    }
    assert "external_url" not in told["items"][0]


@pytest.mark.parametrize("form", ["atom", "json"])
def test_who_has_a_feed_already_is_told_so(get, form):
    first = get(f"/monitor/-/hits.{form}")
    again = get(f"/monitor/-/hits.{form}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/monitor/-/hits/nobody.atom", "/other/-/hits.atom"])
def test_what_is_not_there_is_not_found(get, path):
    assert get(path).status_code == 404


@pytest.mark.parametrize(
    ("page", "feeds"),
    [
        ("/", ["/monitor/-/hits.atom", "/monitor/-/hits.json"]),
        ("/monitor/hits", ["/monitor/-/hits.atom", "/monitor/-/hits.json"]),
        ("/monitor/seeds/1", ["/monitor/-/hits/talks.atom", "/monitor/-/hits/talks.json"]),
        ("/monitor/feeds", []),
    ],
)
def test_a_feed_reader_finds_the_feeds_by_the_page(get, page, feeds):
    tree = html.fromstring(get(page).text)
    linked = tree.xpath("//head/link[@rel='alternate'][contains(@href, '/-/hits')]/@href")
    assert linked == feeds
    assert all(get(feed).status_code == 200 for feed in feeds)


def test_an_archive_that_asks_for_a_login_asks_it_for_its_feeds(tmp_path):
    path = make_archive(tmp_path / "monitor.db")
    for get in browse(path, {"allow": {"id": "editor"}}):
        assert get("/monitor/-/hits.atom").status_code == 403

"""The archive in a browser: real Datasette on a small archive, asked in this process."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from datasette.app import Datasette
from datasette.utils import parse_metadata
from lxml import html
from sqlite_utils import Database

from monitor.archive.connection import ArchiveError
from monitor.archive.plugin import cells
from monitor.archive.plugin.pages import mark_paragraphs
from monitor.archive.plugin.search import quote_for_fts
from monitor.archive.schema import migrations
from monitor.archive.serve import DATASETTE_SETTINGS, become_datasette, datasette_command

METADATA_PATH = Path(__file__).parent.parent / "config" / "datasette.yaml"
METADATA = parse_metadata(METADATA_PATH.read_text(encoding="utf-8"))
DESCRIBED = METADATA["databases"]["monitor"]

SCRIPT = "<script>alert('x')</script>"
TEXT = (
    "Envoys say the ceasefire holds.\nNATO's C-130 landed.\n"
    f"{SCRIPT}<mark onclick=alert(2)>truce</mark>\nЛаврова ждут.\n"
)
PASSAGES = [
    {"text": "Envoys say the ceasefire holds.", "start": 0, "marks": [[15, 24]]},
    {"text": f"{SCRIPT}<mark onclick=alert(2)>truce</mark>", "start": 53, "marks": []},
]
PARTS = [{"name": "likeness <b>", "value": 0.4}, {"name": "ceasefire in the title", "value": 0.21}]

ROWS = """
insert into feeds (id, url, source, title, interval_s, lane, due_at, problem, problem_since, added_at) values
  (1, 'https://wire.example/rss', 'Wire', 'World', 900, 'wire.example', :now, null, null, :now),
  (2, 'https://gazette.example/rss', 'Gazette', :script, 900, 'gazette.example', :now, 'http_503', :now, :now);
insert into fetches (feed_id, at, outcome, problem) values (1, :now, 'new', null), (2, :now, 'failed', 'http_503');
insert into articles (id, feed_id, url, title, source, language, published_at, first_seen_at, day, words, method,
    text_sha256) values
  (1, 1, 'https://wire.example/1', 'Ceasefire holds ' || :script, 'Wire', 'en', :earlier, :now, '2025-11-02', 12,
    'trafilatura', ''),
  (2, 2, 'javascript:alert(3)', 'Truce holds', 'Gazette', 'en', :now, :now, '2025-11-02', 12, 'feed', '');
insert into article_text values (1, :text), (2, 'The truce holds.');
insert into entries (feed_id, key, url, title, summary, first_seen_at, state, problem, article_id) values
  (1, 'a', 'https://wire.example/1', 'Ceasefire holds', :script, :now, 'read', null, 1),
  (2, 'b', 'javascript:alert(4)', 'Truce holds', '', :now, 'read', null, 2),
  (2, 'c', 'https://gazette.example/3', 'Unread', '', :now, 'due', 'http_403', null);
insert into seeds (id, slug, title, topics, fingerprint, added_at, changed_at) values
  (1, 'talks', 'Talks', '{"ceasefire": {"en": ["truce"]}}', '', :now, :now);
insert into stories (id, seed_id, url, title, source, first_seen_at) values
  (1, 1, 'https://wire.example/1', 'Ceasefire holds', 'Wire', :now);
insert into decisions (article_id, seed_id, score, threshold, hit, reason, parts, told, silent_because, decided_at)
  values (1, 1, 0.61, 0.45, 1, 'ceasefire in the title ' || :script, :parts, 'desk', null, :now),
  (2, 1, 0.6, 0.45, 1, 'like the seed', :parts, null, 'repeats a story already told', :now);
insert into hits (id, article_id, seed_id, story_id, title, score, reason, topics, passages, matched_at, day) values
  (1, 1, 1, 1, 'Ceasefire holds ' || :script, 0.61, 'ceasefire in the title', 'ceasefire, ' || :script, :passages,
    :now, date('now')),
  (2, 2, 1, 1, 'Truce holds', 0.6, 'like the seed', null, 'no JSON ' || :script, :now, date('now'));
insert into alerts (id, dedup_key, kind, title, seed_id, story_id, hit_id, payload, created_at) values
  (1, 'hit/talks/1', 'hit', 'Ceasefire holds', 1, 1, 1, '{"title": "<b>"}', :now);
insert into deliveries (alert_id, channel, state, due_at, message_id, problem, sent_at) values
  (1, 'desk', 'sent', :now, 'm1', null, :now), (1, 'email', 'dead', :now, 'm2', :script, null)
"""

Get = Callable[..., httpx.Response]


def make_archive(path: Path) -> Path:
    conn = sqlite3.connect(path, isolation_level=None)
    migrations.apply(Database(conn))
    (now, earlier) = conn.execute(
        """select strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-1 hour'),
             strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '-80 minutes')"""
    ).fetchone()
    values = {
        "now": now,
        "earlier": earlier,
        "script": SCRIPT,
        "text": TEXT,
        "parts": json.dumps(PARTS),
        "passages": json.dumps(PASSAGES),
    }
    for statement in ROWS.split(";\n"):
        conn.execute(statement, values)
    conn.close()
    return path


def browse(path: Path, metadata: dict[str, object] | None = None) -> Iterator[Get]:
    """Datasette on an archive, set up as `monitor archive` does it."""
    settings = {name: {"on": True, "off": False}.get(str(value), value) for name, value in DATASETTE_SETTINGS.items()}
    datasette = Datasette([str(path)], metadata=METADATA | (metadata or {}), settings=settings)

    async def get(url: str, headers: dict[str, str] | None) -> httpx.Response:
        await datasette.invoke_startup()
        return await datasette.client.get(url, headers=headers)

    yield lambda url, headers=None: asyncio.run(get(url, headers))
    datasette.executor.shutdown()


@pytest.fixture(scope="module")
def get(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Get]:
    yield from browse(make_archive(tmp_path_factory.mktemp("archive") / "monitor.db"))


def text_of(response: httpx.Response) -> str:
    assert response.status_code == 200, response.text
    return " ".join(html.fromstring(response.text).text_content().split())


TABLES = [name for name, table in DESCRIBED["tables"].items() if not table.get("hidden")]
WITH_PAGES = ("hits", "articles", "stories", "seeds", "feeds", "entries", "decisions", "alerts", "deliveries")
QUERIES = {
    name: {"search": "?q=truce", "why": "?part=holds"}.get(name, "?seed=talks") for name in DESCRIBED["queries"]
}
PAGES = [
    "/",
    "/monitor",
    *(f"/monitor/{table}" for table in TABLES),
    *(f"/monitor/{table}/1" for table in (*WITH_PAGES, "fetches")),
    "/monitor/hits/2",
    "/monitor/articles/2",
    *(f"/monitor/{name}{question}" for name, question in QUERIES.items()),
]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_lets_a_stranger_s_text_become_markup(get: Get, page: str) -> None:
    """Every page answers; no script runs, nothing listens, no link leads anywhere but to a page."""
    response = get(page)
    assert response.status_code == 200
    assert "fts5:" not in response.text
    assert "no such" not in response.text
    tree = html.fromstring(response.text)
    assert [script for script in tree.iter("script") if "alert(" in (script.text or "")] == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert tree.xpath("//@href[starts-with(., 'javascript:')]") == []
    assert tree.xpath("//mark/@*") == []
    outside = [link for link in tree.iter("a") if ".example/" in link.get("href", "")]
    assert [link.get("rel") for link in outside] == ["noopener noreferrer"] * len(outside)


@pytest.mark.parametrize("query", [name for name in QUERIES if name != "near_misses"])
def test_every_question_finds_what_the_archive_holds(get: Get, query: str) -> None:
    assert get(f"/monitor/{query}.json{QUERIES[query]}&_shape=array").json() != []


@pytest.mark.parametrize("query", QUERIES)
def test_every_question_may_be_asked_without_an_answer(get: Get, query: str) -> None:
    response = get(f"/monitor/{query}")
    assert response.status_code == 200
    assert "message-error" not in response.text


def test_the_home_page_tells_of_the_last_day(get: Get) -> None:
    said = text_of(get("/"))
    for expected in ("2 articles read", "2 hits", "1 story", "1 alert sent", "1 not sent", "1 of 2 feeds in trouble"):
        assert expected in said
    assert "http_503" in said


def test_the_page_of_a_hit_highlights_what_carried_it(get: Get) -> None:
    page = get("/monitor/hits/1")
    assert "<q>Envoys say the <mark>ceasefire</mark> holds.</q>" in page.text
    said = text_of(page)
    for expected in ("likeness <b>", "+0.40", "+0.21", "Truce holds", "Gazette", "dead"):
        assert expected in said


def test_the_page_of_an_article_shows_its_text_with_the_marks_of_its_hits(get: Get) -> None:
    page = html.fromstring(get("/monitor/articles/1").text)
    (text,) = page.xpath("//article")
    assert [paragraph.text_content() for paragraph in text.iter("p")] == TEXT.strip().split("\n")
    assert [mark.text for mark in text.iter("mark")] == ["ceasefire"]


def test_names_stand_where_numbers_refer_to_rows(get: Get) -> None:
    """On the page of a table, and on the page of one row."""
    for page in ("/monitor/decisions", "/monitor/decisions/1"):
        tree = html.fromstring(get(page).text)
        assert tree.xpath("//a[@href='/monitor/seeds/1']/text()")[0] == "Talks"
        assert tree.xpath("//a[@href='/monitor/articles/1']/text()")[0] == f"Ceasefire holds {SCRIPT}"


@pytest.mark.parametrize(
    "words", ["NATO's", "C-130", '"C-130 landed"', "Лавров*", "ceasefire (envoys", 'a"b', "*", ""]
)
def test_search_takes_what_people_type(get: Get, words: str) -> None:
    found = get(f"/monitor/search.json?_shape=array&{httpx.QueryParams({'q': words})}").json()
    assert [row["article_id"] for row in found] == ([] if words in ('a"b', "*", "") else [1])


@pytest.mark.parametrize("words", ["NATO's", "C-130", "Лавров*", 'a"b', ""])
def test_the_search_box_of_the_articles_takes_what_people_type(get: Get, words: str) -> None:
    found = get(f"/monitor/articles.json?_shape=array&{httpx.QueryParams({'_search': words})}").json()
    assert [row["id"] for row in found] == {'a"b': [], "": [2, 1]}.get(words, [1])


def test_a_search_shows_where_the_words_are(get: Get) -> None:
    page = get("/monitor/search?q=truce").text
    assert "<mark>truce</mark>" in page
    assert "&lt;mark onclick=alert(2)&gt;" in page


def test_json_keeps_the_raw_values(get: Get) -> None:
    (row,) = get("/monitor/hits/1.json?_shape=objects").json()["rows"]
    assert json.loads(row["passages"]) == PASSAGES


def test_the_container_can_ask_for_health(get: Get) -> None:
    response = get("/-/healthz")
    assert (response.status_code, response.text) == (200, "ok")


def test_health_fails_where_there_is_no_archive(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "other.db").close()
    for get in browse(tmp_path / "other.db"):
        assert get("/-/healthz").status_code == 503
        assert get("/").status_code == 200


def test_an_archive_may_have_any_name(tmp_path: Path) -> None:
    """Descriptions and questions hold for it all the same."""
    for get in browse(make_archive(tmp_path / "news.db")):
        assert "Latest hits" in text_of(get("/"))
        assert "One row an article and seed" in text_of(get("/news/hits"))
        assert get("/news/search.json?_shape=array&q=truce").json() != []


def inline_scripts(page: str) -> set[str]:
    """The hashes of the scripts written into a page; a plug-in for maps that may be there adds one of its own."""
    scripts = [script.text for script in html.fromstring(page).iter("script") if script.text]
    return {
        f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
        for script in scripts
        if "datasette.leaflet" not in script
    }


@pytest.mark.parametrize("page", ["/", "/monitor", "/monitor/hits", "/monitor/hits/1", "/monitor?sql=select+1"])
def test_pages_let_no_script_run_but_datasette_s_own(get: Get, page: str) -> None:
    """Each inline script of Datasette is allowed by its hash, no other is; no page may be framed."""
    response = get(page)
    policy = response.headers["content-security-policy"]
    (allowed,) = [part.split() for part in policy.split("; ") if part.startswith("script-src ")]
    assert inline_scripts(response.text) <= set(allowed)
    assert [word for word in allowed if not word.startswith("'sha256-")] == ["script-src", "'self'"]
    assert (response.headers["x-frame-options"], "frame-ancestors 'none'" in policy) == ("DENY", True)


def described_columns() -> Iterator[tuple[str, str]]:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    migrations.apply(Database(conn))
    tables = conn.execute(
        "select name from sqlite_master where type in ('table', 'view') and name not like 'articles_fts%'"
    ).fetchall()
    for (table,) in tables:
        for row in conn.execute(f"pragma table_info({table})"):
            yield table, row[1]
    conn.close()


def test_every_table_and_column_is_described() -> None:
    """And nothing is described that does not exist."""
    written = [(name, column) for name, table in DESCRIBED["tables"].items() for column in table["columns"]]
    assert sorted(written) == sorted(described_columns())
    assert [name for name, table in DESCRIBED["tables"].items() if not table.get("description")] == []


def test_every_question_has_a_title_and_says_what_it_answers() -> None:
    asked = DESCRIBED["queries"].values()
    assert all(query["title"] and query["description"] and query["hide_sql"] for query in asked)


def test_marks_that_overlap_or_reach_outside_are_left_out() -> None:
    assert cells.highlight_marks("<peace>", [(1, 6), (3, 7), (6, 99), (-1, 2)]) == "&lt;<mark>peace</mark>&gt;"


@pytest.mark.parametrize(
    ("column", "shown"),
    [('["Smith, John, MD","<b>"]', "Smith, John, MD; &lt;b&gt;"), ("Jane Doe, Jo Li", None), ("[1]", None)],
)
def test_the_authors_of_an_entry_are_shown_as_names(column: str, shown: str | None) -> None:
    assert cells.render_value("authors", column) == shown


def test_what_looks_like_a_time_and_is_none_stays_as_it_is() -> None:
    assert cells.render_value("at", "2025-13-40T99:00:00Z") == "2025-13-40T99:00:00Z"
    assert cells.render_value("at", "2025-11-02T14:03:00Z") == (
        '<time datetime="2025-11-02T14:03:00Z" title="2025-11-02T14:03:00Z">2 Nov 2025 14:03 UTC</time>'
    )


def test_only_web_addresses_become_links() -> None:
    assert [cells.render_value("url", url) for url in ("javascript:alert(1)", "data:text/html,x", "https://a b")] == [
        None
    ] * 3
    assert cells.render_value("url", "https://a.example/?q=1&r='2'") == (
        '<a href="https://a.example/?q=1&amp;r=&#39;2&#39;" rel="noopener noreferrer"'
        ' title="https://a.example/?q=1&amp;r=&#39;2&#39;">https://a.example/?q=1&amp;r=&#39;2&#39;</a>'
    )


def test_paragraphs_keep_the_marks_of_their_own() -> None:
    assert mark_paragraphs("no peace\n\nno war\n", [(3, 8), (13, 16), (6, 12)]) == [
        "no <mark>peace</mark>",
        "no <mark>war</mark>",
    ]


def test_words_are_quoted_for_the_index() -> None:
    assert quote_for_fts('NATO\'s "peace talks" Лавров*') == '"NATO\'s" "peace talks" "Лавров"*'
    assert [quote_for_fts(nothing) for nothing in ("", " ", '"', None)] == ['""'] * 4


def test_free_sql_is_for_this_machine_alone() -> None:
    def allowed(host: str, *, allow_sql: bool | None = None) -> str:
        argv = datasette_command(Path("monitor.db"), METADATA_PATH, host, allow_sql=allow_sql)
        return argv[argv.index("default_allow_sql") + 1]

    assert [allowed("127.0.0.1"), allowed("0.0.0.0"), allowed("0.0.0.0", allow_sql=True)] == ["on", "off", "on"]  # noqa: S104


def test_serving_an_archive_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="monitor once"):
        become_datasette(tmp_path / "monitor.db", METADATA_PATH)

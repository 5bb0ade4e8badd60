"""One look at a feed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Entry, Feed, Poll, StageError
from monitor.poll import parse_date, poll_feed
from monitor.text import clean_text
from monitor.text.markup import html_to_line, html_to_text
from monitor.web import GuardedWeb, Hop, Response, WebSettings
from tests.fakes import FakeWeb, answer
from tests.serve import Canned, Site, redirect

FEEDS = Path(__file__).parent / "data" / "feeds"
NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)
URL = "https://gazette.example/news/feed.xml"
FEED = Feed(1, URL, "Harbour Gazette")


def look(response: Response | StageError, feed: Feed = FEED) -> Poll:
    return asyncio.run(poll_feed(feed, FakeWeb({feed.url: response}), NOON))


def look_at(name: str, feed: Feed = FEED, content_type: str = "") -> Poll:
    return look(answer(feed.url, (FEEDS / name).read_bytes(), content_type=content_type), feed)


def rss(items: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{items}</channel></rss>"


def look_at_items(items: str) -> Poll:
    return look(answer(URL, rss(items)))


def outcome(response: Response) -> str:
    """What became of it in one word, whether it was read or not."""
    try:
        return look(response).outcome
    except StageError as error:
        return error.reason


def trouble(response: Response | StageError, feed: Feed = FEED) -> StageError:
    with pytest.raises(StageError) as caught:
        look(response, feed)
    return caught.value


# --- what it lists -----------------------------------------------------------------------------


def test_a_feed_gives_its_title_and_entries() -> None:
    """Full content is preferred to the summary; HTML becomes text; links lose who sent the reader."""
    seen = look_at("plain.rss")
    assert (seen.outcome, seen.status, seen.title, seen.problems) == ("new", 200, "Harbour Gazette", ())
    assert seen.entries == (
        Entry(
            id=0,
            feed_id=1,
            key="gazette-1",
            url="https://gazette.example/talks?id=1",
            title="Ceasefire talks resume & stall",
            summary="The talks resumed on Monday.\nThen they stalled.",
            published=datetime(2025, 11, 3, 9, tzinfo=UTC),
            language="en",
            authors=("Ada Quill",),
            source="Harbour Gazette",
        ),
        Entry(
            id=0,
            feed_id=1,
            key="gazette-2",
            url="https://gazette.example/ferry",
            title="Ferry fares rise",
            summary="Fares rise by five per cent.",
            language="en",
            source="Harbour Gazette",
        ),
    )


def test_a_feeds_own_title_is_one_clean_line() -> None:
    title = "<title>Q&amp;amp;A &#8238; &lt;b&gt;News&lt;/b&gt;</title>"
    assert look(answer(URL, f"<rss version='2.0'><channel>{title}</channel></rss>")).title == "Q&A News"


def test_atom_links_join_their_xml_base() -> None:
    entries = look_at("relative-links-with-xml-base.atom").entries
    assert [entry.url for entry in entries] == [
        "https://journal.example/monde/paix/1",
        "https://journal.example/sport/2",
        "https://autre.example/3",
    ]
    first = entries[0]
    assert (first.title, first.summary) == ("Les pourparlers reprennent", "Ils reprennent.\nLundi.")
    assert (first.authors, first.language) == (("Zoé Plume",), "fr")
    assert first.published == datetime(2025, 11, 3, 9, tzinfo=UTC)


def test_links_without_a_base_join_the_final_address() -> None:
    """After a redirect, that is where the document really lives; the guid stays as written."""
    body = (FEEDS / "relative-links-without-base.rss").read_bytes()
    seen = look(Response("https://cdn.example/a/b.xml", 200, {}, body, (Hop(302, URL),)))
    assert [(entry.key, entry.url) for entry in seen.entries] == [
        ("1", "https://cdn.example/one"),
        ("2", "https://cdn.example/a/two?x=1"),
    ]


def test_a_json_feed_is_read() -> None:
    seen = look_at("json-feed.json", content_type="application/feed+json")
    assert seen.title == "Islet"
    assert seen.entries == (
        Entry(
            id=0,
            feed_id=1,
            key="i1",
            url="https://islet.example/1",
            title="First",
            summary="One\nTwo",
            published=datetime(2025, 11, 3, 6, tzinfo=UTC),
            language="en",
            authors=("Ida",),
            source="Harbour Gazette",
        ),
        Entry(
            id=0,
            feed_id=1,
            key="2",
            url="https://islet.example/2",
            title="No title, just words.",
            summary="No title, just words.",
            language="en",
            authors=("Ole",),
            source="Harbour Gazette",
        ),
    )


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("rdf.rss", ["Old but alive"]),
        ("undefined-entity.rss", ["Café closed"]),
        ("bare-ampersand-and-junk-after-the-end.rss", ["Bed & breakfast"]),
        ("windows-1251.rss", ["Переговоры возобновились"]),
        ("utf-8-declared-as-latin-1.rss", ["Überraschung in Łódź"]),
        ("microblog-without-titles.rss", ["The ferry is late."]),
        ("twice-escaped-titles.rss", ['Rock & roll "live"', "1 < 2 and 3 > 2", "Bold claim"]),
        ("control-characters.rss", ["Tide tables"]),
        ("doctype-of-html.atom", ["Still a feed"]),
        ("empty.rss", []),
    ],
)
def test_odd_feeds_are_read(name: str, titles: list[str]) -> None:
    assert [entry.title for entry in look_at(name).entries] == titles


def test_the_charset_of_the_header_counts() -> None:
    body = "<rss version='2.0'><channel><item><title>Мир</title></item></channel></rss>".encode("koi8-r")
    assert look(answer(URL, body, content_type="text/xml; charset=koi8-r")).entries[0].title == "Мир"


def test_the_users_language_wins_over_the_feeds() -> None:
    assert look_at("plain.rss", replace(FEED, language="cy")).entries[0].language == "cy"


def test_a_link_that_must_not_be_followed_is_no_link() -> None:
    assert [(entry.title, entry.url) for entry in look_at("unsafe-links.rss").entries] == [
        ("Script", None),
        ("Userinfo", None),
        ("File", None),
        ("Broken", None),
    ]


# --- identity ----------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["1127。0。0。1", "[fe80::1%é]"])
def test_a_link_to_an_impossible_host_costs_its_item_the_link_alone(host: str) -> None:
    """Such a host looks good until it is spelled in ASCII."""
    (entry,) = look_at_items(f"<item><title>x</title><link>http://{host}/</link></item>").entries
    assert (entry.title, entry.url) == ("x", None)


def test_a_guid_shared_by_pages_takes_the_link_to_tell_them_apart() -> None:
    """The third item is the first one again, with another spelling of its link."""
    assert [(entry.key, entry.title) for entry in look_at("repeated-guids.rss").entries] == [
        ("42 https://a.example/one", "One"),
        ("42 https://a.example/two", "Two"),
        ("43", "Three"),
    ]


def test_a_page_listed_twice_keeps_its_guid_as_key() -> None:
    """So that it is no news when the feed lists it once again."""
    item = "<item><guid>1</guid><link>https://a.example/1</link></item>"
    twice, once = look_at_items(item * 2), look_at_items(item)
    assert twice.entries == once.entries
    assert [entry.key for entry in once.entries] == ["1"]


def test_without_a_guid_the_link_or_the_words_tell_items_apart() -> None:
    linked, *words = look_at("no-guids.rss").entries
    assert linked.key == "https://a.example/one"
    assert len({entry.key for entry in words}) == 2
    assert all(entry.key.startswith("words:") for entry in words)


def test_an_item_keeps_its_key_when_it_is_looked_at_again() -> None:
    keys = [entry.key for entry in look_at("no-guids.rss").entries]
    assert [entry.key for entry in look_at("no-guids.rss").entries] == keys


def test_a_very_long_guid_is_kept_as_its_hash() -> None:
    (entry,) = look_at_items(f"<item><guid>{'g' * 5000}</guid><title>x</title></item>").entries
    assert entry.key.startswith("long:")


# --- what it remembers -------------------------------------------------------------------------


def test_validators_are_sent_back_and_a_304_changes_nothing() -> None:
    body = (FEEDS / "plain.rss").read_bytes()
    stamp = {"Last-Modified": "Mon, 03 Nov 2025 09:00:00 GMT"}
    with Site({"/feed": Canned(body, headers=stamp, etag='W/"caf\xe9 1"')}) as site:
        web = GuardedWeb(WebSettings("monitor-tests", allow_networks=("127.0.0.0/8",)))
        feed = Feed(1, f"{site.url}/feed", "Gazette")
        first = asyncio.run(poll_feed(feed, web, NOON))
        known = replace(feed, etag=first.etag, last_modified=first.last_modified, body_hash=first.body_hash)
        second = asyncio.run(poll_feed(known, web, NOON))
    assert (first.outcome, len(first.entries), first.body_bytes) == ("new", 2, len(body))
    assert (second.outcome, second.status, second.entries) == ("unchanged", 304, ())
    assert (second.etag, second.last_modified, second.body_hash) == (
        first.etag,
        first.last_modified,
        first.body_hash,
    )
    assert site.asked[1].headers["if-none-match"] == 'W/"caf\xe9 1"'
    assert site.asked[1].headers["if-modified-since"] == stamp["Last-Modified"]


def test_a_304_may_bring_a_new_etag() -> None:
    seen = look(Response(URL, 304, {"etag": '"2"'}), replace(FEED, etag='"1"', last_modified="then"))
    assert (seen.etag, seen.last_modified) == ('"2"', "then")


def test_the_same_bytes_are_not_read_again() -> None:
    first = look_at("plain.rss")
    seen = look_at("plain.rss", replace(FEED, body_hash=first.body_hash))
    assert (seen.outcome, seen.entries, seen.body_hash) == ("same", (), first.body_hash)


def test_new_bytes_under_the_old_etag_are_read() -> None:
    """Some validators lie."""
    response = answer(URL, (FEEDS / "plain.rss").read_bytes(), etag='"1"')
    assert len(look(response, replace(FEED, etag='"1"', body_hash="0")).entries) == 2


def test_a_document_that_broke_off_is_read_but_not_remembered() -> None:
    """What it did not list must be listed by the next answer."""
    body = (FEEDS / "plain.rss").read_bytes()[:-60]
    seen = look(Response(URL, 200, {"etag": '"1"', "last-modified": "x"}, body, truncated=True))
    assert [entry.key for entry in seen.entries] == ["gazette-1", "gazette-2"]
    assert (seen.etag, seen.last_modified, seen.body_hash) == (None, None, None)
    assert seen.problems == ("truncated",)


@pytest.mark.parametrize(
    ("statuses", "moved"), [((301, 308), True), ((301, 302), False), ((302,), False), ((), False)]
)
def test_only_permanent_redirects_move_a_feed(statuses: tuple[int, ...], moved: bool) -> None:
    hops = tuple(Hop(status, URL) for status in statuses)
    body = (FEEDS / "plain.rss").read_bytes()
    seen = look(Response("https://new.example/feed", 200, {}, body, hops))
    assert seen.moved_to == ("https://new.example/feed" if moved else None)


def test_a_moved_feed_is_still_asked_whether_it_changed() -> None:
    with Site({"/feed": Canned((FEEDS / "plain.rss").read_bytes(), etag='"1"')}) as site:
        site.routes["/old"] = redirect("/feed", 301)
        web = GuardedWeb(WebSettings("monitor-tests", allow_networks=("127.0.0.0/8",)))
        seen = asyncio.run(poll_feed(Feed(1, f"{site.url}/old", "Gazette", etag='"1"'), web, NOON))
    assert (seen.outcome, seen.moved_to) == ("unchanged", f"{site.url}/feed")


# --- trouble -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 400, 401, 403, 404, 429, 500, 503])
def test_a_bad_status_is_named(status: int) -> None:
    error = trouble(answer(URL, "no", status, retry_after="90"))
    assert (error.reason, error.retry_after, error.final) == (
        f"http_{status}",
        timedelta(seconds=90),
        False,
    )


def test_gone_is_final() -> None:
    error = trouble(answer(URL, status=410))
    assert (error.reason, error.final) == ("gone", True)


def test_trouble_of_the_web_passes() -> None:
    assert trouble(StageError("timeout")).reason == "timeout"


@pytest.mark.parametrize(
    ("response", "reason"),
    [
        (answer(URL, (FEEDS / "challenge-page.html").read_bytes()), "blocked"),
        (answer(URL, "<html><p>Prove it", cf_mitigated="challenge"), "blocked"),
        (answer(URL, "forbidden", 403, cf_mitigated="challenge"), "blocked"),
        (answer(URL, (FEEDS / "web-page.html").read_bytes()), "not_a_feed"),
        (answer(URL, ""), "not_a_feed"),
        (answer(URL, "just text"), "not_a_feed"),
        (answer(URL, "/etc/hostname"), "not_a_feed"),
        (answer(URL, "https://other.example/feed"), "not_a_feed"),
        (answer(URL, '{"version": "1", "items": []}'), "not_a_feed"),
        (answer(URL, '{"version": ' + "[" * 100_000), "not_a_feed"),
        (answer(URL, "<!-- " * 1000), "not_a_feed"),
        (answer(URL, b"\x89PNG\r\n\x1a\n\x00\xff"), "not_a_feed"),
        (answer(URL, (FEEDS / "entities-declared.rss").read_bytes()), "parse"),
        (answer(URL, (FEEDS / "entities-declared.rss").read_text().encode("utf-16")), "parse"),
        (answer(URL, (FEEDS / "entities-declared.rss").read_text().encode("utf-16-be")), "parse"),
        (answer(URL, (FEEDS / "coordinates-out-of-place.rss").read_bytes()), "parse"),
        (answer(URL, (FEEDS / "impossible-character-references.rss").read_bytes()), "parse"),
    ],
)
def test_what_is_no_feed_is_named(response: Response, reason: str) -> None:
    """A body is never taken for a file name or an address, and entities hide in no encoding."""
    assert trouble(response).reason == reason


def test_a_page_where_a_feed_used_to_be_is_a_wall() -> None:
    page = answer(URL, (FEEDS / "web-page.html").read_bytes())
    assert trouble(page, replace(FEED, body_hash="0")).reason == "blocked"


# --- floods and traps --------------------------------------------------------------------------


def test_a_flood_of_items_is_cut_and_told() -> None:
    items = "".join(f"<item><guid>{number}</guid><title>x</title></item>" for number in range(2500))
    seen = look_at_items(items)
    assert [entry.key for entry in seen.entries] == [str(number) for number in range(2000)]
    assert seen.problems == ("too_many_items",)


@pytest.mark.parametrize(
    "trap",
    [
        "<author>" + "a" * 30_000 + "</author>",
        "<author><![CDATA[" + "a" * 30_000 + "]]></author>",
        "<author>" + "&#97;" * 9000 + "</author>",
        "<x " + " ".join(f"a{number}=''" for number in range(20_000)) + "/>",
        "<category>x</category>" * 20_000,
        "<a>" * 310_000,
        "".join(f"<n{number}:a xmlns:n{number}='u'/>" for number in range(5000)),
        "<description><![CDATA[" + "<a href='" + "x" * 9000 + "'>y</a>" * 50 + "]]></description>",
        "<description>" + "&lt;i&gt;" * 20_000 + "deep</description>",
    ],
)
def test_what_costs_the_parser_minutes_is_cut_or_refused(trap: str) -> None:
    began = process_time()
    assert outcome(answer(URL, rss(f"<item><title>x</title>{trap}</item>"))) in {"new", "parse"}
    assert process_time() - began < 60  # it takes a tenth of a second


def test_long_lists_of_authors_are_no_trap() -> None:
    names = ", ".join(f"Author Number{number}" for number in range(200))
    (entry,) = look_at_items(f"<item><title>x</title><author>{names}</author></item>").entries
    assert entry.authors[0].startswith("Author Number0, ")


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=80))
def test_any_text_in_a_field_gives_clean_entries_or_named_trouble(text: str) -> None:
    field = text.encode("utf-8", "surrogatepass")
    item = b"<item><guid>%b</guid><title>%b</title><link>%b</link></item>" % (field, field, field)
    response = answer(URL, b"<rss version='2.0'><channel>" + item + b"</channel></rss>")
    if outcome(response) == "new":
        words = "".join(entry.key + entry.title + (entry.url or "") for entry in look(response).entries)
        assert words == clean_text(words)


@given(st.binary(max_size=120))
def test_any_bytes_give_a_poll_or_named_trouble(body: bytes) -> None:
    response = answer(URL, b"<rss version='2.0'><channel><item><title>" + body)
    assert outcome(response) in {"new", "parse"}


# --- plain text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("just text", "just text"),
        ("a < b & c", "a < b & c"),
        ("<p>one\ntwo</p><ul><li>three<li>four</ul>", "one two\nthree\nfour"),
        ("one<br/>two", "one\ntwo"),
        ("text<p>para</p>tail", "text\npara\ntail"),
        ("<style>p{}</style><!-- hidden --><p onclick='x()'>shown</p><iframe src=x>no</iframe>", "shown"),
        ("<img src='data:image/png;base64," + "A" * 20_000 + "'>caption", "caption"),
        ("&lt;b&gt; is a tag", "<b> is a tag"),
        ("<div>" * 5000 + "deep", "deep"),
        ("<!-- only -->", ""),
        ("<p>a&#8238;b\u2028c</p>", "ab c"),
        ("a\ud800<b>\x01b</b>", "ab"),
        ("", ""),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.text("<>&;/!ab =\"'\n-", max_size=60))
def test_a_line_has_no_breaks_whatever_the_markup(html: str) -> None:
    assert "\n" not in html_to_line(html)


# --- dates -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("Mon, 03 Nov 2025 10:00:00 +0300", 7),
        ("Mon, 03 Nov 2025 10:00:00 +03:00", 7),
        ("Mon, 03 Nov 2025 10:00:00 GMT+0900", 1),
        ("Mon, 03 Nov 2025 10:0:0 GMT+9", 1),
        ("Mon, 03 Nov 2025 10:00:00 UTC+3", 7),
        ("Mon, 03 Nov 2025 10:00:00 -0000", 10),
        ("Mon, 03 Nov 2025 05:00:00 EST", 10),
        ("Mon, 03 Nov 2025 10:00:00 MSK", 7),
        ("Mon, 03 Nov 2025 10:00:00 EET", 8),
        ("Mon, 03 Nov 2025 10:00:00 CET", 9),
        ("Mon, 03 Nov 2025 10:00:00 JST", 1),
        ("Mon, 03 Nov 2025 10:00:00", 10),
        ("Fri, 03 Nov 2025 10:00 GMT", 10),
        ("3 Nov 25 10:00:00 Z", 10),
        ("Mon Nov  3 10:00:00 2025", 10),
        ("Mon Nov 3 05:00:00 EST 2025", 10),
        ("November 3rd, 2025 10:00 AM", 10),
        ("Nov 3, 2025 12:30 a.m.", 0),
        ("03-Nov-2025 10:00:00 GMT", 10),
        ("2025-11-03T10:00:00Z", 10),
        ("2025-11-03T10:00:00.123+02:00", 8),
        ("2025-11-03 10:00", 10),
        ("2025-11-03", 0),
        ("Sun, 02 Nov 2025 24:00:00 GMT", 0),
        ("2025/11/03 10:00", 10),
        ("2025年11月3日 10:00", 10),
        ("2025년 11월 03일 10:00", 10),
        ("03.11.2025 10:00", 10),
        ("03.11.2025, 10:00 MSK", 7),
        ("1762164000", 10),
        ("1762164000000", 10),
        ("Пн, 03 ноя 2025 10:00:00 +0300", 7),
        ("3 ноября 2025, 10:00", 10),
        ("3 листопада 2025 10:00", 10),
        ("Mo, 3. Nov. 2025 10:00:00 MEZ", 9),
        ("lun. 3 novembre 2025 10:00", 10),
        ("lun, 3 de noviembre de 2025 10:00", 10),
    ],
)
def test_dates_of_many_spellings_are_read(raw: str, hour: int) -> None:
    read = parse_date(raw, NOON)
    assert read is not None
    assert (read.date().isoformat(), read.hour, read.tzinfo) == ("2025-11-03", hour, UTC)


@pytest.mark.parametrize(
    ("raw", "month"),
    [
        *[(f"5 {name} 2020", 5) for name in ("мая", "травня", "Mai", "mayo", "May")],
        *[(f"5 {name} 2020", 3) for name in ("März", "Mrz", "mars", "марта", "березня", "marzo")],
        *[(f"5 {name} 2020", 6) for name in ("juin", "Juni", "июня", "червня", "junio")],
        *[(f"5 {name} 2020", 7) for name in ("juil.", "juillet", "Juli", "июля", "липня", "julio")],
        *[(f"5 {name} 2020", 8) for name in ("août", "августа", "серпня", "agosto")],
        *[(f"5 {name} 2020", 12) for name in ("déc.", "Dez", "декабря", "грудня", "diciembre")],
        ("mar. 5 févr. 2020", 2),
    ],
)
def test_months_are_known_in_six_languages(raw: str, month: int) -> None:
    """In French, `mar.` is a Tuesday."""
    assert parse_date(raw, NOON) == datetime(2020, month, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "yesterday",
        "2025",
        "20251103",
        "11/22/2024 10:00:00 AM",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "0001-01-01T00:00:00+01:00",
        "31.02.2025 10:00",
        "2025-11-03T25:00:00Z",
        "Mon, 03 Nov 2025 13:30:00 GMT",
        "99999999999999999999",
    ],
)
def test_what_cannot_be_read_or_lies_ahead_is_no_date(raw: str) -> None:
    assert parse_date(raw, NOON) is None


@given(st.text(max_size=60) | st.text("0123456789:.-+ TZGMnov,", max_size=40))
def test_reading_a_date_never_fails(raw: str) -> None:
    read = parse_date(raw, NOON)
    assert read is None or (read.tzinfo is UTC and read <= NOON + timedelta(hours=1))


def test_an_item_without_a_readable_date_has_none() -> None:
    """Gaps are not filled with today's date, as feedparser does."""
    items = "<item><title>a</title></item><item><title>b</title><pubDate>2025, autumn</pubDate></item>"
    assert [entry.published for entry in look_at_items(items).entries] == [None, None]

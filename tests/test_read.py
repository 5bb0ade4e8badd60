"""Read: an entry becomes an article, from its page or from what its feed told; it is never lost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Article, Entry, StageError
from monitor.read import article_from_feed, read_article
from monitor.web import GuardedWeb, Response, WebSettings
from tests.fakes import FakeWeb, answer
from tests.serve import Canned, Site, redirect

NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)
URL = "https://news.example/vel"
SUMMARY = "The two governments have signed a treaty on the water of the Vel river, said Mira Tolan."
ENTRY = Entry(
    id=7,
    feed_id=1,
    key="vel",
    url=URL,
    title="Treaty on the Vel signed",
    summary=SUMMARY,
    published=datetime(2025, 11, 3, 9, 15, tzinfo=UTC),
    language="en",
    authors=("Jo Li",),
    source="The Courier",
)
TOLD = Article(URL, ENTRY.title, SUMMARY, "en", ENTRY.published, ENTRY.authors, method="feed")
TEXT = "\n".join(
    (
        "The two governments signed a treaty on Monday that divides the water of the Vel for thirty years.",
        "Under its terms, the upstream country will release at least forty cubic metres a second in summer.",
        "Nobody got everything, and that is why it may last, said the woman who led the talks since January.",
        "Opposition members called it a surrender and promised a vote in parliament before the year is out.",
    )
)


def page(text: str = TEXT, head: str = "", title: str = "Two governments share the Vel") -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.splitlines())
    return f'<html lang="en"><head>{head}</head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>'


def read_entry(response: Response | StageError, entry: Entry = ENTRY) -> Article:
    reading = asyncio.run(read_article(entry, FakeWeb({URL: response}), NOON))
    assert reading.entry == entry
    return reading.article


def test_an_entrys_page_is_fetched_and_read() -> None:
    head = '<meta name="author" content="Ana Novak"><meta name="date" content="2025-11-03T08:00:00Z">'
    assert read_entry(answer(URL, page(head=head))) == Article(
        url=URL,
        title="Two governments share the Vel",
        text=TEXT,
        language="en",
        published=datetime(2025, 11, 3, 8, tzinfo=UTC),
        authors=("Ana Novak",),
        method="trafilatura",
    )


def test_over_real_http_the_article_is_where_redirects_led() -> None:
    web = GuardedWeb(WebSettings("monitor-test", allow_networks=("127.0.0.0/8",)))
    html = Canned(page().encode(), headers={"Content-Type": "text/html; charset=utf-8"})
    with Site({"/old": redirect("/new"), "/new": html}) as site:
        article = asyncio.run(read_article(replace(ENTRY, url=f"{site.url}/old"), web, NOON)).article
    assert (article.url, article.method) == (f"{site.url}/new", "trafilatura")


def test_an_entry_without_a_page_is_what_its_feed_told() -> None:
    assert read_entry(answer(URL), replace(ENTRY, url=None)) == replace(TOLD, url="")


def test_an_entry_of_a_title_alone_is_still_an_article() -> None:
    bare = replace(ENTRY, summary="", language=None)
    assert article_from_feed(bare, "poison") == replace(TOLD, text=ENTRY.title, language="en", problems=("poison",))


# --- trouble -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 402, 403, 404, 410, 451, 304])
def test_a_page_that_will_not_come_back_leaves_what_the_feed_told(status: int) -> None:
    assert read_entry(answer(URL, status=status)) == replace(TOLD, problems=(f"http_{status}",))


@pytest.mark.parametrize("reason", ["blocked_address", "bad_url", "too_big", "too_many_redirects", "bad_encoding"])
def test_an_address_we_may_not_visit_leaves_what_the_feed_told(reason: str) -> None:
    assert read_entry(StageError(reason)) == replace(TOLD, problems=(reason,))


def test_what_is_no_html_leaves_what_the_feed_told() -> None:
    assert read_entry(answer(URL, b"%PDF", content_type="application/pdf")) == replace(TOLD, problems=("not_html",))


@pytest.mark.parametrize("attempts", [0, 1])
@pytest.mark.parametrize("reason", ["timeout", "dns", "connect", "tls", "network"])
def test_trouble_that_may_pass_is_put_off(reason: str, attempts: int) -> None:
    with pytest.raises(StageError, match=reason):
        read_entry(StageError(reason), replace(ENTRY, attempts=attempts))


def test_a_busy_server_says_how_long_to_wait() -> None:
    with pytest.raises(StageError) as caught:
        read_entry(answer(URL, status=429, retry_after="90"))
    assert (caught.value.reason, caught.value.retry_after) == ("http_429", timedelta(seconds=90))


@pytest.mark.parametrize("trouble", [StageError("timeout"), answer(URL, status=503)])
def test_at_the_third_try_the_feed_must_do(trouble: Response | StageError) -> None:
    reason = trouble.reason if isinstance(trouble, StageError) else "http_503"
    tired = replace(ENTRY, attempts=2)
    assert read_entry(trouble, tired) == replace(TOLD, problems=(reason,))


# --- page or feed ------------------------------------------------------------------------------


def test_the_feeds_text_is_taken_when_the_page_has_less() -> None:
    """The page's metadata is kept: only its text is worse."""
    full = replace(ENTRY, summary=f"{TEXT}\n{SUMMARY}\n{TEXT}")
    head = '<meta name="author" content="Ana Novak"><link rel="canonical" href="/2025/vel">'
    article = read_entry(answer(URL, page(head=head)), full)
    assert article == Article(
        url=URL,
        title="Two governments share the Vel",
        text=full.summary,
        language="en",
        published=ENTRY.published,
        authors=("Ana Novak",),
        canonical_url="https://news.example/2025/vel",
        method="feed",
        problems=("shorter_than_feed",),
    )


AUTHOR = '<meta name="author" content="Guy Fox">'


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("<h1>Just a moment...</h1><p>Verify you are human by completing the action below.</p>", "blocked"),
        ("<h1>Your privacy</h1><p>We and our partners use cookies. Accept all</p>", "consent_wall"),
    ],
)
def test_nothing_on_a_wall_is_believed(body: str, problem: str) -> None:
    walled = answer(URL, f"<html><head>{AUTHOR}</head><body>{body}</body></html>")
    assert read_entry(walled) == replace(TOLD, problems=(problem,))


def test_nothing_on_a_page_about_something_else_is_believed() -> None:
    """Removed articles often lead to some other page, with status 200."""
    other = "\n".join(["Our gardener tells how onions should be planted before winter begins."] * 12)
    moved = answer(URL, page(other, AUTHOR, title="Onions before winter"))
    assert read_entry(moved) == replace(TOLD, problems=("unrelated",))


def test_a_page_drawn_by_scripts_still_tells_its_authors() -> None:
    drawn = answer(URL, f'<html><head>{AUTHOR}</head><body><div id="root"></div></body></html>')
    assert read_entry(drawn) == replace(TOLD, authors=("Guy Fox",), problems=("js_only",))


def test_a_longer_stub_is_better_than_a_short_summary() -> None:
    article = read_entry(answer(URL, page(TEXT + "\nSubscribe to read the full story.")))
    assert (article.method, article.problems) == ("trafilatura", ("paywall_stub",))


def test_a_broken_connection_is_flagged() -> None:
    cut = replace(answer(URL, page()), truncated=True)
    assert read_entry(cut).problems == ("truncated",)


def test_a_title_that_only_names_the_source_gives_way_to_the_feeds() -> None:
    assert read_entry(answer(URL, page(title="The Courier"))).title == ENTRY.title


@pytest.mark.parametrize(
    ("written", "published"),
    [
        pytest.param("2025-11-03", ENTRY.published, id="the day of the feed's time"),
        pytest.param("2025-11-02", ENTRY.published, id="the same day, far in the west"),
        pytest.param("2025-10-30", datetime(2025, 10, 30, tzinfo=UTC), id="another day"),
        pytest.param("2025-11-03T08:00:00Z", datetime(2025, 11, 3, 8, tzinfo=UTC), id="a time"),
        pytest.param("", ENTRY.published, id="nothing"),
    ],
)
def test_the_feed_knows_the_time_where_the_page_knows_the_day(written: str, published: datetime) -> None:
    head = f'<meta name="date" content="{written}">'
    assert read_entry(answer(URL, page(head=head))).published == published

"""Extract: what is won from a page, what is refused, and what is flagged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from monitor.extract import extract_article
from monitor.extract.authors import split_authors
from monitor.extract.batch import extract_lines
from monitor.extract.dates import parse_page_date
from monitor.extract.extractors import extract_best_text
from monitor.extract.language import detect_language
from monitor.extract.scripts import take_scripts_out
from monitor.model import Article, Page, StageError
from monitor.text import clean_text

NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)
URL = "https://news.example.org/water/vel"
PARAGRAPHS = (
    "The two governments signed an agreement on Friday that divides the water of the Vel river for thirty years.",
    "Under the terms, the upstream country will release at least forty cubic metres a second in every summer.",
    "Nobody got everything, and that is why it may last, said the woman who led the talks for eleven months.",
    "Opposition members called the text a surrender and promised a vote in parliament before the year is out.",
)
TEXT = "\n".join(PARAGRAPHS)


def html(body: str = "", head: str = "", language: str = "en") -> str:
    return f'<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'


def story(extra: str = "", head: str = "<title>Water shared</title>") -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return html(f"<article><h1>Water shared</h1>{text}{extra}</article>", head)


def read_html(page: str | bytes, url: str = URL, content_type: str = "text/html; charset=utf-8") -> Article:
    return extract_article(Page(url, page.encode() if isinstance(page, str) else page, content_type), NOON)


def jsonld(**claims: object) -> str:
    node = {"@context": "https://schema.org", "@type": "NewsArticle", **claims}
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def test_an_article_is_read_whole() -> None:
    claims = jsonld(
        headline="Water &lt;b&gt;shared", datePublished="2025-10-31T09:30:00+02:00", author={"name": "Ana Novak"}
    )
    head = f'{claims}<link rel="canonical" href="/water/vel?from=home">'
    assert read_html(story(head=head)) == Article(
        url=URL,
        title="Water shared",
        text=TEXT,
        language="en",
        published=datetime(2025, 10, 31, 7, 30, tzinfo=UTC),
        authors=("Ana Novak",),
        canonical_url="https://news.example.org/water/vel?from=home",
        method="trafilatura",
    )


# --- the gate ----------------------------------------------------------------------------------


def refusal(page: str | bytes, content_type: str = "text/html") -> tuple[str, bool]:
    with pytest.raises(StageError) as caught:
        read_html(page, content_type=content_type)
    return caught.value.reason, caught.value.final


@pytest.mark.parametrize("content_type", ["application/pdf", "image/png", "application/json", "text/plain"])
def test_what_is_no_html_is_refused(content_type: str) -> None:
    assert refusal(story(), content_type) == ("not_html", True)


def test_without_a_type_a_page_is_known_by_its_looks() -> None:
    assert read_html(story(), content_type="").text.endswith(TEXT)
    assert refusal(b"%PDF-1.7 ...", "") == ("not_html", True)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param("<p>a</p>" * 10_001, "too_many_tags", id="more tags than any news page has"),
        pytest.param("<div>" * 12_000, "too_many_tags", id="nested without end"),
        pytest.param(f"<p {'a=1 ' * 10_001}>x</p>", "too_many_attributes", id="a tag of attributes"),
        pytest.param(f'<p x=">" {"a/" * 10_001}>x</p>', "too_many_attributes", id="attributes behind a false end"),
        pytest.param("a" * 5_000_001, "too_big", id="more than we fetch"),
    ],
)
def test_what_would_keep_the_parsers_busy_is_refused(page: str, reason: str) -> None:
    assert refusal(page) == (reason, True)


def test_long_scripts_and_styles_count_as_no_attributes() -> None:
    assert read_html(story(f"<style>{'a b ' * 9_000}</style><script>{'a b ' * 9_000}</script>")).text.endswith(TEXT)


def test_malformed_jsonld_of_megabytes_costs_nothing() -> None:
    """Trafilatura alone would search it with regular expressions for more than half a minute."""
    broken = '<script type="application/ld+json">' + '{"author": "name": ' * 100_000 + "</script>"
    assert read_html(story(head=broken)).text.endswith(TEXT)


@pytest.mark.parametrize("opened", ["<script>", "<style>", "<!--", '<script type="application/ld+json">'])
def test_scripts_that_never_end_are_left_as_they_are(opened: str) -> None:
    page = f"<p>text{opened * 5_000}"
    assert take_scripts_out(page).html == page


def test_a_script_inside_a_comment_swallows_nothing() -> None:
    page = "<!-- <script> --><p>text</p><script>x</script><!--><p>more</p>-->"
    assert take_scripts_out(page).html == "<!-- <script> --><p>text</p><script></script><!--><p>more</p>-->"


def test_thousands_of_named_authors_do_not_stop_the_room() -> None:
    """Trafilatura compares each with all others, each time anew: without a bound this takes minutes."""
    many = "".join(f'<meta name="creator" content="Ana {chr(97 + i % 26)}{i}x"></meta>' for i in range(5_000))
    assert read_html(story(head=many)).text.endswith(TEXT)


@given(st.binary(max_size=400), st.sampled_from(["text/html", "text/html; charset=utf-16", "text/html; charset=x"]))
def test_any_bytes_give_an_article_or_a_named_refusal(body: bytes, content_type: str) -> None:
    try:
        article = extract_article(Page(URL, b"<html><p>" + body, content_type), NOON)
    except StageError:
        return
    assert (article.title, article.text) == (clean_text(article.title), clean_text(article.text))


@given(st.text(max_size=60), st.text(max_size=60))
def test_what_a_page_claims_is_clean_in_every_field(claim: str, other: str) -> None:
    node = jsonld(headline=claim, author=[claim, {"name": other}], datePublished=other, publisher={"name": claim})
    article = read_html(story(head=node + f'<link rel="canonical" href="{other}">').encode("utf-8", "replace"))
    for line in (article.title, *article.authors, article.canonical_url or ""):
        assert line == clean_text(line)
        assert "\n" not in line


# --- metadata ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "title"),
    [
        pytest.param(meta("og:title", "Vel treaty signed"), "Vel treaty signed", id="as declared"),
        pytest.param(
            meta("og:title", "Vel signed - The Post") + meta("og:site_name", "The Post"),
            "Vel signed",
            id="named site",
        ),
        pytest.param(meta("og:title", "Vel signed | Example"), "Vel signed", id="the domain's own name"),
        pytest.param(meta("og:title", "Water shared - All the best since 1901"), "Water shared", id="around the h1"),
        pytest.param(meta("og:title", "Orsa - Water shared"), "Water shared", id="before the h1"),
        pytest.param(meta("og:title", "Vel - a river in peace"), "Vel - a river in peace", id="a dash of its own"),
        pytest.param(jsonld(headline="The Post", publisher={"name": "The Post"}), "Water shared", id="site alone"),
        pytest.param("", "Water shared", id="only the h1"),
    ],
)
def test_a_title_is_the_articles_without_the_sites(head: str, title: str) -> None:
    assert read_html(story(head=head)).title == title


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2025-11-03T10:00:00+01:00", datetime(2025, 11, 3, 9, tzinfo=UTC)),
        ("2025-11-03T10:00:00Z", datetime(2025, 11, 3, 10, tzinfo=UTC)),
        ("2025-11-03 10:00:00 UTC", datetime(2025, 11, 3, 10, tzinfo=UTC)),
        ("2025-11-03", datetime(2025, 11, 3, tzinfo=UTC)),
        ("Mon, 03 Nov 2025 10:00:00 GMT", datetime(2025, 11, 3, 10, tzinfo=UTC)),
        ("2025-11-04T11:59:00+00:00", datetime(2025, 11, 4, 11, 59, tzinfo=UTC)),
    ],
)
def test_times_are_read_as_they_are_written(written: str, moment: datetime) -> None:
    assert parse_page_date(written, NOON) == moment


@pytest.mark.parametrize(
    "written", ["2025-11-05T12:00:00Z", "1970-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31", "", "1762164000"]
)
def test_a_time_that_cannot_be_true_is_none(written: str) -> None:
    """A clock may be wrong by a day; a publishing system's zero is no time."""
    assert parse_page_date(written, NOON) is None


def test_an_impossible_time_does_not_hide_a_possible_one() -> None:
    head = jsonld(datePublished="2031-01-01") + meta("article:published_time", "2025-10-30T08:00:00Z")
    assert read_html(story(head=head)).published == datetime(2025, 10, 30, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "authors"),
    [
        (["By Ana Novak and Jo Li"], ("Ana Novak", "Jo Li")),
        (["Ana Novak (ano)", "ana novak@x.example", "Ana Novak"], ("Ana Novak",)),
        (["https://news.example.org/ana", "@ana", "ana.novak.77", "The Post"], ()),
        (["View all posts by Ana Novak"], ("Ana Novak",)),
        (["Ana Novak, professor of water engineering at the old university"], ("Ana Novak",)),
        (["浜口修"], ("浜口修",)),
        (["Ana Anderson", "Undine Etzel"], ("Ana Anderson", "Undine Etzel")),
    ],
)
def test_names_of_authors_are_split_and_cleaned(written: list[str], authors: tuple[str, ...]) -> None:
    assert split_authors(written, {"the post"}) == authors


def test_a_newsroom_is_the_author_when_no_person_is_named() -> None:
    newsroom = {"@type": "Organization", "name": "The Post"}
    assert read_html(story(head=jsonld(author=newsroom, publisher=newsroom))).authors == ("The Post",)


@pytest.mark.parametrize(
    ("href", "canonical"),
    [
        ("https://news.example.org/other", "https://news.example.org/other"),
        ("https://m.news.example.org/other", "https://m.news.example.org/other"),
        ("/other", "https://news.example.org/other"),
        ("https://news.example.com/other", None),
        ("javascript:alert(1)", None),
        ("https://bank@news.example.org/", None),
        ("https://news.example.org/", None),
        ("http://[", None),
    ],
)
def test_a_canonical_address_is_believed_within_its_own_domain(href: str, canonical: str | None) -> None:
    """One on another domain could pass for somebody else's article; the front page is no article."""
    assert read_html(story(head=f'<link rel="canonical" href="{href}">')).canonical_url == canonical


@pytest.mark.parametrize("url", ["", "http://[", "file:///tmp/page.html", "no address"])
def test_an_odd_address_costs_the_page_nothing_else(url: str) -> None:
    article = read_html(story(head='<link rel="canonical" href="/other">'), url)
    assert (article.url, article.text, article.canonical_url) == (url, TEXT, None)


# --- language ----------------------------------------------------------------------------------

GERMAN = (
    "Am Freitag kehrten beide Seiten an den Tisch zurück, doch über die Grenze wurde nicht gesprochen, weil die "
    "Vermittler noch auf eine Antwort aus der Hauptstadt warten."
)


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        pytest.param(GERMAN, "en-US", "de", id="the text knows better than a template"),
        pytest.param("Gas", "de-AT", "de", id="too short to tell"),
        pytest.param("", None, None, id="nothing to go by"),
        pytest.param("", "nb-NO", "no", id="a finer code"),
        pytest.param("", "english", None, id="no code"),
        pytest.param("港町の汐見市は、古い灯台を来年の春から公開すると発表した。" * 3, None, "ja", id="kana"),
    ],
)
def test_a_language_is_told_by_the_text_then_by_the_page(
    text: str, declared: str | None, language: str | None
) -> None:
    assert detect_language(text, declared) == language


# --- text and problems -------------------------------------------------------------------------


def test_articles_appended_below_are_left_out() -> None:
    """Endless scrolling; JSON-LD tells where the article ends."""
    own = "\n".join(f"{paragraph} Part {number}." for number in range(4) for paragraph in PARAGRAPHS)
    rest = "".join(f"<p>Another story, number {number}: {PARAGRAPHS[number % 4]}</p>" for number in range(60))
    page = html("<article>" + "".join(f"<p>{line}</p>" for line in own.splitlines()) + rest + "</article>")
    opinion = extract_best_text(page, document_fromstring(page), own)
    assert (opinion.text, opinion.method) == (own, "jsonld")


def test_a_page_drawn_by_scripts_gives_what_jsonld_tells() -> None:
    article = read_html(html('<div id="root"></div>', jsonld(headline="Water shared", articleBody=TEXT)))
    assert (article.text, article.method, article.problems) == (TEXT, "jsonld", ())


@pytest.mark.parametrize(
    "body",
    [
        "\r\n\r\n".join(PARAGRAPHS),
        "".join(f"<p>{line}</p>" for line in PARAGRAPHS) + "<style>p {}</style>",
        "".join(f"&lt;p&gt;{line}&lt;/p&gt;" for line in PARAGRAPHS) + "&lt;script&gt;x()&lt;/script&gt;",
    ],
    ids=["lines", "HTML", "escaped HTML"],
)
def test_a_body_in_jsonld_keeps_its_paragraphs_and_nothing_that_runs(body: str) -> None:
    article = read_html(html('<div id="root"></div>', jsonld(headline="Water shared", articleBody=body)))
    assert article.text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    ("body", "head", "url", "problems"),
    [
        pytest.param("", "", URL, ("empty",), id="nothing"),
        pytest.param('<div id="root"></div>', "", URL, ("js_only",), id="an empty root"),
        pytest.param("<noscript>Please enable JavaScript.</noscript>", "", URL, ("js_only",), id="a notice"),
        pytest.param("<p>The dam at Orsa has burst.</p>", "", URL, ("short",), id="a flash"),
        pytest.param(f"<p>{TEXT[:300]}</p>", jsonld(isAccessibleForFree=False), URL, ("paywall_stub",), id="paid"),
        pytest.param(
            f"<p>{TEXT[:300]}</p><p>Subscribe to read the full story.</p>", "", URL, ("paywall_stub",), id="asks"
        ),
        pytest.param(f"<p>{TEXT[:300]} …</p>", "", URL, ("truncated",), id="ends in dots"),
        pytest.param(
            "<p>We and our partners use cookies to measure and to advertise. Accept all</p>",
            "",
            URL,
            ("consent_wall",),
            id="asks for consent",
        ),
        pytest.param(
            f"<p>{TEXT[:300]}</p>", "", "https://consent.news.example.org/v2", ("consent_wall",), id="consent host"
        ),
        pytest.param(
            "<h1>Just a moment...</h1><p>Verify you are human by completing the action below.</p>",
            "",
            URL,
            ("blocked",),
            id="a captcha",
        ),
        pytest.param(f"<p>{TEXT}</p>", "", "https://news.example.org/", ("list_page",), id="a front page"),
        pytest.param(
            f"<p>{TEXT}</p><p>{GERMAN * 3}</p>", jsonld(isAccessibleForFree=False), URL, (), id="paid, yet all there"
        ),
    ],
)
def test_a_poor_reading_is_flagged(body: str, head: str, url: str, problems: tuple[str, ...]) -> None:
    assert read_html(html(body, head), url).problems == problems


# --- the batch verb ----------------------------------------------------------------------------


def answers(*lines: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in extract_lines(lines, NOON)]


def test_a_line_in_gives_a_line_out(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    head = jsonld(headline="Water shared", datePublished="2025-11-03T01:00:00+02:00", author="Ana Novak")
    path.write_text(story(head=head), "utf-8")
    request = {"id": "7", "path": str(path), "url": URL, "content_type": "text/html; charset=utf-8", "more": 1}
    assert answers(json.dumps(request), "\n") == [
        {
            "id": "7",
            "title": "Water shared",
            "text": TEXT,
            "authors": ["Ana Novak"],
            "published": "2025-11-03T01:00:00+02:00",
            "language": "en",
            "canonical_url": None,
            "method": "trafilatura",
            "problems": [],
        }
    ]


@pytest.mark.parametrize(
    ("line", "id_", "problem"),
    [
        ("not json", "", "bad_line"),
        ('{"id": "3"}', "3", "bad_line"),
        ('{"id": "3", "path": 7}', "3", "bad_line"),
        ("[" * 100_000, "", "bad_line"),
        ('{"id": "3", "path": "/no/such/file", "url": null}', "3", "no_file"),
        ('{"id": "3", "path": "a\\u0000b"}', "3", "no_file"),
        ('{"id": "3", "path": "/dev/null", "content_type": "image/png"}', "3", "not_html"),
    ],
)
def test_a_bad_line_becomes_an_answer_without_text(line: str, id_: str, problem: str) -> None:
    answer = answers(line)[0]
    assert (answer["id"], answer["text"], answer["problems"]) == (id_, "", [problem])


def test_times_in_an_article_are_utc() -> None:
    article = read_html(story(head=jsonld(datePublished="2025-11-03T01:00:00+02:00")))
    assert article.published is not None
    assert (article.published.utcoffset(), article.published.hour) == (timedelta(), 23)

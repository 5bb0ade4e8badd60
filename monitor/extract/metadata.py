"""Title, time and authors: JSON-LD first, then meta elements, then trafilatura's guess.

Measured on 274 news pages: the page's own data wins titles and gives times to the second, htmldate (inside
trafilatura) finds days nobody else finds, authors are split between them. Hence the chain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement
from trafilatura.metadata import extract_metadata

from monitor.extract.authors import split_authors
from monitor.extract.claims import Claims
from monitor.extract.dates import EARLIEST_PAGE_DATE, parse_page_date
from monitor.extract.head import MOST_METAS, SITE_NAME_METAS, PageHead
from monitor.extract.wording import MOST_RAW_CHARACTERS, raw_value_to_line
from monitor.links import lane_of_url
from monitor.pace import PAGE_DATE_TOLERANCE
from monitor.text.words import fold_line

TITLE_METAS = (
    "og:title",
    "twitter:title",
    "headline",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "citation_title",
)
PUBLISHED_METAS = (
    *("article:published_time", "og:article:published_time", "datepublished", "article:published"),
    *("parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued", "dcterms.date"),
    *("dcterms.created", "dc.date", "pubdate", "publishdate", "publish-date", "date"),
)
AUTHOR_METAS = (
    *("author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator"),
    *("article:author", "citation_author", "og:author", "cxenseparse:author"),
)

TITLE_SEPARATOR = re.compile(r"\s+[-–—|•·»«:]+\s+|\s*\|\s*")
SHORTEST_HEADING = 10
"""Characters from which a heading inside a longer title is taken for the title proper."""


@dataclass(frozen=True, slots=True)
class ArticleMetadata:
    """What is known about an article besides its text."""

    title: str = ""
    published: datetime | None = None
    """A day without a time is its midnight, UTC."""
    authors: tuple[str, ...] = ()


def gather_metadata(tree: HtmlElement, head: PageHead, claims: Claims, now: datetime) -> ArticleMetadata:
    """Gather what the page says; ask trafilatura only for what it leaves open."""
    sites = collect_site_names(head, claims)
    own = ArticleMetadata(
        find_proper_title((claims.headline, *head.all(*TITLE_METAS)), head, sites),
        _first_page_date((claims.published, *head.all(*PUBLISHED_METAS)), now),
        split_authors(claims.people, sites) or _authors_in_metas(head, sites),
    )
    if own.title and own.published and own.authors:
        return own
    guess = _guess_metadata(tree, head, now)
    return ArticleMetadata(
        own.title or find_proper_title((guess.title, *head.headings), head, sites) or guess.title,
        own.published or guess.published,
        own.authors or split_authors(guess.authors, sites) or split_authors((*claims.people, *claims.organisations)),
    )


def collect_site_names(head: PageHead, claims: Claims) -> frozenset[str]:
    """Names of the site, in normal form: where a title or an author is wanted, they are none."""
    domain = lane_of_url(head.url).partition(".")[0] if head.url else ""
    names = (*head.all(*SITE_NAME_METAS), *claims.publishers, lane_of_url(head.url), domain)
    return frozenset(fold_line(name) for name in names) | {"".join(fold_line(name).split()) for name in names}


def find_proper_title(candidates: tuple[str, ...], head: PageHead, sites: frozenset[str]) -> str:
    """Give the first candidate that is not just the site's name, without what the site adds around it."""
    titles = (_strip_site_name(candidate, head, sites) for candidate in candidates)
    return next((title for title in titles if title and not _is_site_name(title, sites)), "")


def _strip_site_name(title: str, head: PageHead, sites: frozenset[str]) -> str:
    """What stands around the page's own heading is the site's; so is a last or first part that names the site."""
    heading = next((heading for heading in head.headings if _is_around_heading(title, heading, sites)), None)
    if heading:
        return heading
    while (last := _find_last_match(TITLE_SEPARATOR, title)) and _is_site_name(title[last.end() :], sites):
        title = title[: last.start()]
    while (first := TITLE_SEPARATOR.search(title)) and _is_site_name(title[: first.start()], sites):
        title = title[first.end() :]
    return title.strip()


def _is_around_heading(title: str, heading: str, sites: frozenset[str]) -> bool:
    if not SHORTEST_HEADING <= len(heading) < len(title) or _is_site_name(heading, sites):
        return False
    if title.startswith(heading):
        return TITLE_SEPARATOR.match(title, len(heading)) is not None
    start = len(title) - len(heading)
    before = _find_last_match(TITLE_SEPARATOR, title[:start] + " ") if title.endswith(heading) else None
    return before is not None and before.end() >= start


def _find_last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one counts
        pass
    return found


def _is_site_name(name: str, sites: frozenset[str]) -> bool:
    return fold_line(name) in sites or "".join(fold_line(name).split()) in sites


def _first_page_date(written: tuple[str, ...], now: datetime) -> datetime | None:
    return next((moment for text in written if (moment := parse_page_date(text, now))), None)


def _authors_in_metas(head: PageHead, sites: frozenset[str]) -> tuple[str, ...]:
    return next((names for meta in AUTHOR_METAS if (names := split_authors(head.all(meta), sites))), ())


@dataclass(frozen=True, slots=True)
class _GuessedMetadata:
    title: str
    published: datetime | None
    authors: tuple[str, ...]


def _guess_metadata(tree: HtmlElement, head: PageHead, now: datetime) -> _GuessedMetadata:
    _shorten_metas(tree)
    dates = {
        "original_date": True,
        # It would guess from any number that looks like a year. A wrong day silences an alert as old news; no
        # day does not. On 274 pages it found nothing more, at four times the cost.
        "extensive_search": False,
        "min_date": f"{EARLIEST_PAGE_DATE:%Y-%m-%d}",
        "max_date": f"{now + PAGE_DATE_TOLERANCE:%Y-%m-%d}",
    }
    found = extract_metadata(tree, default_url=head.url or None, date_config=dates)
    authors = tuple(raw_value_to_line(name) for name in (found.author or "").split(";"))
    return _GuessedMetadata(raw_value_to_line(found.title), parse_page_date(found.date or "", now), authors)


def _shorten_metas(tree: HtmlElement) -> None:
    """Empty the metas that would keep trafilatura busy: 15,000 authors took it six minutes."""
    for number, element in enumerate(tree.iter("meta")):
        if number >= MOST_METAS or len(element.get("content") or "") > MOST_RAW_CHARACTERS:
            element.set("content", "")

"""Read: Entry → Reading. Fetch its page, then extract; what the feed told of it is the fallback.

An entry is never lost: whatever is wrong with its page, it is judged at least by its title and summary.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from monitor.meaning import with_meaning
from monitor.model import Article, Entry, Page, Reading, StageError, TextProblem, WebReason
from monitor.pace import PAGE_DEADLINE_S, READINGS_BEFORE_FEED_TEXT
from monitor.web import Web

TEMPORARY_REASONS: frozenset[WebReason] = frozenset({"timeout", "dns", "connect", "tls", "network"})
# Request Timeout, Too Early, Too Many Requests (RFC 9110, 15.5.9; RFC 8470, 5.2; RFC 6585, 4).
TEMPORARY_STATUSES = frozenset({408, 425, 429})
OTHER_PAGE_PROBLEMS: frozenset[TextProblem] = frozenset({"blocked", "consent_wall", "list_page", "unrelated"})
"""Problems of pages that are not the article's: nothing on them is believed."""
NO_TEXT_PROBLEMS: frozenset[TextProblem] = frozenset({"js_only", "empty"})
"""Problems of pages that are the article's, but hold no text of it."""
UNREADABLE_PROBLEMS = OTHER_PAGE_PROBLEMS | NO_TEXT_PROBLEMS

TITLE_WORD = re.compile(r"\w{3,}")
LEAST_TITLE_WORDS = 3
"""A title of fewer cannot say that a page is about something else."""


async def read_article(entry: Entry, web: Web, now: datetime) -> Reading:
    """Fetch an entry's page and extract its article.

    Raises StageError for trouble that may pass, so that the entry becomes due again; at its third try, and
    for trouble that will not pass, the article is what the feed told.
    """
    started = monotonic()
    article = await _fetch_article(entry, web, now)
    return Reading(entry, article, seconds=monotonic() - started)


async def read_article_with_meaning(entry: Entry, web: Web, now: datetime) -> Reading:
    """Read an entry, and work out what its article means; where that fails, the article goes on without."""
    reading = await read_article(entry, web, now)
    try:
        article = with_meaning(reading.article)
    except StageError as error:
        article = replace(reading.article, problems=(*reading.article.problems, error.reason))
    return replace(reading, article=article)


def article_from_feed(entry: Entry, problem: str | None = None) -> Article:
    """Make an article of what the feed told; `problem` says why its page was not read."""
    # Imported here: the coordinator, which needs this function alone, stays small without the extractors.
    from monitor.extract.language import detect_language  # noqa: PLC0415

    text = entry.summary or entry.title
    return Article(
        url=entry.url or "",
        title=entry.title,
        text=text,
        language=detect_language(text, entry.language),
        published=entry.published,
        authors=entry.authors,
        method="feed",
        problems=(problem,) if problem else (),
    )


async def _fetch_article(entry: Entry, web: Web, now: datetime) -> Article:
    from monitor.extract import extract_article  # noqa: PLC0415 - as above

    if entry.url is None:
        return article_from_feed(entry)
    try:
        page, is_whole = await _fetch_page(entry.url, web, now)
        article = extract_article(page, now)
    except StageError as trouble:
        if _is_temporary(trouble) and entry.attempts + 1 < READINGS_BEFORE_FEED_TEXT:
            raise
        return article_from_feed(entry, trouble.reason)
    return _complete_from_feed(entry, article if is_whole else _add_problem(article, "truncated"))


async def _fetch_page(url: str, web: Web, now: datetime) -> tuple[Page, bool]:
    """Give the page, and whether all of it came."""
    from monitor.extract.gate import MOST_PAGE_BYTES  # noqa: PLC0415 - as above

    response = await web.get(url, limit_bytes=MOST_PAGE_BYTES, deadline_s=PAGE_DEADLINE_S)
    if not 200 <= response.status < 300:  # noqa: PLR2004 - RFC 9110, 15.3: successful
        is_temporary = response.status in TEMPORARY_STATUSES or response.status >= 500  # noqa: PLR2004
        raise StageError(f"http_{response.status}", retry_after=response.retry_after(now), final=not is_temporary)
    return Page(response.url, response.body, response.content_type), not response.truncated


def _is_temporary(trouble: StageError) -> bool:
    return not trouble.final and (trouble.reason in TEMPORARY_REASONS or trouble.reason.startswith("http_"))


def _complete_from_feed(entry: Entry, article: Article) -> Article:
    """Complete a page's article from the feed, and take the feed's text where the page's is worse."""
    problem = _why_worse(entry, article)
    if problem in OTHER_PAGE_PROBLEMS:
        return article_from_feed(entry, problem)
    if problem:
        fallback = article_from_feed(entry)
        article = replace(article, text=fallback.text, language=fallback.language, method=fallback.method)
        article = _add_problem(article, problem)
    return replace(
        article,
        title=_choose_title(entry, article),
        published=_choose_published(entry, article),
        authors=article.authors or entry.authors,
        language=article.language or entry.language,
    )


def _why_worse(entry: Entry, article: Article) -> str | None:
    """Name the reason to take the feed's text, or None."""
    unreadable = next((problem for problem in article.problems if problem in UNREADABLE_PROBLEMS), None)
    if unreadable:
        return unreadable
    if not _is_about_title(entry.title, article):
        return "unrelated"
    is_shorter = _count_letters_and_digits(article.text) < _count_letters_and_digits(entry.summary)
    return "shorter_than_feed" if is_shorter else None


def _is_about_title(title: str, article: Article) -> bool:
    """Whether any word of the feed's title is found; a page that has none of them is some other page."""
    wanted = set(TITLE_WORD.findall(title.lower()))
    found = f"{article.title}\n{article.text}".lower()
    return len(wanted) < LEAST_TITLE_WORDS or any(word in found for word in wanted)


def _count_letters_and_digits(text: str) -> int:
    """Compare texts by their letters: not all scripts put spaces between words."""
    return sum(map(str.isalnum, text))


def _choose_title(entry: Entry, article: Article) -> str:
    is_site = article.title.casefold() == entry.source.casefold()
    return entry.title if is_site or not article.title else article.title


def _choose_published(entry: Entry, article: Article) -> datetime | None:
    """Prefer the feed's time where the page gives the day only, and it is the same one somewhere on Earth."""
    page_says, feed_says = article.published, entry.published
    if page_says is None or feed_says is None:
        return page_says or feed_says
    # Its midnight is UTC's, while the zones it may mean reach from UTC+14 to UTC-12.
    # The day begins first at UTC+14, and ends last at UTC-12.
    starts, ends = page_says - timedelta(hours=14), page_says + timedelta(hours=24 + 12)
    is_day_only = page_says.time() == datetime.min.time()
    return feed_says if is_day_only and starts <= feed_says < ends else page_says


def _add_problem(article: Article, problem: str) -> Article:
    problems = dict.fromkeys((*article.problems, problem))
    return replace(article, problems=tuple(problems))

"""The gate before the parsers: what is no HTML, or would keep them busy for minutes, does not pass.

Their time grows with the square of some counts: 100,000 paragraphs take 40 s, a tag with 100,000 attributes
over 30 s. News pages stay far below the limits: of 897, the one with the most tags had 10,080 `<`, and none
had 6,000 attributes in a tag.
"""

from __future__ import annotations

import re

from monitor.model import Page, StageError

MOST_PAGE_BYTES = 5_000_000
MOST_PAGE_TAGS = 20_000
MOST_UNCLOSED_TAGS = 10_000
"""Tags that are never closed: nested 20,000 deep they take resiliparse 9 s; of 418 pages none had 2,000."""
MOST_PAGE_TAG_ATTRIBUTES = 10_000
SHORTEST_SUSPECT_TAG = 2 * MOST_PAGE_TAG_ATTRIBUTES
"""Characters that so many attributes take up at least."""

HTML_TYPES = ("text/html", "application/xhtml+xml")
COMMON_HTML_TAG = re.compile(rb"<(?:!doctype|!--|html|head|body|meta|title|div|article|p)\b", re.IGNORECASE)
HTML_WITHIN_BYTES = 4096

ATTRIBUTE_SEPARATORS = re.compile(r"[\s/]+")


def check_page(page: Page) -> None:
    """Refuse what is too big or no HTML, by its declared type, or by its looks when it declares none."""
    if len(page.body) > MOST_PAGE_BYTES:
        raise StageError("too_big", final=True, detail=f"over {MOST_PAGE_BYTES:,} bytes")
    if not _is_html_page(page):
        raise StageError("not_html", final=True, detail=_media_type(page)[:80])


def check_markup(html: str) -> None:
    """Refuse what the parsers would need too long for."""
    if html.count("<") > MOST_PAGE_TAGS:
        raise StageError("too_many_tags", final=True, detail=f"over {MOST_PAGE_TAGS:,}")
    if html.count("<") - 2 * html.count("</") > MOST_UNCLOSED_TAGS:
        raise StageError("too_many_tags", final=True, detail=f"over {MOST_UNCLOSED_TAGS:,} unclosed")
    long_runs = [run for run in html.split("<") if len(run) > SHORTEST_SUSPECT_TAG]
    if any(_count_attributes(run) > MOST_PAGE_TAG_ATTRIBUTES for run in long_runs):
        raise StageError("too_many_attributes", final=True, detail=f"over {MOST_PAGE_TAG_ATTRIBUTES:,} in one tag")


def _is_html_page(page: Page) -> bool:
    media_type = _media_type(page)
    if not media_type:
        return COMMON_HTML_TAG.search(page.body[:HTML_WITHIN_BYTES].replace(b"\0", b"")) is not None
    return media_type in HTML_TYPES


def _media_type(page: Page) -> str:
    return page.content_type.partition(";")[0].strip().lower()


def _count_attributes(run: str) -> int:
    """Count roughly the attributes between one `<` and the next; up to the last `>`, as a value may hold one."""
    return 0 if run.startswith("!--") else len(ATTRIBUTE_SEPARATORS.findall(run.rpartition(">")[0] or run))

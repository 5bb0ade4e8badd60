"""Extract: Page → Article. The only room that uses trafilatura; resiliparse too, but for `web.decode`.

The text is the extractors' (`extractors`). Title, time and authors are the page's own, in JSON-LD (`claims`) and in
its head, before anybody's guess (`metadata`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from lxml.etree import LxmlError
from lxml.html import document_fromstring
from trafilatura.utils import load_html

from monitor.extract.claims import Claims, read_claims
from monitor.extract.extractors import ExtractedText, extract_best_text
from monitor.extract.gate import check_markup, check_page
from monitor.extract.head import PageHead, read_page_head
from monitor.extract.language import detect_language
from monitor.extract.metadata import ArticleMetadata, gather_metadata
from monitor.extract.problems import find_text_problems
from monitor.extract.scripts import Markup, take_scripts_out
from monitor.links import safe_link
from monitor.model import Article, Page, StageError
from monitor.text import clean_text
from monitor.text.words import fold_line
from monitor.web import decode_body

__all__ = ["extract_article", "extract_in_page_zone"]

# They report every odd page as a warning or an error; what we need to know is in the article's problems.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)

log = logging.getLogger(__name__)

BLANK_PAGE = "<html><body></body></html>"

LIBRARY_TROUBLE = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
    LxmlError,
)
"""What parsers raise on pages nobody foresaw."""


def extract_article(page: Page, now: datetime) -> Article:
    """Read the article out of a page. Raises StageError for what is no page or would take too long to read."""
    article = extract_in_page_zone(page, now)
    return replace(article, published=article.published and article.published.astimezone(UTC))


def extract_in_page_zone(page: Page, now: datetime) -> Article:
    """Do the same, but leave the time in the page's own zone: it tells on which day its readers saw it."""
    check_page(page)
    with _translate_parser_errors():
        markup = take_scripts_out(_drop_unencodable(decode_body(page.body, page.content_type)))
        check_markup(markup.html)
        return _read_markup(markup, page.url, now)


def _drop_unencodable(html: str) -> str:
    """Drop what parsers choke on: at a lone surrogate trafilatura cuts the text off, without a word.

    Every field is cleaned later: cleaning whole pages would cost 4 ms each.
    """
    return html.replace("\0", "").encode("utf-8", "ignore").decode()


def _read_markup(markup: Markup, url: str, now: datetime) -> Article:
    tree = load_html(markup.html)
    if tree is None:
        tree = document_fromstring(BLANK_PAGE)
    head, claims = read_page_head(tree, safe_link(url) or ""), read_claims(markup.jsonld)
    metadata = gather_metadata(tree, head, claims, now)
    best = extract_best_text(markup.html, tree, claims.body)
    return _article_from_parts(url, head, claims, metadata, best)


def _article_from_parts(
    url: str, head: PageHead, claims: Claims, metadata: ArticleMetadata, extracted: ExtractedText
) -> Article:
    text = _drop_repeated_title(clean_text(extracted.text).strip(), metadata.title)
    return Article(
        url=url,
        title=metadata.title,
        text=text,
        language=detect_language(text, head.language),
        published=metadata.published,
        authors=metadata.authors,
        canonical_url=head.canonical_url,
        method=extracted.method,
        problems=find_text_problems(text, metadata.title, head, claims, is_agreed=extracted.is_agreed),
    )


def _drop_repeated_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n")
    return rest.lstrip() if rest and fold_line(first) == fold_line(title) else text


@contextmanager
def _translate_parser_errors() -> Iterator[None]:
    try:
        yield
    except MemoryError as error:
        raise StageError("too_much_memory", final=True) from error
    except LIBRARY_TROUBLE as error:
        log.exception("a page could not be read")  # so that a bug of ours is not mistaken for an odd page
        raise StageError("parse", final=True, detail=type(error).__name__) from error

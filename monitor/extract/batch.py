"""The batch verb: JSON lines that name pages in, JSON lines of articles out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from monitor.extract import extract_in_page_zone
from monitor.extract.gate import MOST_PAGE_BYTES
from monitor.model import Article, Page, StageError


class _PageRequest(msgspec.Struct, frozen=True):
    """One page to extract: a file, where it came from, and its Content-Type header."""

    id: str
    path: str
    url: str | None = None
    content_type: str | None = None


def extract_lines(lines: Iterable[str], now: datetime) -> Iterator[str]:
    """Answer every line with one line; a bad line or an unreadable page becomes an article without text."""
    for line in lines:
        if line.strip():
            yield _answer_line(line, now)


def _answer_line(line: str, now: datetime) -> str:
    try:
        request = msgspec.json.decode(line, type=_PageRequest)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _article_to_line(_find_line_id(line), _article_without_text("", "bad_line"))
    return _article_to_line(request.id, _extract_requested(request, now))


def _extract_requested(request: _PageRequest, now: datetime) -> Article:
    try:
        return extract_in_page_zone(_load_page(request), now)
    except StageError as trouble:
        return _article_without_text(request.url or "", trouble.reason)


def _load_page(request: _PageRequest) -> Page:
    try:
        with Path(request.path).open("rb") as file:
            body = file.read(MOST_PAGE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise StageError("no_file", final=True) from error
    return Page(request.url or "", body, request.content_type or "")


def _article_without_text(url: str, problem: str) -> Article:
    return Article(url, "", "", problems=(problem,))


def _find_line_id(line: str) -> str:
    """Give the id of a line that is wrong otherwise, so that its sender can tell which."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def _article_to_line(id_: str, article: Article) -> str:
    answer = {
        "id": id_,
        "title": article.title,
        "text": article.text,
        "authors": article.authors,
        "published": article.published.isoformat() if article.published else None,
        "language": article.language,
        "canonical_url": article.canonical_url,
        "method": article.method,
        "problems": article.problems,
    }
    return json.dumps(answer, ensure_ascii=False)

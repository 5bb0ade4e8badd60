"""RSS, RDF and Atom, as feedparser reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

import feedparser

from monitor.model import StageError
from monitor.poll.dates import parse_date
from monitor.poll.gate import trim_xml_feed
from monitor.poll.listing import MOST_ITEMS, FeedItem, FeedListing

# feedparser gets UTF-8, whatever the XML declaration still says; the header makes it believe so.
UTF8_XML_HEADERS = {"content-type": "application/xml; charset=utf-8"}


def read_xml_feed(text: str, now: datetime) -> FeedListing | None:
    """Read a syndication feed; None when it is none."""
    text, problems = trim_xml_feed(text)
    try:
        # BytesIO, for a string might be taken for a file's name or an address, and be opened. What is switched off
        # is half of the cost (25 → 14 ms a feed): links are joined, and markup is dropped, in `entries`.
        parsed = feedparser.parse(
            BytesIO(text.encode()),
            response_headers=UTF8_XML_HEADERS,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    # What it raises on odd input: bad character references, coordinates out of place, huge numbers.
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise StageError("parse", detail=type(error).__name__) from error
    if not parsed.get("version") and not parsed.entries:  # no version at all: an empty document
        return None
    items = tuple(_item_from_parsed(entry, now) for entry in parsed.entries[:MOST_ITEMS])
    return FeedListing(items, _parsed_text(parsed.feed, "title"), _parsed_text(parsed.feed, "language"), problems)


def _item_from_parsed(entry: Mapping[str, Any], now: datetime) -> FeedItem:
    raw_date, published = _find_parsed_date(entry, now)
    return FeedItem(
        guid=_parsed_text(entry, "id"),
        link=_parsed_text(entry, "feedburner_origlink") or _parsed_text(entry, "link"),
        title=_parsed_text(entry, "title"),
        text=_longest_content(entry) or _parsed_text(entry, "summary"),
        raw_date=raw_date,
        published=published,
        authors=tuple(_parsed_text(author, "name") for author in entry.get("authors", ())),
    )


def _parsed_text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    return value if isinstance(value, str) else ""


def _longest_content(entry: Mapping[str, Any]) -> str:
    """Take the longest content: a feed may give several, some of them pictures or players."""
    texts = (_parsed_text(part, "value") for part in entry.get("content", ()) if _is_text_part(part))
    return max(texts, key=len, default="")


def _is_text_part(part: Mapping[str, Any]) -> bool:
    return str(part.get("type", "text/html")).startswith(("text/", "application/xhtml"))


def _find_parsed_date(entry: Mapping[str, Any], now: datetime) -> tuple[str, datetime | None]:
    for name in ("published", "updated", "created"):
        # Asked by `in` first: for a missing "updated" feedparser gives "published" and a warning.
        if name in entry and (raw := _parsed_text(entry, name)):
            return raw, parse_date(raw, now)
    return "", None

"""JSON Feed 1 and 1.1 (jsonfeed.org), which feedparser does not know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.poll.dates import parse_date
from monitor.poll.listing import MOST_ITEMS, FeedItem, FeedListing

JSON_FEED_VERSION = "jsonfeed.org/version/1"


def read_json_feed(text: str, now: datetime) -> FeedListing | None:
    """Read a JSON Feed; None when it is none."""
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or JSON_FEED_VERSION not in str(document.get("version")):
        return None
    items = tuple(_item_from_json(item, now) for item in _json_objects(document, "items")[:MOST_ITEMS])
    return FeedListing(items, _json_text(document, "title"), _json_text(document, "language"))


def _item_from_json(item: Mapping[str, Any], now: datetime) -> FeedItem:
    raw_date = _json_text(item, "date_published") or _json_text(item, "date_modified")
    # Version 1 has one author, 1.1 a list of them.
    people = _json_objects(item, "authors") or _json_objects({"author": [item.get("author")]}, "author")
    return FeedItem(
        guid=_json_text(item, "id"),
        link=_json_text(item, "url") or _json_text(item, "external_url"),
        title=_json_text(item, "title"),
        text=_json_text(item, "content_html") or _json_text(item, "content_text") or _json_text(item, "summary"),
        raw_date=raw_date,
        published=parse_date(raw_date, now),
        authors=tuple(_json_text(person, "name") for person in people),
    )


def _json_text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    # The first version let an id be a number.
    return str(value) if isinstance(value, str | int | float) else ""


def _json_objects(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = values.get(name)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []

"""JSON Feed 1 and 1.1 (jsonfeed.org), which feedparser does not know."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.poll.dates import parse_date
from monitor.poll.listing import MOST_ITEMS, Item, Listing

VERSION = "jsonfeed.org/version/1"


def read_json(text: str, now: datetime) -> Listing | None:
    """Read a JSON Feed; None when it is none."""
    try:
        document = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or VERSION not in str(document.get("version")):
        return None
    items = tuple(_item(item, now) for item in _dicts(document, "items")[:MOST_ITEMS])
    return Listing(items, _text(document, "title"), _text(document, "language"))


def _item(item: Mapping[str, Any], now: datetime) -> Item:
    raw_date = _text(item, "date_published") or _text(item, "date_modified")
    people = _dicts(item, "authors") or _dicts({"author": [item.get("author")]}, "author")
    return Item(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        text=_text(item, "content_html") or _text(item, "content_text") or _text(item, "summary"),
        raw_date=raw_date,
        published=parse_date(raw_date, now),
        authors=tuple(_text(person, "name") for person in people),
    )


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    # The first version let an id be a number.
    return str(value) if isinstance(value, str | int | float) else ""


def _dicts(values: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    value = values.get(name)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []

"""Slack on loopback for tests, its webhook and its Web API: takes what Slack takes, refuses what Slack refuses."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.serve import Canned, Route, Site

PATH = "/services/T0000/B0000/hush-hush-hush"
API = "/api/chat.postMessage"
MOST_BLOCKS, MOST_TEXT, MOST_ELEMENTS = 50, 10_000, 10
LIMITS = {"header": 150, "section": 3_000, "context": 3_000}
OUR_LINK = re.compile(r"<https?://[^\s<>|]+\|[^<>|]+>")


def slack(answer: Route | None = None, *, api: Route | None = None) -> Site:
    """A site whose webhook gives this answer, `ok` unless told otherwise; and what the Web API answers to a bot."""
    return Site({PATH: answer or Canned(b"ok"), API: api or Canned(b'{"ok": true, "ts": "1.2"}')})


def posted(site: Site) -> list[dict[str, Any]]:
    """The messages that came, as Slack reads them."""
    return [json.loads(asked.body) for asked in site.asked]


def texts(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Every text object of a message."""
    return [text for block in payload["blocks"] for text in (block.get("elements") or [block["text"]])]


def problems(payload: dict[str, Any]) -> list[str]:
    """What Slack would refuse, by the limits of Block Kit."""
    blocks = payload["blocks"]
    told = [text["text"] for text in texts(payload)]
    found = [
        f"{block['type']} of {size}"
        for block in blocks
        for text in block.get("elements") or [block["text"]]
        if not 0 < (size := units(text["text"])) <= LIMITS[block["type"]] or not text["text"].strip()
    ]
    if len(blocks) > MOST_BLOCKS or any(len(block.get("elements", ())) > MOST_ELEMENTS for block in blocks):
        found.append("too many blocks")
    if sum(map(units, [payload["text"], *told])) > MOST_TEXT:
        found.append("too much text")
    return found


def units(text: str) -> int:
    """Characters as JavaScript counts them."""
    return len(text.encode("utf-16-le")) // 2


def markup(payload: dict[str, Any]) -> list[str]:
    """Where Slack may look for links, names and channels, without our own links."""
    return [OUR_LINK.sub("", text) for text in [payload["text"], *(text["text"] for text in texts(payload))]]


def leftovers(payload: dict[str, Any]) -> list[str]:
    """Signs that Slack could take for orders: a raw `<`, a raw `>` but for the sign of a quote, a halved entity."""
    found = []
    for text in markup(payload):
        body = re.sub(r"^> ", "", text, flags=re.MULTILINE)
        found += re.findall(r"[<>]|&(?!(?:amp|lt|gt);).{0,5}", body)
    return found

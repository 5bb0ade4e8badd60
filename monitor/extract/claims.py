"""What a page says about its article in JSON-LD (schema.org)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.extract.wording import plain_line, plain_text

Node = Mapping[str, object]

MOST_NODES = 2_000
MOST_NAMES = 50
CONTAINERS = ("mainEntityOfPage", "mainEntity", "@graph")
ARTICLE = re.compile(r"(?:article|posting|report)$", re.IGNORECASE)
ORGANISATION = re.compile(r"organization$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claims:
    """What JSON-LD says; empty where it says nothing."""

    headline: str = ""
    published: str = ""
    """As written."""
    people: tuple[str, ...] = ()
    """Authors that are not said to be organisations."""
    organisations: tuple[str, ...] = ()
    """Authors that are."""
    publishers: tuple[str, ...] = ()
    body: str = ""
    is_article: bool = False
    is_free: bool | None = None


def read_claims(jsonld: Iterable[object]) -> Claims:
    """Read the first node that is an article."""
    nodes = list(_nodes(jsonld))
    article = next((node for node in nodes if _is_a(node, ARTICLE)), None)
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    publishers = tuple(_names(node.get("publisher"), named) for node in nodes)
    known = tuple(name for names in publishers for name in names)
    return Claims(publishers=known) if article is None else _claims(article, named, known)


def _claims(article: Node, named: Mapping[object, Node], publishers: tuple[str, ...]) -> Claims:
    authors = article.get("author") or article.get("creator")
    parts = authors if isinstance(authors, list) else [authors]
    organised = [part for part in parts if isinstance(part, Mapping) and _is_a(part, ORGANISATION)]
    return Claims(
        headline=plain_line(article.get("headline")) or plain_line(article.get("name")),
        published=plain_line(article.get("datePublished")) or plain_line(article.get("dateCreated")),
        people=tuple(_names([part for part in parts if part not in organised], named)),
        organisations=tuple(_names(organised, named)),
        publishers=publishers,
        body=plain_text(article.get("articleBody")),
        is_article=True,
        is_free=_truth(article.get("isAccessibleForFree")),
    )


def _nodes(jsonld: Iterable[object]) -> Iterator[Node]:
    """Walk the nodes in the order of the page. No recursion: JSON may be deeper than Python's stack."""
    waiting, seen = list(jsonld)[::-1], 0
    while waiting and seen < MOST_NODES:
        seen += 1
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node[MOST_NODES::-1])
        elif isinstance(node, Mapping):
            yield node
            waiting.extend(node[name] for name in CONTAINERS if name in node)


def _is_a(node: Node, kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and kind.search(name) for name in names)


def _names(value: object, named: Mapping[object, Node]) -> list[str]:
    """Names in a value that may be a name, a node, a reference to a node, or a list of these."""
    if isinstance(value, list):
        return [name for part in value[:MOST_NAMES] if not isinstance(part, list) for name in _names(part, named)]
    if isinstance(value, Mapping):
        node = value if value.get("name") else named.get(_text(value.get("@id")), {})
        name = node.get("name")
        parts = name if isinstance(name, list) else [name]
        return [line for part in parts[:MOST_NAMES] if (line := plain_line(part))]
    return [line] if (line := plain_line(value)) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _truth(value: object) -> bool | None:
    return {"true": True, "false": False}.get(str(value).lower()) if isinstance(value, bool | str) else None

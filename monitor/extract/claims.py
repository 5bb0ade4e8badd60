"""What a page says about its article in JSON-LD (schema.org)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from monitor.extract.wording import raw_value_to_line, raw_value_to_text

JsonLdNode = Mapping[str, object]

MOST_JSONLD_NODES = 2_000
MOST_JSONLD_NAMES = 50
NODE_CONTAINERS = ("mainEntityOfPage", "mainEntity", "@graph")
"""Keys under which further nodes are looked for."""
ARTICLE_TYPE = re.compile(r"(?:article|posting|report)$", re.IGNORECASE)
ORGANISATION_TYPE = re.compile(r"organization$", re.IGNORECASE)


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
    """Read the first node that is an article, and the publishers that any node names."""
    nodes = list(_walk_nodes(jsonld))
    article = next((node for node in nodes if _is_of_type(node, ARTICLE_TYPE)), None)
    named = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    publishers = tuple(_names_in_value(node.get("publisher"), named) for node in nodes)
    known = tuple(name for names in publishers for name in names)
    return Claims(publishers=known) if article is None else _claims_of_article(article, named, known)


def _claims_of_article(
    article: JsonLdNode, named: Mapping[object, JsonLdNode], publishers: tuple[str, ...]
) -> Claims:
    authors = article.get("author") or article.get("creator")
    parts = authors if isinstance(authors, list) else [authors]
    organisations = [part for part in parts if isinstance(part, Mapping) and _is_of_type(part, ORGANISATION_TYPE)]
    return Claims(
        headline=raw_value_to_line(article.get("headline")) or raw_value_to_line(article.get("name")),
        published=raw_value_to_line(article.get("datePublished")) or raw_value_to_line(article.get("dateCreated")),
        people=tuple(_names_in_value([part for part in parts if part not in organisations], named)),
        organisations=tuple(_names_in_value(organisations, named)),
        publishers=publishers,
        body=raw_value_to_text(article.get("articleBody")),
        is_article=True,
        is_free=_parse_truth(article.get("isAccessibleForFree")),
    )


def _walk_nodes(jsonld: Iterable[object]) -> Iterator[JsonLdNode]:
    """Walk the nodes in the order of the page. No recursion: JSON may be deeper than Python's stack."""
    waiting, seen = list(jsonld)[::-1], 0
    while waiting and seen < MOST_JSONLD_NODES:
        seen += 1
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node[MOST_JSONLD_NODES::-1])
        elif isinstance(node, Mapping):
            yield node
            waiting.extend(node[name] for name in NODE_CONTAINERS if name in node)


def _is_of_type(node: JsonLdNode, kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and kind.search(name) for name in names)


def _names_in_value(value: object, named: Mapping[object, JsonLdNode]) -> list[str]:
    """Names in a value that may be a name, a node, a reference to a node, or a list of these."""
    if isinstance(value, list):
        return [
            name
            for part in value[:MOST_JSONLD_NAMES]
            if not isinstance(part, list)
            for name in _names_in_value(part, named)
        ]
    if isinstance(value, Mapping):
        node = value if value.get("name") else named.get(_string_or_empty(value.get("@id")), {})
        name = node.get("name")
        parts = name if isinstance(name, list) else [name]
        return [line for part in parts[:MOST_JSONLD_NAMES] if (line := raw_value_to_line(part))]
    return [line] if (line := raw_value_to_line(value)) else []


def _string_or_empty(value: object) -> str:
    return value if isinstance(value, str) else ""


def _parse_truth(value: object) -> bool | None:
    return {"true": True, "false": False}.get(str(value).lower()) if isinstance(value, bool | str) else None

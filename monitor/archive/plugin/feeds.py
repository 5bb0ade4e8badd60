"""Hits as feeds for a feed reader: Atom 1.0 and JSON Feed 1.1, of one seed or of all.

Their addresses are `/DATABASE/-/hits.atom` and `/DATABASE/-/hits/SLUG.atom`, or `.json`. A hit keeps its identity
wherever the archive is served and when it is made anew: seed and article name it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote
from xml.etree import ElementTree as Xml  # written here, never read

import msgspec
from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from monitor.archive.plugin import pages
from monitor.model import Passage
from monitor.text import clean
from monitor.web import safe_link

if TYPE_CHECKING:  # Datasette loads its plugins while it is being imported itself
    from datasette.app import Datasette

ROUTE = r"^/(?P<database>[^/]+)/-/hits(?:/(?P<slug>[^/]+))?\.(?P<form>atom|json)$"
ATOM = "http://www.w3.org/2005/Atom"
TAG = "tag:monitor.invalid,2025"
MEDIA = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"}
LONG_AGO = "1970-01-01T00:00:00Z"
NEWEST = """
select h.id, h.title, h.score, h.reason, h.topics, h.passages, h.matched_at, a.url, a.source, a.published_at,
  a.language, s.slug, s.title as seed
from hits h join articles a on a.id = h.article_id join seeds s on s.id = h.seed_id
where :slug is null or s.slug = :slug
order by h.matched_at desc, h.id desc limit 50
"""
SEED = "select title, changed_at from seeds where slug = :slug"


@dataclass(frozen=True, slots=True)
class Item:
    """One hit as a feed reader shows it."""

    id: str
    title: str
    text: str
    link: str | None
    page: str
    """Its page in the archive."""
    source: str
    published: str
    matched: str
    topics: Sequence[str]
    language: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A feed: of one seed, or of all."""

    id: str
    title: str
    home: str
    url: str
    """Its own address."""
    updated: str
    items: Sequence[Item]


async def feed(datasette: Datasette, request: Request) -> Response:
    """Answer with a feed, or with 304 to whoever has it already."""
    name = tilde_decode(request.url_vars["database"])
    if name != await pages.archive_name(datasette):
        raise NotFound(f"there is no archive {name}")
    # A plugin's page is as open as it says itself: where the archive asks for a login, so does this.
    await datasette.ensure_permissions(request.actor, [("view-database", name), "view-instance"])
    slug = unquote(request.url_vars["slug"]) if request.url_vars["slug"] else None
    form = request.url_vars["form"]
    listing = await _listing(datasette, request, name, slug)
    body = (as_atom if form == "atom" else as_json)(listing)
    tag = f'"{sha256(body.encode()).hexdigest()[:20]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response("", status=304, headers=headers)
    return Response(body, content_type=MEDIA[form], headers=headers)


async def _listing(datasette: Datasette, request: Request, name: str, slug: str | None) -> Listing:
    title, changed = "all seeds", LONG_AGO
    if slug is not None:
        seeds = (await datasette.execute(name, SEED, {"slug": slug})).rows
        if not seeds:
            raise NotFound(f"there is no seed {slug}")
        title, changed = seeds[0]["title"], seeds[0]["changed_at"]
    rows = (await datasette.execute(name, NEWEST, {"slug": slug})).rows
    home = datasette.absolute_url(request, datasette.urls.table(name, "hits"))
    return Listing(
        id=f"{TAG}:hits/{quote(slug, safe='')}" if slug is not None else f"{TAG}:hits",
        title=f"Hits: {clean(title)}",
        home=home,
        url=datasette.absolute_url(request, request.path),
        # A feed without items has a date too (RFC 4287, 4.1.1).
        updated=rows[0]["matched_at"] if rows else changed,
        items=[_item(row, f"{home}/{row['id']}") for row in rows],
    )


def _item(row: Mapping[str, Any], page: str) -> Item:
    return Item(
        id=f"{TAG}:hit/{quote(row['slug'], safe='')}/{sha256(row['url'].encode()).hexdigest()[:16]}",
        title=clean(row["title"]) or "(no title)",
        text=clean("\n\n".join(_paragraphs(row))),
        link=safe_link(row["url"]),
        page=page,
        source=clean(row["source"]) or "(unnamed source)",
        published=row["published_at"] or row["matched_at"],
        matched=row["matched_at"],
        topics=[topic for topic in (row["topics"] or "").split(", ") if topic],
        language=row["language"],
    )


def _paragraphs(row: Mapping[str, Any]) -> Iterator[str]:
    try:
        passages = msgspec.json.decode(row["passages"], type=tuple[Passage, ...])
    except msgspec.MsgspecError:
        passages = ()
    yield from (f"“{' '.join(passage.text.split())}”" for passage in passages[:2])
    yield f"Why: {row['reason']}"
    yield f"For: {row['seed']} (score {row['score']:.2f})"


def as_atom(listing: Listing) -> str:
    """Write a feed as Atom (RFC 4287); whatever a stranger wrote is text."""
    root = Xml.Element("feed", xmlns=ATOM)
    _add(root, "id", listing.id)
    _add(root, "title", listing.title)
    _add(root, "updated", listing.updated)
    _add(root, "generator", "monitor")
    _add(root, "link", rel="self", type="application/atom+xml", href=listing.url)
    _add(root, "link", rel="alternate", type="text/html", href=listing.home)
    for item in listing.items:
        _add_entry(root, item)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _add_entry(root: Xml.Element, item: Item) -> None:
    entry = Xml.SubElement(root, "entry")
    _add(entry, "id", item.id)
    _add(entry, "title", item.title, type="text")
    _add(entry, "updated", item.matched)
    _add(entry, "published", item.published)
    _add(Xml.SubElement(entry, "author"), "name", item.source)
    _add(entry, "link", rel="alternate", type="text/html", href=item.link or item.page)
    _add(entry, "link", rel="related", type="text/html", title="in the archive", href=item.page)
    for topic in item.topics:
        _add(entry, "category", term=topic)
    language = {"xml:lang": item.language} if item.language else {}
    _add(entry, "content", item.text, type="text", **language)


def _add(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = text


def as_json(listing: Listing) -> str:
    """Write a feed as JSON Feed 1.1."""
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": listing.title,
        "home_page_url": listing.home,
        "feed_url": listing.url,
        "items": [_told(item) for item in listing.items],
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _told(item: Item) -> dict[str, Any]:
    told = {
        "id": item.id,
        "url": item.page,
        "external_url": item.link,
        "title": item.title,
        "content_text": item.text,
        "date_published": item.published,
        "date_modified": item.matched,
        "authors": [{"name": item.source}],
        "tags": item.topics,
        "language": item.language,
    }
    return {name: value for name, value in told.items() if value is not None}

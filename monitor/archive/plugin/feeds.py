"""Hits as feeds for a feed reader: Atom 1.0 and JSON Feed 1.1, of one seed or of all.

Their addresses are `/DATABASE/-/hits.atom` and `/DATABASE/-/hits/SLUG.atom`, or `.json`. A hit keeps its identity
wherever the archive is served and when it is made anew: seed and article name it, the latter by its address. One
without an address is a single entry's alone: that entry's key within its feed names it.
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
from monitor.links import safe_link
from monitor.model import Passage
from monitor.text import clean_text

if TYPE_CHECKING:  # Datasette loads its plugins while it is being imported itself
    from datasette.app import Datasette

FEED_ROUTE = r"^/(?P<database>[^/]+)/-/hits(?:/(?P<slug>[^/]+))?\.(?P<form>atom|json)$"
ATOM_NAMESPACE = "http://www.w3.org/2005/Atom"
TAG_URI = "tag:monitor.invalid,2025"
"""What every identity begins with (RFC 4151). Its year is no date: changed, all hits would come as new again."""
MEDIA_TYPES = {"atom": "application/atom+xml; charset=utf-8", "json": "application/feed+json; charset=utf-8"}
LONG_AGO = "1970-01-01T00:00:00Z"
NEWEST_HITS = """
select h.id, h.title, h.score, h.reason, h.topics, h.passages, h.matched_at, a.url, a.source, a.published_at,
  a.language, s.slug, s.title as seed,
  coalesce(a.url, (select f.url || char(10) || e.key from entries e join feeds f on f.id = e.feed_id
    where e.article_id = a.id order by e.id limit 1), a.title) as article
from hits h join articles a on a.id = h.article_id join seeds s on s.id = h.seed_id
where :slug is null or s.slug = :slug
order by h.matched_at desc, h.id desc limit 50
"""
SEED_OF_SLUG = "select title, changed_at from seeds where slug = :slug"


@dataclass(frozen=True, slots=True)
class _HitItem:
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
class _HitFeed:
    """A feed: of one seed, or of all."""

    id: str
    title: str
    home: str
    url: str
    """Its own address."""
    updated: str
    items: Sequence[_HitItem]


async def answer_hit_feed(datasette: Datasette, request: Request) -> Response:
    """Answer with a feed, or with 304 to whoever has it already."""
    name = tilde_decode(request.url_vars["database"])
    if name != await pages.find_archive_name(datasette):
        raise NotFound(f"there is no archive {name}")
    # A plugin's page is as open as it says itself: where the archive asks for a login, so does this.
    await datasette.ensure_permissions(request.actor, [("view-database", name), "view-instance"])
    slug = unquote(request.url_vars["slug"]) if request.url_vars["slug"] else None
    form = request.url_vars["form"]
    hit_feed = await _load_hit_feed(datasette, request, name, slug)
    body = (feed_to_atom if form == "atom" else feed_to_json)(hit_feed)
    tag = f'"{sha256(body.encode()).hexdigest()[:20]}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response("", status=304, headers=headers)
    return Response(body, content_type=MEDIA_TYPES[form], headers=headers)


async def _load_hit_feed(datasette: Datasette, request: Request, name: str, slug: str | None) -> _HitFeed:
    title, changed = "all seeds", LONG_AGO
    if slug is not None:
        seeds = (await datasette.execute(name, SEED_OF_SLUG, {"slug": slug})).rows
        if not seeds:
            raise NotFound(f"there is no seed {slug}")
        title, changed = seeds[0]["title"], seeds[0]["changed_at"]
    rows = (await datasette.execute(name, NEWEST_HITS, {"slug": slug})).rows
    home = datasette.absolute_url(request, datasette.urls.table(name, "hits"))
    return _HitFeed(
        id=f"{TAG_URI}:hits/{quote(slug, safe='')}" if slug is not None else f"{TAG_URI}:hits",
        title=f"Hits: {clean_text(title)}",
        home=home,
        url=datasette.absolute_url(request, request.path),
        # A feed without items has a date too (RFC 4287, 4.1.1).
        updated=rows[0]["matched_at"] if rows else changed,
        items=[_item_of_hit(row, f"{home}/{row['id']}") for row in rows],
    )


def _item_of_hit(row: Mapping[str, Any], page: str) -> _HitItem:
    return _HitItem(
        id=f"{TAG_URI}:hit/{quote(row['slug'], safe='')}/{sha256(row['article'].encode()).hexdigest()[:16]}",
        title=clean_text(row["title"]) or "(no title)",
        text=clean_text("\n\n".join(_hit_paragraphs(row))),
        link=safe_link(row["url"] or ""),
        page=page,
        source=clean_text(row["source"]) or "(unnamed source)",
        published=row["published_at"] or row["matched_at"],
        matched=row["matched_at"],
        topics=[topic for topic in (row["topics"] or "").split(", ") if topic],
        language=row["language"],
    )


def _hit_paragraphs(row: Mapping[str, Any]) -> Iterator[str]:
    try:
        passages = msgspec.json.decode(row["passages"], type=tuple[Passage, ...])
    except msgspec.MsgspecError:
        passages = ()
    yield from (f"“{' '.join(passage.text.split())}”" for passage in passages[:2])
    yield f"Why: {row['reason']}"
    yield f"For: {row['seed']} (score {row['score']:.2f})"


def feed_to_atom(hit_feed: _HitFeed) -> str:
    """Write a feed as Atom (RFC 4287); whatever a stranger wrote is text."""
    root = Xml.Element("feed", xmlns=ATOM_NAMESPACE)
    _add_element(root, "id", hit_feed.id)
    _add_element(root, "title", hit_feed.title)
    _add_element(root, "updated", hit_feed.updated)
    _add_element(root, "generator", "monitor")
    _add_element(root, "link", rel="self", type="application/atom+xml", href=hit_feed.url)
    _add_element(root, "link", rel="alternate", type="text/html", href=hit_feed.home)
    for item in hit_feed.items:
        _add_atom_entry(root, item)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _add_atom_entry(root: Xml.Element, item: _HitItem) -> None:
    entry = Xml.SubElement(root, "entry")
    _add_element(entry, "id", item.id)
    _add_element(entry, "title", item.title, type="text")
    _add_element(entry, "updated", item.matched)
    _add_element(entry, "published", item.published)
    _add_element(Xml.SubElement(entry, "author"), "name", item.source)
    _add_element(entry, "link", rel="alternate", type="text/html", href=item.link or item.page)
    _add_element(entry, "link", rel="related", type="text/html", title="in the archive", href=item.page)
    for topic in item.topics:
        _add_element(entry, "category", term=topic)
    language = {"xml:lang": item.language} if item.language else {}
    _add_element(entry, "content", item.text, type="text", **language)


def _add_element(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> None:
    Xml.SubElement(parent, name, attributes).text = text


def feed_to_json(hit_feed: _HitFeed) -> str:
    """Write a feed as JSON Feed 1.1."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": hit_feed.title,
        "home_page_url": hit_feed.home,
        "feed_url": hit_feed.url,
        "items": [_item_to_json(item) for item in hit_feed.items],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _item_to_json(item: _HitItem) -> dict[str, Any]:
    fields = {
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
    return {name: value for name, value in fields.items() if value is not None}

"""How the sample newsroom writes its feeds: RSS 2.0, Atom, RSS 1.0 (RDF) and JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from html import escape
from types import MappingProxyType

from monitor.demo.samples import ArticleSample, Outlet


def write_feed(outlet: Outlet, home: str, now: datetime) -> bytes:
    """Write the outlet's feed as a document, in its own encoding."""
    return _WRITERS[outlet.form](outlet, home, now).encode(outlet.encoding, "xmlcharrefreplace")


def article_to_html(article: ArticleSample) -> str:
    """Mark up the article's body as HTML paragraphs."""
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in article.paragraphs)


def _write_rss(outlet: Outlet, home: str, now: datetime) -> str:
    items = "".join(_rss_item(outlet, article) for article in outlet.articles)
    return f"""<?xml version="1.0" encoding="{outlet.encoding}"?>
<rss version="2.0"><channel>
<title>{escape(outlet.name)}</title><link>{home}/</link><description>{escape(outlet.name)}</description>
<language>{outlet.language}</language><lastBuildDate>{_rfc822_time(outlet, now)}</lastBuildDate>
{items}</channel></rss>
"""


def _rss_item(outlet: Outlet, article: ArticleSample) -> str:
    guid = f'<guid isPermaLink="false">{outlet.slug}:{article.slug}</guid>' if outlet.guids else ""
    when = _rfc822_time(outlet, article.published)
    return f"""<item><title>{escape(article.title)}</title><link>{article.url}</link>{guid}
<description>{escape(article.summary)}</description><pubDate>{when}</pubDate></item>
"""


def _write_atom(outlet: Outlet, home: str, now: datetime) -> str:
    entries = "".join(_atom_entry(outlet, article) for article in outlet.articles)
    return f"""<?xml version="1.0" encoding="{outlet.encoding}"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{outlet.language}">
<title>{escape(outlet.name)}</title><id>tag:{outlet.slug}.example,2025:news</id>
<link href="{home}/"/><updated>{_iso_time(outlet, now)}</updated>
{entries}</feed>
"""


def _atom_entry(outlet: Outlet, article: ArticleSample) -> str:
    whole = f'<content type="html">{escape(article_to_html(article))}</content>' if outlet.full_text else ""
    when = _iso_time(outlet, article.published)
    return f"""<entry><title>{escape(article.title)}</title><link href="{article.url}"/>
<id>tag:{outlet.slug}.example,2025:{article.slug}</id><published>{when}</published><updated>{when}</updated>
<author><name>{escape(article.byline)}</name></author><summary>{escape(article.summary)}</summary>{whole}</entry>
"""


def _write_rdf(outlet: Outlet, home: str, now: datetime) -> str:
    places = "".join(f'<rdf:li rdf:resource="{article.url}"/>' for article in outlet.articles)
    items = "".join(_rdf_item(outlet, article) for article in outlet.articles)
    return f"""<?xml version="1.0" encoding="{outlet.encoding}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{home}/"><title>{escape(outlet.name)}</title><link>{home}/</link>
<description>{escape(outlet.name)}</description><dc:language>{outlet.language}</dc:language>
<dc:date>{_iso_time(outlet, now)}</dc:date><items><rdf:Seq>{places}</rdf:Seq></items></channel>
{items}</rdf:RDF>
"""


def _rdf_item(outlet: Outlet, article: ArticleSample) -> str:
    when = _iso_time(outlet, article.published)
    return f"""<item rdf:about="{article.url}"><title>{escape(article.title)}</title>
<link>{article.url}</link><description>{escape(article.summary)}</description><dc:date>{when}</dc:date></item>
"""


def _write_json_feed(outlet: Outlet, home: str, now: datetime) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "home_page_url": f"{home}/",
        "language": outlet.language,
        "items": [_json_item(outlet, article) for article in outlet.articles],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(outlet: Outlet, article: ArticleSample) -> dict[str, object]:
    item: dict[str, object] = {
        "id": f"{outlet.slug}:{article.slug}",
        "url": article.url,
        "title": article.title,
        "summary": article.summary,
        "date_published": _iso_time(outlet, article.published),
        "authors": [{"name": article.byline}],
    }
    return item | ({"content_html": article_to_html(article)} if outlet.full_text else {})


def _outlet_time(outlet: Outlet, when: datetime) -> datetime:
    return when.astimezone(timezone(timedelta(hours=outlet.utc_offset_h)))


def _rfc822_time(outlet: Outlet, when: datetime) -> str:
    return format_datetime(_outlet_time(outlet, when))


def _iso_time(outlet: Outlet, when: datetime) -> str:
    return _outlet_time(outlet, when).isoformat(timespec="seconds")


_WRITERS: Mapping[str, Callable[[Outlet, str, datetime], str]] = MappingProxyType(
    {"rss": _write_rss, "atom": _write_atom, "rdf": _write_rdf, "json": _write_json_feed}
)

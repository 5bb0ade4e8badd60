"""What a page says about itself outside its article: meta elements, headings, canonical link, language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from monitor.extract.wording import raw_value_to_line
from monitor.links import lane_of_url, safe_link

MOST_METAS = 300
MOST_HEADINGS = 10
MOST_NOSCRIPTS = 20
META_NAME_ATTRIBUTES = ("property", "name", "itemprop")
SITE_NAME_METAS = ("og:site_name", "application-name", "al:android:app_name", "apple-mobile-web-app-title")
SCRIPT_ROOT_IDS = ("root", "app", "__next", "__nuxt", "___gatsby")
"""Ids of the elements in which scripts draw their pages."""


@dataclass(frozen=True, slots=True)
class PageHead:
    """A page's own words about itself."""

    url: str
    """Where it was fetched; empty when that is not known."""
    metas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name in lower case → its contents, as plain lines."""
    headings: tuple[str, ...] = ()
    """The texts of its first `<h1>`s."""
    canonical_url: str | None = None
    language: str | None = None
    asks_for_javascript: bool = False
    """It says so, or the element in which its scripts draw is empty."""

    def first(self, *names: str) -> str:
        """Give the first content among the metas of these names, in the order of the names."""
        return next((self.metas[name][0] for name in names if name in self.metas), "")

    def all(self, *names: str) -> tuple[str, ...]:
        """Give every content among the metas of these names, in the order of the names."""
        return tuple(content for name in names for content in self.metas.get(name, ()))


def read_page_head(tree: HtmlElement, url: str) -> PageHead:
    """Read a page's own words about itself; `url` is where it was fetched, empty when not known."""
    metas = _collect_metas(tree)
    return PageHead(
        url=url,
        metas=metas,
        headings=_collect_headings(tree),
        canonical_url=_find_canonical_url(tree, metas, url),
        language=_declared_language(tree, metas),
        asks_for_javascript=_asks_for_javascript(tree),
    )


def _collect_metas(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    metas: dict[str, tuple[str, ...]] = {}
    for element in islice(tree.iter("meta"), MOST_METAS):
        content = raw_value_to_line(element.get("content"))
        for attribute in META_NAME_ATTRIBUTES:
            name = (element.get(attribute) or "")[:100].strip().lower()
            if name and content:
                metas[name] = (*metas.get(name, ()), content)
    return metas


def _collect_headings(tree: HtmlElement) -> tuple[str, ...]:
    elements = islice(tree.iter("h1"), MOST_HEADINGS)
    return tuple(line for element in elements if (line := raw_value_to_line(" ".join(element.itertext()))))


def _find_canonical_url(tree: HtmlElement, metas: Mapping[str, tuple[str, ...]], url: str) -> str | None:
    """Take the page's word for its address only within its own domain, and not for the whole site."""
    links = [link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()]
    for href in (*links, *metas.get("og:url", ())):
        link = _join_safe_link(url, href)
        if (
            link
            and lane_of_url(link) == lane_of_url(url)
            and (_length_beyond_host(link) or not _length_beyond_host(url))
        ):
            return link
    return None


def _join_safe_link(url: str, href: str | None) -> str | None:
    try:
        return safe_link(urljoin(url, href)) if href and url else None
    except ValueError:
        return None


def _length_beyond_host(url: str) -> int:
    split = urlsplit(url)
    return len(split.path.strip("/")) + len(split.query)


def _declared_language(tree: HtmlElement, metas: Mapping[str, tuple[str, ...]]) -> str | None:
    root = next(tree.iter("html"), tree)
    declared = (root.get("lang"), root.get("xml:lang"), *metas.get("og:locale", ()))
    return next((language[:20] for language in declared if language and language.strip()), None)


def _asks_for_javascript(tree: HtmlElement) -> bool:
    notices = islice(tree.iter("noscript"), MOST_NOSCRIPTS)
    if any("javascript" in "".join(notice.itertext()).lower() for notice in notices):
        return True
    roots = (element for element in tree.iter("div") if element.get("id") in SCRIPT_ROOT_IDS)
    return any(not "".join(root.itertext()).strip() for root in islice(roots, 1))

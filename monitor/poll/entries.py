"""Items to entries: who they are, where they lead, what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from urllib.parse import urljoin

from monitor.links import normalise_link, safe_link, strip_tracking
from monitor.model import Entry, Feed
from monitor.poll.listing import FeedItem, FeedListing
from monitor.text import clean_line
from monitor.text.markup import html_to_line, html_to_text

LONGEST_ITEM_KEY = 500
MOST_ITEM_AUTHORS = 20
LONGEST_BORROWED_TITLE = 100


def entries_from_listing(listing: FeedListing, feed: Feed, base: str) -> tuple[Entry, ...]:
    """Make entries of what a feed lists, one for each identity, in the feed's order."""
    linked = [(item, resolve_item_link(item.link, base)) for item in listing.items]
    # Pages are counted, not items: one page listed twice under its guid keeps the key it has when it is listed once.
    pages_of_guid = Counter(guid for guid, _ in {(item.guid, normalise_link(url or "")) for item, url in linked})
    first: dict[str, Entry] = {}
    for item, url in linked:
        entry = _entry_from_item(item, url, feed, pages_of_guid[item.guid] > 1, listing.language)
        if entry.url or entry.title:
            first.setdefault(entry.key, entry)
    return tuple(first.values())


def _entry_from_item(
    item: FeedItem, url: str | None, feed: Feed, is_guid_shared: bool, language: str | None
) -> Entry:
    summary = html_to_text(item.text)
    return Entry(
        id=0,
        feed_id=feed.id,
        key=make_item_key(item, url, is_guid_shared),
        url=url,
        # A microblog has no titles: its first line stands for one.
        title=html_to_line(item.title) or summary.partition("\n")[0][:LONGEST_BORROWED_TITLE].rstrip(),
        summary=summary,
        published=item.published,
        language=feed.language or language_from_tag(language),
        authors=tuple(_item_authors(item)),
        source=feed.source,
    )


def resolve_item_link(link: str, base: str) -> str | None:
    """Give an item's link, absolute and without tracking, if it may be followed."""
    try:
        safe = safe_link(urljoin(base, link.strip())) if link.strip() else None
    except ValueError:
        return None
    return strip_tracking(safe) if safe else None


def make_item_key(item: FeedItem, url: str | None, is_guid_shared: bool) -> str:
    """Tell an item from its neighbours: by guid, else by link, else by its words.

    Some feeds give one guid to different pages, so there it takes the link to tell them apart. Of 7,655 items of
    231 feeds 1,130 had no guid, and 1,047 no link.
    """
    page = normalise_link(url) if url else ""
    if item.guid:
        key = clean_line(f"{item.guid} {page}" if is_guid_shared else item.guid, 10_000)
    else:
        key = page or f"words:{_hash_texts(item.title, item.raw_date, item.text)}"
    return key if 0 < len(key) <= LONGEST_ITEM_KEY else f"long:{_hash_texts(key)}"


def language_from_tag(language: str | None) -> str | None:
    """Reduce a language tag to its language.

    >>> language_from_tag("en-GB"), language_from_tag("pt_BR"), language_from_tag("English")
    ('en', 'pt', None)
    """
    code = (language or "").strip().lower().replace("_", "-").partition("-")[0]
    return code if len(code) == len("en") and code.isascii() and code.isalpha() else None


def _item_authors(item: FeedItem) -> Iterator[str]:
    names = dict.fromkeys(html_to_line(author, 100) for author in item.authors[:MOST_ITEM_AUTHORS])
    return (name for name in names if name)


def _hash_texts(*parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()

"""Items to entries: who they are, where they lead, what they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from urllib.parse import urljoin

from monitor.model import Entry, Feed
from monitor.poll.listing import Item, Listing
from monitor.poll.plain import plain_line, plain_text
from monitor.text import clean_line
from monitor.web import normalise, safe_link, without_tracking

LONGEST_KEY = 500
MOST_AUTHORS = 20


def entries_of(listing: Listing, feed: Feed, base: str) -> tuple[Entry, ...]:
    """Make entries of what a feed lists, one for each identity, in the feed's order."""
    linked = [(item, link_of(item.link, base)) for item in listing.items]
    # A guid for one page listed twice is sound: it must be the same key when it is listed once.
    pages = Counter(guid for guid, _ in {(item.guid, normalise(url or "")) for item, url in linked})
    first: dict[str, Entry] = {}
    for item, url in linked:
        entry = _entry(item, url, feed, pages[item.guid] > 1, listing.language)
        if entry.url or entry.title:
            first.setdefault(entry.key, entry)
    return tuple(first.values())


def _entry(item: Item, url: str | None, feed: Feed, is_guid_shared: bool, language: str | None) -> Entry:
    summary = plain_text(item.text)
    return Entry(
        id=0,
        feed_id=feed.id,
        key=key_of(item, url, is_guid_shared),
        url=url,
        # A microblog has no titles: its first line stands for one.
        title=plain_line(item.title) or clean_line(summary.partition("\n")[0], 100),
        summary=summary,
        published=item.published,
        language=feed.language or two_letters(language),
        authors=tuple(_names(item)),
        source=feed.source,
    )


def link_of(link: str, base: str) -> str | None:
    """Give an item's link, absolute and without tracking, if it may be followed."""
    try:
        safe = safe_link(urljoin(base, link.strip())) if link.strip() else None
    except ValueError:
        return None
    return without_tracking(safe) if safe else None


def key_of(item: Item, url: str | None, is_guid_shared: bool) -> str:
    """Tell an item from its neighbours: by guid, else by link, else by its words.

    Some feeds give one guid to different pages, so there it takes the link to tell them apart.
    """
    page = normalise(url) if url else ""
    if item.guid:
        key = clean_line(f"{item.guid} {page}" if is_guid_shared else item.guid, 10_000)
    else:
        key = page or f"words:{_digest(item.title, item.raw_date, item.text)}"
    return key if 0 < len(key) <= LONGEST_KEY else f"long:{_digest(key)}"


def two_letters(language: str | None) -> str | None:
    """Reduce a language tag to its language.

    >>> two_letters("en-GB"), two_letters("pt_BR"), two_letters("English")
    ('en', 'pt', None)
    """
    code = (language or "").strip().lower().replace("_", "-").partition("-")[0]
    return code if len(code) == len("en") and code.isascii() and code.isalpha() else None


def _names(item: Item) -> Iterator[str]:
    names = dict.fromkeys(plain_line(author, 100) for author in item.authors[:MOST_AUTHORS])
    return (name for name in names if name)


def _digest(*parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "replace"), digest_size=16).hexdigest()

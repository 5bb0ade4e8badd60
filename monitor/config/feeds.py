"""feeds.toml → the feeds that are watched."""

from __future__ import annotations

from pathlib import Path

from monitor.config.files import read_toml
from monitor.config.mistakes import Mistakes, Place
from monitor.config.settings import FeedTable
from monitor.config.tables import read_table
from monitor.links import normalise_link, safe_link


def read_feeds(path: Path, mistakes: Mistakes) -> tuple[FeedTable, ...]:
    """Every feed of the list that has no mistake, each address once."""
    at = mistakes.at(path)
    raw = read_toml(path, mistakes)
    for key in (key for key in raw if key != "feeds"):
        at.add(key, "unknown section", "List feeds as [[feeds]] with url and source.")
    tables = raw.get("feeds", [])
    if not isinstance(tables, list):
        at.add("feeds", "expected a list", "Write each feed as [[feeds]].")
        return ()
    feeds: dict[str, FeedTable] = {}
    for number, table in enumerate(tables, 1):
        _add_feed(table, feeds, at.within(f"feeds[{number}]"))
    if not tables and raw:
        at.add("feeds", "no feed is listed", "Add [[feeds]] with url and source.")
    return tuple(feeds.values())


def _add_feed(table: object, feeds: dict[str, FeedTable], at: Place) -> None:
    """Add a feed to those by normalised address, so that two spellings of one are not polled twice."""
    feed = read_table(FeedTable, table, at)
    if feed is None:
        return
    if not safe_link(feed.url):
        at.add("url", f"{feed.url!r} is no http or https address", "Copy the feed's address from a browser.")
    elif normalise_link(feed.url) in feeds:
        at.add("url", f"{feed.url} is listed twice", "Remove one of them.")
    else:
        feeds[normalise_link(feed.url)] = feed

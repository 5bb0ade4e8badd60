"""One look at a feed: ask whether it changed, and read what it lists."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from hashlib import blake2b
from time import perf_counter

from monitor.model import Feed, Poll, PollOutcome, StageError
from monitor.poll.entries import entries_from_listing
from monitor.poll.gate import decode_feed, diagnose_non_feed, is_challenge, looks_like_html
from monitor.poll.jsonfeed import read_json_feed
from monitor.poll.listing import FeedListing
from monitor.poll.syndication import read_xml_feed
from monitor.text.markup import html_to_line
from monitor.web import Response, Web

ACCEPTED_TYPES = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
PERMANENT_REDIRECTS = (301, 308)
SUCCESSFUL_STATUSES = range(200, 300)
NOT_MODIFIED = 304
GONE = 410


async def poll_feed(feed: Feed, web: Web, now: datetime) -> Poll:
    """Look at a feed once: what it lists, and what to remember for the next look."""
    started = perf_counter()
    response = await web.get(feed.url, headers=_request_headers(feed))
    return replace(_poll_from_response(feed, response, now), seconds=perf_counter() - started)


def _request_headers(feed: Feed) -> dict[str, str]:
    # Both are sent: a server that knows ETags must ignore the date (RFC 9110, 13.1.3); others know only dates.
    conditions = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    return {"Accept": ACCEPTED_TYPES} | {name: value for name, value in conditions.items() if value}


def _poll_from_response(feed: Feed, response: Response, now: datetime) -> Poll:
    if response.status == NOT_MODIFIED:
        return _poll_of_unchanged(feed, response)
    if response.status not in SUCCESSFUL_STATUSES:
        raise _error_from_status(response, now)
    body_hash = blake2b(response.body, digest_size=16).hexdigest()
    # Some servers answer with the old ETag and new items, so only the bytes tell that nothing changed: of 2,554
    # polls within a quarter of an hour of the last, 46 % gave the same ones.
    if body_hash == feed.body_hash:
        return replace(_poll_without_entries(feed, response, "same"), body_hash=body_hash)
    listing = _read_listing(feed, response, now)
    found = replace(
        _poll_without_entries(feed, response, "new"),
        entries=entries_from_listing(listing, feed, response.url),
        title=html_to_line(listing.title or "") or None,
    )
    if response.truncated:
        # Without validators: the rest must be listed again.
        return replace(found, etag=None, last_modified=None, problems=("truncated", *listing.problems))
    return replace(found, body_hash=body_hash, problems=listing.problems)


def _poll_of_unchanged(feed: Feed, response: Response) -> Poll:
    found = _poll_without_entries(feed, response, "unchanged")
    return replace(
        found,
        etag=found.etag or feed.etag,
        last_modified=found.last_modified or feed.last_modified,
        body_hash=feed.body_hash,
    )


def _poll_without_entries(feed: Feed, response: Response, outcome: PollOutcome) -> Poll:
    is_lasting = bool(response.hops) and all(hop.status in PERMANENT_REDIRECTS for hop in response.hops)
    return Poll(
        feed=feed,
        entries=(),
        outcome=outcome,
        status=response.status,
        etag=response.headers.get("etag"),
        last_modified=response.headers.get("last-modified"),
        moved_to=response.url if is_lasting else None,
        body_bytes=len(response.body),
    )


def _error_from_status(response: Response, now: datetime) -> StageError:
    if response.status == GONE:
        return StageError("gone", final=True)
    reason = "blocked" if is_challenge(response) else f"http_{response.status}"
    return StageError(reason, retry_after=response.retry_after(now))


def _read_listing(feed: Feed, response: Response, now: datetime) -> FeedListing:
    text = decode_feed(response.body, response.content_type)
    if looks_like_html(text):
        raise diagnose_non_feed(feed, response, text)
    listing = read_json_feed(text, now) if text.startswith("{") else read_xml_feed(text, now)
    if listing is None:
        raise diagnose_non_feed(feed, response, text)
    return listing

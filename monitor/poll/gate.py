"""The gate before the parser: what costs it minutes or fools it is cut or refused here.

feedparser transcodes first and expands entities then, so a search in the raw bytes would miss what UTF-16
hides. We decode, look, and hand over UTF-8. Its limits are no wall: a worker has a CPU limit for the rest.
"""

from __future__ import annotations

import re
from itertools import pairwise

from monitor.model import Feed, StageError
from monitor.poll.listing import MOST_ITEMS
from monitor.text import clean_line, clean_text
from monitor.web import Response, decode

PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
PROLOGUE = {"<?": "?>", "<!--": "-->", "<!": ">"}
TITLE = re.compile(r"<title[^<>]*>([^<]{0,200})", re.IGNORECASE)
CHALLENGES = re.compile(
    r"just a moment|attention required|access denied|ddos-guard|are you (?:a )?(?:human|robot)|captcha"
    r"|checking your browser|request (?:blocked|rejected)|security check",
    re.IGNORECASE,
)

ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
ITEM_START = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
ITEM_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)

# Of 300 real feeds the largest had 87,000 tags and 272 namespace declarations.
MOST_TAGS = 300_000
MOST_NAMESPACES = 3000
LONG_TAG = re.compile(r"<[^<>]{8000,}")
MOST_ATTRIBUTES = 1000
# feedparser compares every tag of an item with every other.
CATEGORY = re.compile(r"<(?:category|\w{1,20}:(?:subject|category|keywords))\b", re.IGNORECASE)
MOST_CATEGORIES = 1000
# It looks for a mail address in an author at quadratic cost (kurtmckee/feedparser#562).
AUTHOR = re.compile(
    r"<((?:\w{1,20}:)?(?:author|creator|managingEditor|webMaster|publisher|owner))\b(?:\s[^<>]{0,500})?(?<!/)>",
    re.IGNORECASE,
)
LONGEST_AUTHOR = 1000
LONG_WORD = re.compile(r"[\w.+-]{100,}")


def document(body: bytes, content_type: str) -> str:
    """Give the document as text that is safe to parse, or refuse it."""
    text = clean_text(decode(body, content_type), len(body) + 1).lstrip()
    if ENTITY.search(text):
        raise StageError("parse", detail="declares entities")
    if excess := _excess(text):
        raise StageError("parse", detail=f"too many {excess}")
    return text


def bounded(text: str) -> tuple[str, tuple[str, ...]]:
    """Cut an XML feed to what the parser can take in its time; tell when items had to go."""
    starts = [match.start() for match in ITEM_START.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        if len(CATEGORY.findall(text, start, end)) > MOST_CATEGORIES:
            raise StageError("parse", detail="too many categories in one item")
    text = _without_long_authors(text)
    return (_first_items(text), ("too_many_items",)) if len(starts) > MOST_ITEMS else (text, ())


def looks_like_html(text: str) -> bool:
    """Whether this is a web page. A doctype proves nothing: some feeds begin with `<!DOCTYPE html>`."""
    return PAGE.match(_after_prologue(text)) is not None


def refusal(feed: Feed, response: Response, text: str) -> StageError:
    """Name what came instead of a feed: a wall put up against robots, or some other page."""
    title = TITLE.search(text[:20_000])
    words = clean_line(title[1], 100) if title else ""
    # What used to be a feed and is a page now is more often a wall than a redesign.
    was_a_feed = feed.body_hash is not None and PAGE.search(text[:20_000]) is not None
    if is_challenge(response) or CHALLENGES.search(words) or was_a_feed:
        return StageError("blocked", detail=words)
    return StageError("not_a_feed", detail=words or clean_line(response.content_type, 100) or "no content")


def is_challenge(response: Response) -> bool:
    """Whether Cloudflare asks us to prove that we are human."""
    return response.headers.get("cf-mitigated") == "challenge"


def _excess(text: str) -> str | None:
    if text.count("<") > MOST_TAGS:
        return "tags"
    if text.count("xmlns") > MOST_NAMESPACES:
        return "namespaces"
    if any(tag[0].count("=") > MOST_ATTRIBUTES for tag in LONG_TAG.finditer(text)):
        return "attributes in one tag"
    return None


def _after_prologue(text: str) -> str:
    """Skip declarations and comments, one by one: a pattern for all of them could be made to run for ever."""
    at = 0
    while opening := next((start for start in PROLOGUE if text.startswith(start, at)), None):
        end = text.find(PROLOGUE[opening], at)
        if end < 0:
            return ""
        at = end + len(PROLOGUE[opening])
        at += len(text[at : at + 100]) - len(text[at : at + 100].lstrip())
    return text[at : at + 100]


def _first_items(text: str) -> str:
    """Take the middle out: the first items and the document's end stay."""
    starts = [match.start() for match in ITEM_START.finditer(text)]
    ends = [match.end() for match in ITEM_END.finditer(text, starts[-1])]
    return text[: starts[MOST_ITEMS]] + text[ends[-1] if ends else len(text) :]


def _without_long_authors(text: str) -> str:
    kept, done = [], 0
    while (start := AUTHOR.search(text, done)) and (end := text.find(f"</{start[1]}", start.end())) >= 0:
        kept.append(text[done : start.end() if _is_costly(text, start.end(), end) else end])
        done = end
    return "".join(kept) + text[done:]


def _is_costly(text: str, start: int, end: int) -> bool:
    """Whether an author holds a long word, or markup in which one may hide."""
    if LONG_WORD.search(text, start, end):
        return True
    return end - start > LONGEST_AUTHOR and any(mark in text[start:end] for mark in "<&")

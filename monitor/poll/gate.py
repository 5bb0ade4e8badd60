"""The gate before the parser: what costs it minutes or fools it is cut or refused here.

feedparser transcodes first and expands entities then, so a search in the raw bytes would miss what UTF-16
hides. We decode, look, and hand over UTF-8. Its limits are no wall: a worker has a CPU limit for the rest.
"""

from __future__ import annotations

import re
from itertools import pairwise

from monitor.model import Feed, PollProblem, StageError
from monitor.poll.listing import MOST_ITEMS
from monitor.text import clean_line, clean_text
from monitor.web import Response, decode_body

HTML_PAGE_TAG = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
PROLOGUE_ENDS = {"<?": "?>", "<!--": "-->", "<!": ">"}
PAGE_TITLE = re.compile(r"<title[^<>]*>([^<]{0,200})", re.IGNORECASE)
CHALLENGE_WORDING = re.compile(
    r"just a moment|attention required|access denied|ddos-guard|are you (?:a )?(?:human|robot)|captcha"
    r"|checking your browser|request (?:blocked|rejected)|security check",
    re.IGNORECASE,
)

ENTITY_DECLARATION = re.compile(r"<!ENTITY", re.IGNORECASE)
ITEM_START = re.compile(r"<(?:\w{1,20}:)?(?:item|entry)[\s>]", re.IGNORECASE)
ITEM_END = re.compile(r"</(?:\w{1,20}:)?(?:item|entry)\s*>", re.IGNORECASE)

# Of 300 real feeds the largest had 87,000 tags and 272 namespace declarations.
MOST_FEED_TAGS = 300_000
MOST_FEED_NAMESPACES = 3000
LONG_FEED_TAG = re.compile(r"<[^<>]{8000,}")
MOST_FEED_TAG_ATTRIBUTES = 1000
# feedparser compares every tag of an item with every other.
CATEGORY_TAG = re.compile(r"<(?:category|\w{1,20}:(?:subject|category|keywords))\b", re.IGNORECASE)
MOST_ITEM_CATEGORIES = 1000
# It looks for a mail address in an author at quadratic cost (kurtmckee/feedparser#562): 31 KB took it 28 s.
AUTHOR_TAG = re.compile(
    r"<((?:\w{1,20}:)?(?:author|creator|managingEditor|webMaster|publisher|owner))\b(?:\s[^<>]{0,500})?(?<!/)>",
    re.IGNORECASE,
)
LONGEST_AUTHOR = 1000
LONG_WORD = re.compile(r"[\w.+-]{100,}")


def decode_feed(body: bytes, content_type: str) -> str:
    """Give the document as text that is safe to parse, or refuse it.

    It is cleaned for the parser, for links and for guids. What escapes and references in it stand for comes to light
    when it is parsed: titles and summaries are cleaned after that, in `text.markup`.
    """
    text = clean_text(decode_body(body, content_type), len(body) + 1).lstrip()
    if ENTITY_DECLARATION.search(text):
        # 24 KB of them made a title of 49 MB; of 4,266 feeds in feedparser's own tests, four have any.
        raise StageError("parse", detail="declares entities")
    if excess := _find_excess(text):
        raise StageError("parse", detail=f"too many {excess}")
    return text


def trim_xml_feed(text: str) -> tuple[str, tuple[PollProblem, ...]]:
    """Cut an XML feed to what the parser can take in its time; tell when items had to go."""
    starts = [match.start() for match in ITEM_START.finditer(text)]
    for start, end in pairwise([*starts, len(text)]):
        if len(CATEGORY_TAG.findall(text, start, end)) > MOST_ITEM_CATEGORIES:
            raise StageError("parse", detail="too many categories in one item")
    text = _drop_long_authors(text)
    return (_keep_first_items(text), ("too_many_items",)) if len(starts) > MOST_ITEMS else (text, ())


def looks_like_html(text: str) -> bool:
    """Whether this is a web page. A doctype proves nothing: some feeds begin with `<!DOCTYPE html>`."""
    return HTML_PAGE_TAG.match(_skip_prologue(text)) is not None


def diagnose_non_feed(feed: Feed, response: Response, text: str) -> StageError:
    """Name what came instead of a feed: a wall put up against robots, or some other page."""
    title = PAGE_TITLE.search(text[:20_000])
    words = clean_line(title[1], 100) if title else ""
    # What used to be a feed and is a page now is more often a wall than a redesign.
    was_a_feed = feed.body_hash is not None and HTML_PAGE_TAG.search(text[:20_000]) is not None
    if is_challenge(response) or CHALLENGE_WORDING.search(words) or was_a_feed:
        return StageError("blocked", detail=words)
    return StageError("not_a_feed", detail=words or clean_line(response.content_type, 100) or "no content")


def is_challenge(response: Response) -> bool:
    """Whether Cloudflare asks us to prove that we are human."""
    return response.headers.get("cf-mitigated") == "challenge"


def _find_excess(text: str) -> str | None:
    if text.count("<") > MOST_FEED_TAGS:
        return "tags"
    if text.count("xmlns") > MOST_FEED_NAMESPACES:
        return "namespaces"
    if any(tag[0].count("=") > MOST_FEED_TAG_ATTRIBUTES for tag in LONG_FEED_TAG.finditer(text)):
        return "attributes in one tag"
    return None


def _skip_prologue(text: str) -> str:
    """Skip declarations and comments, one by one: a pattern for all of them could be made to run for ever."""
    at = 0
    while opening := next((start for start in PROLOGUE_ENDS if text.startswith(start, at)), None):
        end = text.find(PROLOGUE_ENDS[opening], at)
        if end < 0:
            return ""
        at = end + len(PROLOGUE_ENDS[opening])
        at += len(text[at : at + 100]) - len(text[at : at + 100].lstrip())
    return text[at : at + 100]


def _keep_first_items(text: str) -> str:
    """Take the middle out: the first items and the document's end stay."""
    starts = [match.start() for match in ITEM_START.finditer(text)]
    ends = [match.end() for match in ITEM_END.finditer(text, starts[-1])]
    return text[: starts[MOST_ITEMS]] + text[ends[-1] if ends else len(text) :]


def _drop_long_authors(text: str) -> str:
    kept, done = [], 0
    while (start := AUTHOR_TAG.search(text, done)) and (end := text.find(f"</{start[1]}", start.end())) >= 0:
        kept.append(text[done : start.end() if _is_costly_author(text, start.end(), end) else end])
        done = end
    return "".join(kept) + text[done:]


def _is_costly_author(text: str, start: int, end: int) -> bool:
    """Whether an author holds a long word, or markup in which one may hide."""
    if LONG_WORD.search(text, start, end):
        return True
    return end - start > LONGEST_AUTHOR and any(mark in text[start:end] for mark in "<&")

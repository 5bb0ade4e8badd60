"""A message in Slack's Block Kit, within its limits.

Titles go where Slack reads no formatting (`plain_text`), and `&`, `<` and `>` are escaped in every text, so that no
headline pings a channel or lies about where a link leads. What is too long is cut by its length after escaping.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from monitor.alert.cutting import MARK_OFF, MARK_ON, cut_text, mark_passage, shorten_passage
from monitor.alert.message import MessageGroup, MessageText, host_to_show
from monitor.model import Passage

HEADER_LIMIT = 150
"""Of a header block; a section's text may have 3,000."""
QUOTE_LIMIT = 1_500
SLACK_LINE_LIMIT = 600
LINK_LIMIT = 1_200
"""The sum of all limits stays below 10,000: at about 13,000 Slack refuses a message (slackapi/bolt-js#2509)."""
DIGEST_BLOCKS_LIMIT, DIGEST_TEXT_LIMIT = 34, 6_000
"""What the list of a digest may take of a message's 50 blocks and 10,000 characters."""
ITEM_TITLE_LIMIT, ITEM_LINE_LIMIT, ITEM_QUOTE_LIMIT, ITEM_LINK_LIMIT = 200, 300, 400, 500
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
LOOKALIKES = str.maketrans("*~`|", "∗∼ˋ∣")
"""Formatting signs cannot be escaped, and only our marks shall look like marks."""
WORDLIKE_SIGN = f"[\\w\u0080-\U0010ffff{MARK_ON}]"
LINK_ESCAPES = {"|": "%7C", ">": "%3E", "<": "%3C", "&": "&amp;"}

Block = dict[str, Any]


def render_slack_payload(words: MessageText) -> Block:
    """Write the message as Slack takes it; `text` is what notifications and screen readers say."""
    text = escape_and_cut(f"{words.headline} ({words.byline})", SLACK_LINE_LIMIT)
    return {"text": text, "blocks": list(_message_blocks(words)), "unfurl_links": False, "unfurl_media": False}


def escape_and_cut(text: str, limit: int) -> str:
    """Escape text and cut it to a limit that counts what is escaped, between words and never through an entity.

    >>> escape_and_cut("<!channel> & co", 100), escape_and_cut("peace & quiet", 11)
    ('&lt;!channel&gt; &amp; co', 'peace…')
    """
    return escape_for_slack(cut_text(text, _count_fitting(text, limit)))


def escape_for_slack(text: str) -> str:
    """Text in which Slack finds no ping and no link."""
    return "".join(ENTITIES.get(character, character) for character in text)


def count_utf16_units(text: str) -> int:
    """Characters as JavaScript counts them, where an emoji is two: no limit is passed either way of counting.

    >>> count_utf16_units("мир"), count_utf16_units("🕊")
    (3, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _count_fitting(text: str, limit: int) -> int:
    """How many characters may be kept so that they fit when they are escaped."""
    lengths = list(accumulate(count_utf16_units(ENTITIES.get(character, character)) for character in text))
    if not lengths or lengths[-1] <= limit:
        return len(text)
    return max(1, bisect_right(lengths, limit - 1))


def _message_blocks(words: MessageText) -> Iterator[Block]:
    yield {"type": "header", "text": _plain_text_object(escape_and_cut(words.headline, HEADER_LIMIT))}
    if words.titles:
        yield _context_block("\n".join(f"{name}: {text}" for name, text in words.titles))
    yield _context_block(" · ".join(filter(None, (words.byline, words.others))))
    if words.lead:
        yield _section_block(escape_and_cut(words.lead, SLACK_LINE_LIMIT))
    yield from (_section_block(_fit_quote(passage, QUOTE_LIMIT)) for passage in words.passages)
    listed, unlisted = _fit_digest_list(words)
    yield from listed
    if unlisted:
        yield _context_block(f"+{unlisted} more in the archive")
    yield from _fact_blocks(words)
    for name, link in words.links:
        if _link_fits(link, LINK_LIMIT):
            place = "" if link == words.label_link else f" at {host_to_show(link)}"
            yield _section_block(f"<{_escape_link(link)}|{name}{place}>")
    if words.note:
        yield _context_block(words.note)


def _fact_blocks(words: MessageText) -> Iterator[Block]:
    if words.reason:
        yield _section_block(f"*Why:* {escape_and_cut(words.reason, SLACK_LINE_LIMIT)}")
    if words.seed_and_score:
        topics = f"\nTopics: {words.topics}" if words.topics else ""
        yield _context_block(words.seed_and_score + topics)


def _fit_digest_list(words: MessageText) -> tuple[list[Block], int]:
    """The list of a digest as far as it fits, and how many reports are left out."""
    groups = [[_group_heading_block(group), *map(_report_block, group.items)] for group in words.groups]
    unlisted = words.unlisted
    while not _have_room(groups):
        # The oldest of the seed that has most to tell: so that every seed is told of for as long as that is possible.
        _, number = max((len(blocks), number) for number, blocks in enumerate(groups))
        groups[number].pop()
        unlisted += 1
        groups = [blocks for blocks in groups if len(blocks) > 1]  # a heading alone says nothing
    return [block for blocks in groups for block in blocks], unlisted


def _have_room(groups: list[list[Block]]) -> bool:
    listed = [block["text"]["text"] for blocks in groups for block in blocks]
    return len(listed) <= DIGEST_BLOCKS_LIMIT and sum(map(count_utf16_units, listed)) <= DIGEST_TEXT_LIMIT


def _group_heading_block(group: MessageGroup) -> Block:
    return _section_block(f"*{_escape_formatting(group.title, ITEM_LINE_LIMIT)}*")


def _report_block(item: MessageText) -> Block:
    title = _escape_formatting(item.headline, ITEM_TITLE_LIMIT)
    if item.link and _link_fits(item.link, ITEM_LINK_LIMIT):
        title = f"<{_escape_link(item.link)}|{host_to_show(item.link)}: {title}>"
    lines = [f"{name}: {text}" for name, text in item.titles] + [item.byline, item.others]
    shown = [_escape_formatting(text, ITEM_LINE_LIMIT) for text in lines if text]
    quotes = [_fit_quote(passage, ITEM_QUOTE_LIMIT) for passage in item.passages]
    return _section_block("\n".join((title, *shown, *quotes)))


def _section_block(markup: str) -> Block:
    return {"type": "section", "text": _mrkdwn_object(markup)}


def _context_block(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn_object(escape_and_cut(text, SLACK_LINE_LIMIT))]}


def _plain_text_object(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn_object(markup: str) -> Block:
    # Verbatim: Slack shall not look for links, names or channels on its own.
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def _escape_formatting(text: str, limit: int) -> str:
    return escape_and_cut(text.translate(LOOKALIKES), limit)


def _fit_quote(passage: Passage, limit: int) -> str:
    quote = _quote_passage(passage)
    while count_utf16_units(quote) > limit:
        passage = shorten_passage(passage, len(passage.text) * 3 // 4)
        quote = _quote_passage(passage)
    return quote


def _quote_passage(passage: Passage) -> str:
    text = escape_for_slack(mark_passage(passage, MARK_ON, MARK_OFF).translate(LOOKALIKES))
    # An asterisk is a sign only at the border of a word; Chinese has none, so a space of no width makes one.
    text = re.sub(f"(?<={WORDLIKE_SIGN}){MARK_ON}", f"\u200b{MARK_ON}", text)
    text = re.sub(f"{MARK_OFF}(?={WORDLIKE_SIGN})", f"{MARK_OFF}\u200b", text)
    return "> " + text.replace(MARK_ON, "*").replace(MARK_OFF, "*")


def _escape_link(url: str) -> str:
    return "".join(LINK_ESCAPES.get(character, character) for character in url)


def _link_fits(url: str, limit: int) -> bool:
    return len(_escape_link(url)) <= limit

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

from monitor.alert.cutting import OFF, ON, cut, marked, shortened
from monitor.alert.message import Group, Words, host
from monitor.model import Passage

HEADER_LIMIT = 150
"""Of a header block; a section's text may have 3,000."""
QUOTE_LIMIT = 1_500
LINE_LIMIT = 600
LINK_LIMIT = 1_200
"""The sum of all limits stays below 10,000: at about 13,000 Slack refuses a message (slackapi/bolt-js#2509)."""
BLOCKS, TEXT = 34, 6_000
"""What the list of a digest may take of a message's 50 blocks and 10,000 characters."""
ITEM_TITLE_LIMIT, ITEM_LINE_LIMIT, ITEM_QUOTE_LIMIT, ITEM_LINK_LIMIT = 200, 300, 400, 500
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
LOOKALIKES = str.maketrans("*~`|", "∗∼ˋ∣")
"""Formatting signs cannot be escaped, and only our marks shall look like marks."""
WORDLIKE = f"[\\w\u0080-\U0010ffff{ON}]"
IN_LINKS = {"|": "%7C", ">": "%3E", "<": "%3C", "&": "&amp;"}

Block = dict[str, Any]


def payload_of(words: Words) -> Block:
    """Write the message as Slack takes it; `text` is what notifications and screen readers say."""
    text = slack_text(f"{words.headline} ({words.byline})", LINE_LIMIT)
    return {"text": text, "blocks": list(_blocks(words)), "unfurl_links": False, "unfurl_media": False}


def slack_text(text: str, limit: int) -> str:
    """Escape text and cut it to a limit that counts what is escaped, between words and never through an entity.

    >>> slack_text("<!channel> & co", 100), slack_text("peace & quiet", 11)
    ('&lt;!channel&gt; &amp; co', 'peace…')
    """
    return escaped(cut(text, _fitting(text, limit)))


def escaped(text: str) -> str:
    """Text in which Slack finds no ping and no link."""
    return "".join(ENTITIES.get(character, character) for character in text)


def length(text: str) -> int:
    """Characters as JavaScript counts them, where an emoji is two: no limit is passed either way of counting.

    >>> length("мир"), length("🕊")
    (3, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _fitting(text: str, limit: int) -> int:
    """How many characters may be kept so that they fit when they are escaped."""
    lengths = list(accumulate(length(ENTITIES.get(character, character)) for character in text))
    if not lengths or lengths[-1] <= limit:
        return len(text)
    return max(1, bisect_right(lengths, limit - 1))


def _blocks(words: Words) -> Iterator[Block]:
    yield {"type": "header", "text": _plain(slack_text(words.headline, HEADER_LIMIT))}
    if words.titles:
        yield _small("\n".join(f"{name}: {text}" for name, text in words.titles))
    yield _small(" · ".join(filter(None, (words.byline, words.others))))
    if words.lead:
        yield _section(slack_text(words.lead, LINE_LIMIT))
    yield from (_section(_quoted(passage, QUOTE_LIMIT)) for passage in words.passages)
    listed, unlisted = _list_of(words)
    yield from listed
    if unlisted:
        yield _small(f"+{unlisted} more in the archive")
    yield from _facts(words)
    for name, link in words.links:
        if _fits(link, LINK_LIMIT):
            place = "" if link == words.label_link else f" at {host(link)}"
            yield _section(f"<{_linked(link)}|{name}{place}>")
    if words.note:
        yield _small(words.note)


def _facts(words: Words) -> Iterator[Block]:
    if words.reason:
        yield _section(f"*Why:* {slack_text(words.reason, LINE_LIMIT)}")
    if words.match:
        yield _small(f"{words.match}\nTopics: {words.topics}" if words.topics else words.match)


def _list_of(words: Words) -> tuple[list[Block], int]:
    """The list of a digest as far as it fits, and how many reports are left out."""
    groups = [[_heading(group), *map(_item, group.items)] for group in words.groups]
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
    return len(listed) <= BLOCKS and sum(map(length, listed)) <= TEXT


def _heading(group: Group) -> Block:
    return _section(f"*{_text(group.title, ITEM_LINE_LIMIT)}*")


def _item(item: Words) -> Block:
    title = _text(item.headline, ITEM_TITLE_LIMIT)
    if item.link and _fits(item.link, ITEM_LINK_LIMIT):
        title = f"<{_linked(item.link)}|{host(item.link)}: {title}>"
    lines = [f"{name}: {text}" for name, text in item.titles] + [item.byline, item.others]
    shown = [_text(text, ITEM_LINE_LIMIT) for text in lines if text]
    quotes = [_quoted(passage, ITEM_QUOTE_LIMIT) for passage in item.passages]
    return _section("\n".join((title, *shown, *quotes)))


def _section(markup: str) -> Block:
    return {"type": "section", "text": _mrkdwn(markup)}


def _small(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(slack_text(text, LINE_LIMIT))]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(markup: str) -> Block:
    # Verbatim: Slack shall not look for links, names or channels on its own.
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def _text(text: str, limit: int) -> str:
    return slack_text(text.translate(LOOKALIKES), limit)


def _quoted(passage: Passage, limit: int) -> str:
    quote = _quote(passage)
    while length(quote) > limit:
        passage = shortened(passage, len(passage.text) * 3 // 4)
        quote = _quote(passage)
    return quote


def _quote(passage: Passage) -> str:
    text = escaped(marked(passage, ON, OFF).translate(LOOKALIKES))
    # An asterisk is a sign only at the border of a word; Chinese has none, so a space of no width makes one.
    text = re.sub(f"(?<={WORDLIKE}){ON}", f"\u200b{ON}", text)
    text = re.sub(f"{OFF}(?={WORDLIKE})", f"{OFF}\u200b", text)
    return "> " + text.replace(ON, "*").replace(OFF, "*")


def _linked(url: str) -> str:
    return "".join(IN_LINKS.get(character, character) for character in url)


def _fits(url: str, limit: int) -> bool:
    return len(_linked(url)) <= limit

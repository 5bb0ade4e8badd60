"""Alerts in Slack, by an incoming webhook and Block Kit.

Titles go where Slack reads no formatting (`plain_text`), and `&`, `<` and `>` are escaped in every text, so that no
headline pings a channel or lies about where a link leads.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import Any

from monitor.alert.message import OFF, ON, Words, cut, host, marked, shortened, words_of
from monitor.alert.secret import Secret
from monitor.model import Delivery, Passage, Sent, StageError
from monitor.text import clean_line
from monitor.web import Response, post

HEADER_LIMIT = 150
"""Of a header block; a section's text may have 3,000."""
QUOTE_LIMIT = 1_500
LINE_LIMIT = 600
LINK_LIMIT = 1_200
"""The sum of all limits stays below 10,000: at about 13,000 Slack refuses a message (slackapi/bolt-js#2509)."""
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
LOOKALIKES = str.maketrans("*~`", "∗∼ˋ")
"""Formatting signs cannot be escaped, and only our marks shall look like marks."""
WORDLIKE = f"[\\w\u0080-\U0010ffff{ON}]"
IN_LINKS = {"|": "%7C", ">": "%3E", "<": "%3C", "&": "&amp;"}
OK, REFUSED, BUSY = 200, range(400, 500), (408, 425, 429)

Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """An incoming webhook: its address is a secret."""

    webhook: Secret
    timeout_s: float = 20


class SlackChannel:
    """Posts to one Slack channel: the one that its webhook was made for."""

    def __init__(self, name: str, settings: SlackSettings) -> None:
        self.name = name
        self._settings = settings

    def recipients(self) -> tuple[str, ...]:
        """A webhook leads to one place."""
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Post one alert."""
        answer = await self._post(payload_of(words_of(delivery)))
        told = _told(answer, self._settings.webhook)
        if answer.status != OK:
            wait, is_final = answer.retry_after(now), answer.status in REFUSED and answer.status not in BUSY
            raise StageError(f"slack_{answer.status}", retry_after=wait, final=is_final, detail=told)
        if _is_refusal(answer.body):
            raise StageError("slack_answer", detail=told)
        return Sent(delivery, told)

    async def _post(self, payload: Block) -> Response:
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = {"content-type": "application/json; charset=utf-8"}
        try:
            return await post(self._settings.webhook.reveal(), body, headers, timeout_s=self._settings.timeout_s)
        except StageError as error:
            # Its detail may name the address.
            raise StageError(error.reason, retry_after=error.retry_after) from None


def payload_of(words: Words) -> Block:
    """Write the message as Slack takes it; `text` is what notifications and screen readers say."""
    text = slack_text(f"{words.headline} ({words.byline})", LINE_LIMIT)
    return {"text": text, "blocks": _blocks(words), "unfurl_links": False, "unfurl_media": False}


def slack_text(text: str, limit: int) -> str:
    """Escape text and cut it to a limit that counts what is escaped, between words and never through an entity.

    >>> slack_text("<!channel> & co", 100), slack_text("peace & quiet", 11)
    ('&lt;!channel&gt; &amp; co', 'peace…')
    """
    return escaped(cut(text, _fitting(text, limit)))


def escaped(text: str) -> str:
    """Text in which Slack finds no ping and no link."""
    return "".join(ENTITIES.get(character, character) for character in text)


def _fitting(text: str, limit: int) -> int:
    """How many characters may be kept so that they fit when they are escaped."""
    lengths = list(accumulate(length(ENTITIES.get(character, character)) for character in text))
    if not lengths or lengths[-1] <= limit:
        return len(text)
    return max(1, bisect_right(lengths, limit - 1))


def length(text: str) -> int:
    """Characters as JavaScript counts them, where an emoji is two: no limit is passed either way of counting.

    >>> length("мир"), length("🕊")
    (3, 2)
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _blocks(words: Words) -> list[Block]:
    links = [("Article", words.link), ("Archive", words.archive_link)]
    facts = f"{words.match}\nTopics: {words.topics}" if words.topics else words.match
    return [
        {"type": "header", "text": _plain(slack_text(words.headline, HEADER_LIMIT))},
        _small(words.byline),
        *(_section(_quoted(passage)) for passage in words.passages),
        _section(f"*Why:* {slack_text(words.reason, LINE_LIMIT)}"),
        _small(facts),
        *(_section(f"<{_linked(link)}|{name} at {host(link)}>") for name, link in links if link and _fits(link)),
        *([_small(words.note)] if words.note else []),
    ]


def _section(markup: str) -> Block:
    return {"type": "section", "text": _mrkdwn(markup)}


def _small(text: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(slack_text(text, LINE_LIMIT))]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _mrkdwn(markup: str) -> Block:
    # Verbatim: Slack shall not look for links, names or channels on its own.
    return {"type": "mrkdwn", "text": markup, "verbatim": True}


def _quoted(passage: Passage) -> str:
    quote = _quote(passage)
    while length(quote) > QUOTE_LIMIT:
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


def _fits(url: str) -> bool:
    return len(_linked(url)) <= LINK_LIMIT


def _told(answer: Response, webhook: Secret) -> str:
    """The answer's beginning; what it repeats of the secret address is blotted out."""
    text = answer.body.decode("utf-8", "replace")
    words = re.split(r"[/?&=]", webhook.reveal().partition("://")[2])[1:]
    for word in sorted(filter(None, words), key=len, reverse=True):
        text = text.replace(word, "***")
    return clean_line(text, 100)


def _is_refusal(body: bytes) -> bool:
    """Whether a 200 is none: a page of some proxy, or Slack's `{"ok": false}`; a webhook says just `ok`."""
    text = body.strip()
    return text.startswith(b"<") or re.search(rb'^\{.*"ok"\s*:\s*false', text, re.DOTALL) is not None

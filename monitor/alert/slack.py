"""Alerts in Slack, by an incoming webhook and Block Kit.

Titles go where Slack reads no markup (`plain_text`); elsewhere `&`, `<` and `>` are escaped, so that no headline
pings a channel or lies about where a link leads.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.alert.message import Words, marked, words_of
from monitor.alert.secret import Secret
from monitor.model import Delivery, Passage, Sent, StageError
from monitor.web import Response, post

HEADER_LIMIT = 150
SECTION_LIMIT = 3_000
TEXT_LIMIT = 3_000
"""Of the text that notifications and screen readers use."""
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
OK, TIMEOUT, TOO_MANY, SERVER_TROUBLE = 200, 408, 429, 500

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
        body = json.dumps(payload_of(words_of(delivery)), ensure_ascii=False).encode()
        headers = {"content-type": "application/json; charset=utf-8"}
        try:
            answer = await post(self._settings.webhook.reveal(), body, headers, timeout_s=self._settings.timeout_s)
        except StageError as error:
            # Its detail may name the address.
            raise StageError(error.reason, retry_after=error.retry_after) from None
        if answer.status != OK:
            raise _refusal(answer, now)
        return Sent(delivery, answer.body[:100].decode("utf-8", "replace"))


def payload_of(words: Words) -> Block:
    """Write the message as Slack takes it."""
    fallback = slack_text(f"{words.headline} ({words.byline})", TEXT_LIMIT)
    return {"text": fallback, "blocks": _blocks(words), "unfurl_links": False, "unfurl_media": False}


def slack_text(text: str, limit: int) -> str:
    """Escape text and cut it to a limit that counts what is escaped, never through an entity.

    >>> slack_text("<!channel> & co", 100), slack_text("a & b", 6)
    ('&lt;!channel&gt; &amp; co', 'a …')
    """
    escaped = [ENTITIES.get(character, character) for character in text]
    if sum(map(len, escaped)) <= limit:
        return "".join(escaped)
    kept, room = [], limit - 1
    for piece in escaped:
        room -= len(piece)
        if room < 0:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def _blocks(words: Words) -> list[Block]:
    blocks: list[Block] = [
        {"type": "header", "text": _plain(words.headline, HEADER_LIMIT)},
        {"type": "context", "elements": [_mrkdwn(slack_text(words.byline, 300))]},
        *({"type": "section", "text": _mrkdwn(_quoted(passage))} for passage in words.passages),
        {"type": "section", "text": _mrkdwn(f"*Why:* {slack_text(words.reason, 1_000)}")},
        {"type": "context", "elements": [_mrkdwn(slack_text(words.match, 1_000))]},
    ]
    links = [("Article", words.link), ("Archive", words.archive_link)]
    line = " · ".join(f"<{_linked(link)}|{name}>" for name, link in links if link and len(link) < SECTION_LIMIT // 3)
    if line:
        blocks.append({"type": "section", "text": _mrkdwn(line)})
    if words.note:
        blocks.append({"type": "context", "elements": [_mrkdwn(slack_text(words.note, 300))]})
    return blocks


def _plain(text: str, limit: int) -> Block:
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return {"type": "plain_text", "text": cut, "emoji": False}


def _mrkdwn(text: str) -> Block:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _quoted(passage: Passage) -> str:
    # The marks are put in as signs that text does not hold, so that escaping leaves them alone.
    before, after = "\ue000", "\ue001"
    clean = Passage(passage.text.replace(before, "").replace(after, ""), passage.start)
    shown = passage if clean.text == passage.text else clean
    return "> " + slack_text(marked(shown, before, after), 2_000).replace(before, "*").replace(after, "*")


def _linked(url: str) -> str:
    signs = {"|": "%7C", ">": "%3E", "<": "%3C", "&": "&amp;"}
    return "".join(signs.get(character, character) for character in url)


def _refusal(answer: Response, now: datetime) -> StageError:
    told = answer.body[:100].decode("utf-8", "replace")
    retry = answer.status >= SERVER_TROUBLE or answer.status in {TIMEOUT, TOO_MANY}
    return StageError(f"slack_{answer.status}", retry_after=answer.retry_after(now), final=not retry, detail=told)

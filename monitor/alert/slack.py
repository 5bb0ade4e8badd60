"""Alerts in Slack, by an incoming webhook."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from monitor.alert.blocks import Block, payload_of
from monitor.alert.message import words_of
from monitor.alert.secret import Secret
from monitor.model import Delivery, Sent, StageError
from monitor.text import clean_line
from monitor.web import Response, post

OK, REFUSED, BUSY = 200, range(400, 500), (408, 425, 429)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """An incoming webhook: its address is a secret."""

    webhook: Secret
    timeout_s: float = 20


class SlackChannel:
    """Posts to one Slack channel: the one that its webhook was made for."""

    def __init__(self, name: str, settings: SlackSettings, *, zone: tzinfo = UTC) -> None:
        self.name = name
        self._settings = settings
        self._zone = zone

    def recipients(self) -> tuple[str, ...]:
        """A webhook leads to one place."""
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Post one alert."""
        answer = await self._post(payload_of(words_of(delivery, self._zone)))
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

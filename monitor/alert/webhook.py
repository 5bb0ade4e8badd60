"""Alerts as JSON to an address of the user's own, signed when there is a key; docs/webhook.md is the contract."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from hashlib import sha256
from typing import Any, Literal

from monitor.alert.cutting import passage_to_line
from monitor.alert.message import compose_message, score_to_strength
from monitor.alert.plain import render_text
from monitor.alert.posting import excerpt_answer, post_secretly, status_to_stage_error
from monitor.alert.secret import Secret
from monitor.alert.tables import CommonTable, NonEmptyText, SecretVariable, name_secret
from monitor.links import safe_link
from monitor.model import Alert, Delivery, Digest, Notice, Passage, Report, Sent
from monitor.pace import QUICK_CHANNEL_S
from monitor.text import clean_text

CONTRACT_VERSION = 1
"""Of the contract; a new key does not change it, so receivers pass over what they do not know."""
ACCEPTED_STATUSES = range(200, 300)
SIGNING_KEY = "signing"
"""Which of a channel's secrets it signs with."""

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class WebhookTable(CommonTable):
    """`[channels.NAME]` with `kind = "webhook"`: JSON to an address of your own, which is a secret."""

    kind: Literal["webhook"]
    url_env: NonEmptyText = "WEBHOOK_URL"
    secret_env: NonEmptyText | None = None

    def secret_variables(self) -> Iterator[SecretVariable]:
        """The address, and the key to sign with if there is one."""
        yield SecretVariable("url_env", self.url_env, is_address=True)
        if self.secret_env:
            yield SecretVariable("secret_env", self.secret_env, SIGNING_KEY)


def open_webhook_channel(name: str, table: WebhookTable, secrets: Mapping[str, str], zone: tzinfo) -> WebhookChannel:
    """A webhook at its secret address; it signs where there is a key."""
    url, key = Secret(secrets.get(name, "")), secrets.get(name_secret(name, SIGNING_KEY))
    return WebhookChannel(name, WebhookSettings(url, Secret(key) if key else None), zone=zone)


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where to post, which is a secret, and the key to sign with."""

    url: Secret
    key: Secret | None = None
    timeout_s: float = QUICK_CHANNEL_S


class WebhookChannel:
    """Posts each alert as one JSON object; redirects are not followed."""

    def __init__(self, name: str, settings: WebhookSettings, *, zone: tzinfo = UTC) -> None:
        self.name = name
        self._settings = settings
        self._zone = zone

    def recipients(self) -> tuple[str, ...]:
        """There is one receiver."""
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Post one alert."""
        settings = self._settings
        body = json.dumps(delivery_to_object(delivery, self._zone), ensure_ascii=False).encode()
        headers = {
            "content-type": "application/json; charset=utf-8",
            "idempotency-key": delivery.message_id,
            **(sign_body(body, settings.key, now) if settings.key else {}),
        }
        answer = await post_secretly(settings.url, body, headers, settings.timeout_s)
        detail = excerpt_answer(answer, settings.url, *([settings.key] if settings.key else []))
        if answer.status not in ACCEPTED_STATUSES:
            raise status_to_stage_error(answer, "webhook", now, detail)
        return Sent(delivery, detail or str(answer.status))


def sign_body(body: bytes, key: Secret, now: datetime) -> dict[str, str]:
    """The headers that show who wrote a body, and when: an old one, sent again by somebody else, can be told."""
    timestamp = str(int(now.timestamp()))
    signed = hmac.new(key.reveal().encode(), timestamp.encode() + b"." + body, sha256)
    return {"monitor-timestamp": timestamp, "monitor-signature": f"sha256={signed.hexdigest()}"}


def delivery_to_object(delivery: Delivery, zone: tzinfo = UTC) -> JsonObject:
    """One delivery as the contract has it."""
    words = compose_message(delivery, zone)
    about = {
        "version": CONTRACT_VERSION,
        "id": clean_text(delivery.message_id),
        "repeated": delivery.in_doubt,
        "headline": words.headline,
        "text": render_text(words),
    }
    return about | _alert_to_object(delivery.alert)


def _alert_to_object(alert: Alert) -> JsonObject:
    """The contract has every key for every kind of alert."""
    match alert:
        case Report():
            return _report_to_object(alert) | {"items": []}
        case Digest(items=items, seen=seen, lead=lead, archive_url=archive_url):
            blank = _blank_report(seen, reason=lead, archive_url=archive_url)
            return _report_to_object(blank) | {
                "kind": alert.kind,
                "items": [_report_to_object(item) for item in items],
            }
        case Notice(title=title, seen=seen, lead=lead):
            blank = _blank_report(seen, reason=lead, title=title, source="monitor", language="en")
            return _report_to_object(blank) | {"kind": alert.kind, "items": []}


def _blank_report(
    seen: datetime,
    *,
    reason: str,
    title: str = "",
    source: str = "",
    language: str | None = None,
    archive_url: str | None = None,
) -> Report:
    """A report of no seed and no article: it gives an alert that is none the keys of one."""
    return Report(
        seed="",
        seed_title="",
        title=title,
        url=None,
        source=source,
        published=None,
        seen=seen,
        language=language,
        score=0.0,
        reason=reason,
        topics=(),
        passages=(),
        archive_url=archive_url,
    )


def _report_to_object(alert: Report) -> JsonObject:
    return {
        "kind": clean_text(alert.kind),
        "seed": clean_text(alert.seed),
        "seed_title": clean_text(alert.seed_title),
        "title": clean_text(alert.title),
        "url": safe_link(alert.url) if alert.url else None,
        "source": clean_text(alert.source),
        "published": _time_to_text(alert.published),
        "seen": _time_to_text(alert.seen),
        "language": clean_text(alert.language) if alert.language else None,
        "score": alert.score,
        "strength": score_to_strength(alert.score),
        "reason": clean_text(alert.reason),
        "topics": [clean_text(topic) for topic in alert.topics],
        "passages": [_passage_to_object(passage) for passage in alert.passages],
        "archive_url": safe_link(alert.archive_url) if alert.archive_url else None,
        "label_url": safe_link(alert.label_url) if alert.label_url else None,
        "also": [clean_text(outlet) for outlet in alert.also],
        "independent": alert.independent,
        "news": [clean_text(news) for news in alert.news],
        "story_title": clean_text(alert.story_title),
        "thread": clean_text(alert.thread),
    }


def _passage_to_object(passage: Passage) -> JsonObject:
    """A passage and its marks; cleaned sign for sign, so that the marks stay in place."""
    line = passage_to_line(passage, len(passage.text))
    return {"text": line.text, "marks": [list(mark) for mark in line.marks]}


def _time_to_text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z" if moment else None

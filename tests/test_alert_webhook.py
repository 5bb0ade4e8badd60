"""Alerts as signed JSON: to a real web server on loopback, checked against the documented contract."""

import asyncio
import hmac
import json
import logging
import re
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alert import Secret, WebhookChannel, WebhookSettings
from monitor.alert.posting import excerpt_answer
from monitor.alert.webhook import delivery_to_object
from monitor.model import Sent, StageError
from monitor.web import Response
from tests.alerts import (
    HOSTILE,
    KINDS,
    SENTENCE,
    delivery_of,
    hostile_delivery,
    make_alert,
    make_delivery,
    make_digest,
    make_follow_up,
    make_notice,
)
from tests.build import AMPLE_S, NOON
from tests.serve import Canned, Site, drip, redirect

PATH = "/hooks/hush-hush-hush"
KEY = "a key of our own"
CONTRACT = (Path(__file__).parent.parent / "docs" / "webhook.md").read_text(encoding="utf-8")
SCHEMA = json.loads(re.search(r"```json schema\n(.*?)```", CONTRACT, re.DOTALL)[1])
TYPES = {
    "string": str,
    "array": list,
    "object": dict,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def channel_to(site, key=KEY, timeout_s=AMPLE_S):
    return WebhookChannel("mine", WebhookSettings(Secret(site.url + PATH), Secret(key) if key else None, timeout_s))


def send(answer=None, delivery=None, **options):
    """What the channel makes of the answer, and what the server was asked."""
    with Site({PATH: answer or Canned(b"thanks", 202)}) as site:
        sent = asyncio.run(channel_to(site, **options).send(delivery or make_delivery(), NOON))
        return sent, site.asked


def trouble(answer, **options):
    with pytest.raises(StageError) as caught:
        send(answer, **options)
    return caught.value


def misfits(value, schema=SCHEMA, at="$"):
    """Where a value is not what the schema says: types, constants, keys and items are all that it uses."""
    if "$ref" in schema:
        return misfits(value, SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], at)
    found = []
    allowed = schema.get("type", [])
    if allowed and not any(fits(value, kind) for kind in ([allowed] if isinstance(allowed, str) else allowed)):
        found.append(f"{at} is no {allowed}")
    if value not in schema.get("enum", [value]):
        found.append(f"{at} is none of {schema['enum']}")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append(f"{at} is not like {schema['pattern']}")
    if isinstance(value, dict):
        known = schema["properties"]
        found += [f"{at} lacks {key}" for key in schema["required"] if key not in value]
        found += [f"{at} has an unknown {key}" for key in value if key not in known]
        found += [bad for key in value.keys() & known for bad in misfits(value[key], known[key], f"{at}.{key}")]
    if isinstance(value, list):
        found += [bad for n, item in enumerate(value) for bad in misfits(item, schema["items"], f"{at}[{n}]")]
    return found


def fits(value, kind):
    return isinstance(value, TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))


# --- what arrives ------------------------------------------------------------------------------


def test_an_alert_arrives_as_the_contract_has_it():
    sent, (asked,) = send()
    told = json.loads(asked.body)
    text = told.pop("text")
    assert text.startswith("Kremlin turns down the truce\nThe Wexcombe Post")
    assert told == {
        "version": 1,
        "id": "alert-7.1a2b3c4d@monitor.invalid",
        "repeated": False,
        "headline": "Kremlin turns down the truce",
        "kind": "hit",
        "seed": "ceasefire",
        "seed_title": "Moscow rejects a ceasefire",
        "title": "Kremlin turns down the truce",
        "url": "https://news.example/truce?a=1&b=2",
        "source": "The Wexcombe Post",
        "published": "2025-11-03T09:05:00Z",
        "seen": "2025-11-03T12:00:00Z",
        "language": "en",
        "score": 0.81,
        "strength": "strong",
        "reason": "2 of 2 topics in the lead; like the seed",
        "topics": ["ceasefire", "Lavrov"],
        "passages": [{"text": SENTENCE, "marks": [[0, 6], [14, 23]]}],
        "archive_url": "http://archive.example/monitor/hits/7",
        "label_url": "http://archive.example/monitor/-/label/7",
        "also": [],
        "independent": 1,
        "news": [],
        "story_title": "",
        "thread": "",
        "items": [],
    }
    assert sent == Sent(make_delivery(), "thanks")


def test_the_example_of_the_documents_is_what_is_sent():
    example = json.loads(re.search(r"```json\n(.*?)```", CONTRACT, re.DOTALL)[1])
    assert misfits(example) == []
    assert example.keys() == delivery_to_object(make_delivery()).keys()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", HOSTILE)
def test_every_kind_of_alert_keeps_to_the_contract(text, kind):
    assert misfits(delivery_to_object(hostile_delivery(kind, text))) == []


@given(st.sampled_from(sorted(KINDS)), st.text())
def test_any_text_can_be_sent(kind, text):
    told = delivery_to_object(hostile_delivery(kind, text))
    assert json.loads(json.dumps(told, ensure_ascii=False).encode()) == told


def test_a_digest_carries_the_facts_of_its_reports():
    told = delivery_to_object(delivery_of(make_digest(make_alert(), make_follow_up())))
    assert [(item["kind"], item["title"], item["news"]) for item in told["items"]] == [
        ("hit", "Kremlin turns down the truce", []),
        ("follow_up", "Lavrov names his terms", ["Lavrov is quoted", "41 killed"]),
    ]


def report_object(alert):
    """What a digest says of a report: all that it says where it comes alone, but for what is about the message."""
    told = delivery_to_object(delivery_of(alert))
    return {key: told[key] for key in told if key not in {"version", "id", "repeated", "headline", "text", "items"}}


NOTHING_KNOWN = {
    "seed": "",
    "seed_title": "",
    "url": None,
    "published": None,
    "seen": "2025-11-03T12:00:00Z",
    "score": 0.0,
    "strength": "borderline",
    "topics": [],
    "passages": [],
    "label_url": None,
    "also": [],
    "independent": 1,
    "news": [],
    "story_title": "",
    "thread": "",
}
"""What is about no one report."""


@pytest.mark.parametrize(
    ("alert", "facts"),
    [
        (
            make_digest(make_alert()),
            {
                "kind": "digest",
                "title": "",
                "source": "",
                "language": None,
                "reason": "held back in quiet hours",
                "archive_url": "http://archive.example/monitor/hits",
                "headline": "Kremlin turns down the truce",
                "items": [report_object(make_alert())],
            },
        ),
        (
            make_notice(),
            {
                "kind": "notice",
                "title": "The channel desk is broken: slack_404",
                "source": "monitor",
                "language": "en",
                "reason": "Make a new webhook. 3 alerts wait for it.",
                "archive_url": None,
                "headline": "The channel desk is broken: slack_404",
                "items": [],
            },
        ),
    ],
)
def test_what_is_about_no_one_report_leaves_its_facts_empty(alert, facts):
    told = delivery_to_object(delivery_of(alert))
    envelope = {"version": 1, "id": "alert-7.1a2b3c4d@monitor.invalid", "repeated": False, "text": told["text"]}
    assert told == envelope | NOTHING_KNOWN | facts


def test_a_follow_up_carries_what_is_known_of_its_story():
    told = delivery_to_object(delivery_of(make_follow_up()))
    assert {key: told[key] for key in ("kind", "also", "independent", "news", "story_title", "thread")} == {
        "kind": "follow_up",
        "also": ["AP", "DW", "Le Monde", "NHK", "TASS"],
        "independent": 4,
        "news": ["Lavrov is quoted", "41 killed"],
        "story_title": "Kremlin turns down the truce",
        "thread": "ceasefire/https://news.example/truce",
    }


def test_times_are_in_utc_to_the_second():
    moscow = datetime(2025, 11, 3, 1, 30, 0, 999_999, tzinfo=timezone(timedelta(hours=3)))
    assert delivery_to_object(make_delivery(published=moscow))["published"] == "2025-11-02T22:30:00Z"


def test_a_receiver_can_check_who_wrote_and_when():
    _, (asked,) = send()
    timestamp = asked.headers["monitor-timestamp"]
    signed = hmac.new(KEY.encode(), timestamp.encode() + b"." + asked.body, sha256).hexdigest()
    assert (timestamp, asked.headers["monitor-signature"]) == ("1762171200", f"sha256={signed}")


def test_a_repetition_carries_the_same_key():
    deliveries = (make_delivery(), make_delivery(in_doubt=True))
    told = [send(delivery=delivery)[1][0] for delivery in deliveries]
    assert [asked.headers["idempotency-key"] for asked in told] == ["alert-7.1a2b3c4d@monitor.invalid"] * 2
    assert [json.loads(asked.body)["repeated"] for asked in told] == [False, True]


def test_without_a_key_nothing_is_signed():
    _, (asked,) = send(key=None)
    assert not asked.headers.keys() & {"monitor-signature", "monitor-timestamp"}


# --- what the receiver answers -----------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 201, 204])
def test_any_2xx_is_a_yes(status):
    assert send(Canned(b"", status))[0].answer == str(status)


@pytest.mark.parametrize(
    ("status", "ends"),
    [
        *((status, None) for status in (302, 408, 425, 429, 500, 503)),
        *((status, "message") for status in (400, 405, 409, 413, 422)),
        *((status, "channel") for status in (401, 403, 404, 410)),
    ],
)
def test_a_refusal_ends_only_what_it_is_about(status, ends):
    error = trouble(Canned(b"no", status, {"Retry-After": "60"}))
    told = {(False, False): None, (True, False): "message", (False, True): "channel"}[error.final, error.channel_down]
    assert (error.reason, told, error.retry_after) == (f"webhook_{status}", ends, timedelta(minutes=1))


@pytest.mark.parametrize(("status", "wait"), [(429, timedelta(seconds=30)), (408, None), (425, None), (503, None)])
def test_whoever_is_asked_too_often_is_left_alone_for_half_a_minute(status, wait):
    """Where the receiver does not say for how long."""
    assert trouble(Canned(b"", status)).retry_after == wait


@pytest.mark.parametrize(
    ("secrets", "said", "told"),
    [
        (["https://mine.example/hush/hush-hush?k=hush-key&x="], "hush-hush, hush-key, hush", "***, ***, ***"),
        (["https://mine.example/hush"], "mine.example says no", "mine.example says no"),
        (["a whole key", "https://mine.example/hush"], "no hush for a whole key", "no *** for ***"),
        (["a whole key"], "a whole", "a whole"),
        (["https://mine.example/hush"], "x" * 101, "x" * 100),
        (["https://mine.example/hush"], "no\nhush", "no ***"),
    ],
)
def test_of_an_answer_is_told_what_is_no_secret(secrets, said, told):
    """Its first hundred characters; the longest part of a secret is blotted out first."""
    answer = Response("https://mine.example/", 400, {}, said.encode())
    assert excerpt_answer(answer, *map(Secret, secrets)) == told


def test_a_redirect_is_not_followed():
    with Site({PATH: Canned(b"ok")}) as elsewhere:
        assert trouble(redirect(elsewhere.url + PATH, 307)).reason == "webhook_307"
    assert elsewhere.asked == []


def test_a_silent_receiver_is_a_timeout():
    assert trouble(drip, timeout_s=0.2).reason == "timeout"


@pytest.mark.parametrize("answer", [Canned(PATH.encode() + KEY.encode()), Canned(PATH.encode(), 400), drip])
def test_address_and_key_are_told_to_nobody(answer, caplog):
    caplog.set_level(logging.DEBUG)
    with Site({PATH: answer}) as site:
        channel = channel_to(site, timeout_s=0.2 if answer is drip else AMPLE_S)
        try:
            told = str(asyncio.run(channel.send(make_delivery(), NOON)))
        except StageError as error:
            told = f"{error!r} {error} {error.about(make_delivery())} {error.__cause__!r}"
    said = f"{told} {caplog.text} {channel._settings!r}"
    assert ("hush-hush" in said, KEY in said) == (False, False)

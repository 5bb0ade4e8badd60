"""A sample alert for tests: about a made-up newsroom's news."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from monitor.model import Alert, Delivery, Digest, Notice, Passage, Report
from tests.build import NOON

PUBLISHED = datetime(2025, 11, 3, 9, 5, tzinfo=UTC)
SENTENCE = "Lavrov said a ceasefire was out of the question."

HOSTILE = (
    "<!channel> read this",
    "@here <@U012AB3CD> <#C024BE7LR>",
    "<http://evil.example|https://bank.example>",
    "=?utf-8?q?=0D=0ABcc:_v=40x.example?=",
    "=\x00?utf-8?q?=0D=0ABcc:_v=40x.example?=",
    "Truce\r\nBcc: v@x.example\r\n\r\n<b>body</b>",
    "Truce\x0b\x0c\x1c\x85\u2028\u2029Bcc: v@x.example",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "</title></h1><a href='javascript:alert(1)'>bank</a>",
    '" onmouseover="alert(1)',
    "\x1b]0;owned\x07\x1b[2J\x9b31mred",
    "safe\u202egnp.exe\u2066",
    "lone \ud800 surrogate \udfff",
    "{headline} {0} %s ${HOME}",
    "&amp;lt;!channel&amp;gt; &lt;",
    "\u200b\u00ad",
    "",
)
"""What a headline may try. Each is to be shown as text, or dropped."""

SCRIPTS = (
    "Россия отвергла перемирие",
    "Україна погодилася на перемир’я",
    "停戦交渉、再び決裂",
    "روسيا ترفض وقف إطلاق النار",
    "רוסיה דוחה הפסקת אש",
    "युद्धविराम पर बातचीत",
    "Peace 🕊️ talks 👩‍⚖️ resume",
)


def make_alert(**changes: Any) -> Report:
    facts: dict[str, Any] = {
        "seed": "ceasefire",
        "seed_title": "Moscow rejects a ceasefire",
        "title": "Kremlin turns down the truce",
        "url": "https://news.example/truce?a=1&b=2",
        "source": "The Wexcombe Post",
        "published": PUBLISHED,
        "seen": NOON,
        "language": "en",
        "score": 0.81,
        "reason": "2 of 2 topics in the lead; like the seed",
        "topics": ("ceasefire", "Lavrov"),
        "passages": (Passage(SENTENCE, 120, ((0, 6), (14, 23))),),
        "archive_url": "http://archive.example/monitor/hits/7",
        "label_url": "http://archive.example/monitor/-/label/7",
    }
    return Report(**facts | changes)


def make_follow_up(**changes: Any) -> Report:
    facts: dict[str, Any] = {
        "kind": "follow_up",
        "title": "Lavrov names his terms",
        "story_title": "Kremlin turns down the truce",
        "news": ("Lavrov is quoted", "41 killed"),
        "also": ("AP", "DW", "Le Monde", "NHK", "TASS"),
        "independent": 4,
        "thread": "ceasefire/https://news.example/truce",
    }
    return make_alert(**facts | changes)


def make_digest(*items: Report, **changes: Any) -> Digest:
    """A digest as the outbox makes it: about no one seed, article or source."""
    facts: dict[str, Any] = {
        "items": items,
        "seen": NOON,
        "lead": "held back in quiet hours",
        "archive_url": "http://archive.example/monitor/hits",
    }
    return Digest(**facts | changes)


def make_notice(**changes: Any) -> Notice:
    facts: dict[str, Any] = {
        "title": "The channel desk is broken: slack_404",
        "lead": "Make a new webhook. 3 alerts wait for it.",
        "seen": NOON,
    }
    return Notice(**facts | changes)


KINDS: dict[str, Callable[..., Alert]] = {
    "hit": make_alert,
    "follow_up": make_follow_up,
    "digest": make_digest,
    "notice": make_notice,
}


def delivery_of(alert: Alert, channel: str = "desk", recipient: str = "", *, in_doubt: bool = False) -> Delivery:
    """One delivery of an alert."""
    return Delivery(1, channel, recipient, "alert-7.1a2b3c4d@monitor.invalid", alert, in_doubt=in_doubt)


def hostile_delivery(kind: str, text: str, *, in_doubt: bool = False, items: int = 3, **changes: Any) -> Delivery:
    """A delivery of any kind with this text wherever text comes from outside, also in what it lists."""
    facts = everywhere(text) | changes
    listed = [make_alert(**facts | {"seed": f"seed {number % 2}"}) for number in range(items // 2)]
    listed += [make_follow_up(**facts) for _ in range(items - items // 2)]
    match kind:
        case "digest":
            of_all = {key: changes[key] for key in ("archive_url",) if key in changes}
            return delivery_of(make_digest(*listed, lead=text, **of_all), in_doubt=in_doubt)
        case "notice":
            return delivery_of(make_notice(title=text, lead=text), in_doubt=in_doubt)
        case _:
            return delivery_of(KINDS[kind](**facts), in_doubt=in_doubt)


def make_delivery(
    channel: str = "desk", recipient: str = "", *, in_doubt: bool = False, message_id: str = "", **changes: Any
) -> Delivery:
    """One delivery of the sample alert; `changes` are facts of the alert."""
    identity = message_id or "alert-7.1a2b3c4d@monitor.invalid"
    return Delivery(1, channel, recipient, identity, make_alert(**changes), in_doubt=in_doubt)


def everywhere(text: str) -> dict[str, Any]:
    """The facts of an alert that has this text wherever text comes from outside."""
    return {
        "title": text,
        "source": text,
        "seed_title": text,
        "reason": text,
        "topics": (text,),
        "url": text,
        "language": text,
        "passages": (Passage(text, 0, ((0, len(text) // 2),)), Passage(text, 9)),
        "also": (text, text),
        "news": (text,),
        "story_title": text,
        "thread": text,
    }

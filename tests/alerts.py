"""A sample alert for tests: about a made-up newsroom's news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.model import Alert, Delivery, Passage
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


def make_alert(**changes: Any) -> Alert:
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
    }
    return Alert(**facts | changes)


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
    }

"""A sample alert, for trying a channel: with what goes wrong in bad ones."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Passage, Report

SAMPLE_TITLE = "Test: Лавров отверг перемирие <!channel> =?utf-8?q?=0D=0ABcc:_x?= & “quotes”, العربية, 停火, 🕊"
SAMPLE_TEXT = (
    "This is a test of the monitor's, and no news. It holds Cyrillic (перемирие), Arabic (هدنة), Chinese (停火), "
    "an emoji (🕊), and signs that must be shown as text: <b>bold</b>, @here, <https://example.org|a link>."
)


def make_sample_alert(now: datetime) -> Report:
    """An alert that is no news, and says so."""
    at = SAMPLE_TEXT.index("перемирие")
    return Report(
        seed="test",
        seed_title="A test of this channel",
        title=SAMPLE_TITLE,
        url="https://example.org/monitor-test",
        source="monitor",
        published=now,
        seen=now,
        language="en",
        score=0.75,
        reason="you asked for a test",
        topics=("ceasefire",),
        passages=(Passage(SAMPLE_TEXT, 0, ((at, at + len("перемирие")),)),),
    )

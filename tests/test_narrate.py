"""What happened, in the words of the log."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest

from monitor.model import Decision, Failure, Feed, JudgedDecision, Judgement, Sent
from monitor.narrate import narrate_outcome
from monitor.pipeline import Delivered, Polled, Read
from tests.alerts import make_delivery
from tests.build import alerting, entry, hit, poll_of, reading_of

FEED = Feed(1, "https://news.example/rss", "News")
READING = reading_of(entry())


def told(happened: Polled | Read | Delivered) -> list[tuple[str, str]]:
    return [(logging.getLevelName(level), line) for level, line in narrate_outcome(happened)]


@pytest.mark.parametrize(
    ("outcome", "lines"),
    [
        (poll_of(FEED, entry("one"), entry("two")), [("INFO", "feed News: 2 entries, 1 new")]),
        (replace(poll_of(FEED), outcome="unchanged"), [("DEBUG", "feed News: unchanged")]),
        (
            replace(poll_of(replace(FEED, attempts=3)), moved_to="https://news.example/atom"),
            [
                ("INFO", "feed News: works again after 3 failures"),
                (
                    "WARNING",
                    "feed News: has moved for good to https://news.example/atom; change it in feeds.toml",
                ),
                ("INFO", "feed News: 0 entries, 1 new"),
            ],
        ),
        (Failure(FEED, "timeout"), [("WARNING", "feed News: timeout (https://news.example/rss)")]),
        (
            Failure(FEED, "blocked", detail="Just a moment..."),
            [("WARNING", "feed News: blocked (Just a moment...) (https://news.example/rss)")],
        ),
    ],
)
def test_a_poll_tells_what_it_found_and_what_to_do(outcome, lines):
    assert told(Polled(outcome, new_entries=1)) == lines


def missed(score: float) -> JudgedDecision:
    """What is no hit, beside a threshold of 0.5."""
    return JudgedDecision(Decision("ceasefire", score, 0.5, False, "lacking: NATO", (), (), ()))


@pytest.mark.parametrize(
    ("judged", "lines"),
    [
        (
            alerting(READING, "desk").decisions,
            ["alert: “Title one” (News), 0.80 for ceasefire: 1 of 2 topics in the lead"],
        ),
        (
            (JudgedDecision(hit(), silent_because="silenced until noon"),),
            ["hit, no alert: “Title one” (News), 0.80 for ceasefire: silenced until noon"],
        ),
        ((missed(0.499),), ["no hit: “Title one” (News), 0.49 for ceasefire, 0.50 needed: lacking: NATO"]),
        ((missed(0.3),), ["no hit: “Title one” (News), 0.30 for ceasefire, 0.50 needed: lacking: NATO"]),
        ((missed(0.299),), []),
        ((), []),
    ],
)
def test_a_reading_tells_its_hits_and_what_was_nearly_one(judged, lines):
    """No near miss is rounded up into looking like a hit."""
    assert told(Read(READING, Judgement(judged))) == [("INFO", line) for line in lines]


def test_a_reading_tells_what_was_wrong_with_its_page():
    flawed = replace(READING, article=replace(READING.article, problems=("paywall_stub", "short")))
    assert told(Read(flawed, Judgement())) == [("INFO", "article “Title one” (News): paywall_stub, short")]


def test_a_page_that_could_not_be_read_is_tried_again():
    assert told(Read(Failure(entry(), "http_503", detail="no room"), Judgement())) == [
        ("WARNING", "article “Title one”: http_503 (no room); tried again later")
    ]


MAIL = make_delivery("mail", "a@x.example")


@pytest.mark.parametrize(
    ("outcome", "state", "level", "line"),
    [
        (Sent(make_delivery(), "ok"), "sent", "INFO", "sent “Kremlin turns down the truce” by desk: ok"),
        (Sent(MAIL, "250 ok"), "sent", "INFO", "sent “Kremlin turns down the truce” by mail to a@x.example: 250 ok"),
        (
            *(Failure(MAIL, "smtp_450"), "pending", "WARNING"),
            "not sent yet: “Kremlin turns down the truce” by mail to a@x.example: smtp_450; tried again later",
        ),
        (
            *(Failure(make_delivery(), "slack_400", final=True, detail="invalid_blocks"), "dead", "ERROR"),
            "NOT SENT and given up: “Kremlin turns down the truce” by desk: slack_400 (invalid_blocks)",
        ),
    ],
)
def test_a_delivery_tells_where_it_went_or_why_it_did_not(outcome, state, level, line):
    assert told(Delivered(outcome, state)) == [(level, line)]

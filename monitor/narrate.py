"""What happened, as lines for people: the daemon logs them, the demo shows them."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from monitor.model import Failure, JudgedDecision
from monitor.pipeline import Delivered, Polled, Read
from monitor.text import clean_line

LogLine = tuple[int, str]
"""A level of `logging` and one line."""

NEAR_MISS = 0.6
"""Share of its threshold from which no hit is worth a line; the matcher drops what is below its NOTED_SHARE."""


def narrate_outcome(happened: Polled | Read | Delivered) -> Iterator[LogLine]:
    """The lines that one outcome is worth."""
    match happened:
        case Polled():
            yield from _narrate_poll(happened)
        case Read():
            yield from _narrate_reading(happened)
        case Delivered():
            yield from _narrate_delivery(happened)


def _narrate_poll(polled: Polled) -> Iterator[LogLine]:
    outcome = polled.outcome
    if isinstance(outcome, Failure):
        yield logging.WARNING, f"feed {outcome.item.source}: {_describe_failure(outcome)} ({outcome.item.url})"
        return
    name = outcome.feed.source
    if outcome.feed.attempts:
        yield logging.INFO, f"feed {name}: works again after {outcome.feed.attempts} failures"
    if outcome.moved_to:
        yield (
            logging.WARNING,
            f"feed {name}: has moved for good to {outcome.moved_to}; change it in feeds.toml",
        )
    if outcome.outcome == "new":
        entries = len(outcome.entries)
        yield logging.INFO, f"feed {name}: {entries} entries, {polled.new_entries} new"
    else:
        yield logging.DEBUG, f"feed {name}: {outcome.outcome}"


def _narrate_reading(read: Read) -> Iterator[LogLine]:
    outcome = read.outcome
    if isinstance(outcome, Failure):
        yield (
            logging.WARNING,
            f"article “{clean_line(outcome.item.title, 80)}”: {_describe_failure(outcome)}; tried again later",
        )
        return
    title = clean_line(outcome.article.title, 100)
    if outcome.article.problems:
        problems = ", ".join(outcome.article.problems)
        yield logging.INFO, f"article “{title}” ({outcome.entry.source}): {problems}"
    for judged in read.judgement.decisions:
        if line := _narrate_decision(judged, title, outcome.entry.source):
            yield logging.INFO, line


def _narrate_decision(judged: JudgedDecision, title: str, source: str) -> str | None:
    decision = judged.decision
    # Rounded down, so that a near miss does not look like a hit.
    what = f"“{title}” ({source}), {int(decision.score * 100) / 100:.2f} for {decision.seed}"
    if judged.to:
        return f"alert: {what}: {decision.reason}"
    if decision.hit:
        return f"hit, no alert: {what}: {judged.silent_because}"
    if decision.score >= NEAR_MISS * decision.threshold:
        return f"no hit: {what}, {decision.threshold:.2f} needed: {decision.reason}"
    return None


def _narrate_delivery(delivered: Delivered) -> Iterator[LogLine]:
    outcome = delivered.outcome
    delivery = outcome.item if isinstance(outcome, Failure) else outcome.delivery
    what = f"“{clean_line(delivery.alert.title, 80)}” by {delivery.channel}"
    if delivery.recipient:
        what += f" to {delivery.recipient}"
    if not isinstance(outcome, Failure):
        yield logging.INFO, f"sent {what}: {outcome.answer}"
    elif delivered.state == "dead":
        yield logging.ERROR, f"NOT SENT and given up: {what}: {_describe_failure(outcome)}"
    else:
        yield logging.WARNING, f"not sent yet: {what}: {_describe_failure(outcome)}; tried again later"


def _describe_failure(failure: Failure[object]) -> str:
    return f"{failure.reason} ({failure.detail})" if failure.detail else failure.reason

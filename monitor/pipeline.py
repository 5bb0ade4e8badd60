"""The sentence that the whole program is: poll → read → match → store → alert.

Each step takes due work from the archive, runs its stage, and saves the outcome in one transaction before
it says what happened. Whatever is interrupted stays due.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from monitor.alert import Channel, send_by_channel
from monitor.archive import Archive, ArchiveError
from monitor.bugs import charge_bug
from monitor.desk import Desk, Known
from monitor.engine import Engine, Stage
from monitor.model import (
    Delivery,
    DeliveryState,
    Dispatch,
    Entry,
    Failure,
    Feed,
    Judgement,
    Poll,
    Reading,
    Sent,
    StageError,
)
from monitor.policy import ALWAYS_AWAKE, QuietHours
from monitor.poll import poll_feed
from monitor.read import article_from_feed, read_article
from monitor.retry import is_last_try_of_page

Clock = Callable[[], datetime]
Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class Polled:
    """What one poll changed."""

    outcome: Poll | Failure[Feed]
    new_entries: int


@dataclass(frozen=True, slots=True)
class Read:
    """What one reading changed."""

    outcome: Reading | Failure[Entry]
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one delivery: its state is `sent`, `pending` (tried again later) or `dead`."""

    outcome: Sent | Failure[Delivery]
    state: DeliveryState


def always_more() -> bool:
    """There may always be more work: what a step is told that nobody wants to stop."""
    return True


async def poll_due(
    clock: Clock,
    archive: Archive,
    engine: Engine,
    more: Callable[[], bool] = always_more,
    due_by: datetime | None = None,
) -> AsyncIterator[Polled]:
    """Look at every feed that is due, for as long as `more` says so.

    `due_by` is for a run that ends: with its beginning, no feed that falls due again meanwhile is polled twice.
    """
    async for outcomes in engine.map(poll_feed, _take_while(more, archive.feeds.due(clock(), due_by)), clock()):
        with archive.transaction():
            saved = [_save_poll(outcome, archive, clock()) for outcome in outcomes]
        for polled in saved:
            yield polled


async def read_due(
    clock: Clock,
    archive: Archive,
    engine: Engine,
    desk: Desk,
    more: Callable[[], bool] = always_more,
    stage: Stage[Entry, Reading] = read_article,
) -> AsyncIterator[Read]:
    """Read every entry that is due, judge it, and promise the alerts it earns."""
    async for outcomes in engine.map(stage, _take_while(more, archive.entries.due(clock())), clock()):
        with archive.transaction():
            saved = [_save_reading(outcome, archive, desk, clock()) for outcome in outcomes]
        for reading in saved:
            yield reading


async def deliver_due(
    clock: Clock,
    archive: Archive,
    channels: Mapping[str, Channel],
    more: Callable[[], bool] = always_more,
    quiet: QuietHours = ALWAYS_AWAKE,
) -> AsyncIterator[Delivered]:
    """Send every delivery that is due: the channels side by side, one message at a time on each."""
    flying: dict[asyncio.Task[Sent | Failure[Delivery]], str] = {}
    try:
        while True:
            for delivery in archive.outbox.due(clock(), flying.values(), quiet) if more() else ():
                flying[asyncio.create_task(send_delivery(delivery, channels, clock()))] = delivery.channel
            if not flying:
                return
            done, _ = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del flying[task]
                yield _save_delivery(task.result(), archive, channels, clock())
    finally:
        for task in flying:
            task.cancel()


def other_addresses(channel: str, channels: Mapping[str, Channel]) -> list[Dispatch]:
    """Every address on the other channels; those on the console last, since nobody may be looking at it."""
    names = sorted((name for name in channels if name != channel), key=lambda name: name == "console")
    return [Dispatch(name, recipient) for name in names for recipient in channels[name].recipients()]


def _take_while(more: Callable[[], bool], batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, one by one until there shall be no more; none is taken in vain, for it would keep its lanes."""
    while more() and (batch := next(batches, None)) is not None:
        yield batch


def _save_poll(outcome: Poll | Failure[Feed], archive: Archive, now: datetime) -> Polled:
    try:
        return Polled(outcome, archive.feeds.save(outcome, now))
    except ArchiveError:
        raise
    except Exception as error:
        failure = charge_bug(outcome.item if isinstance(outcome, Failure) else outcome.feed, error)
        return Polled(failure, archive.feeds.save(failure, now))


def _save_reading(outcome: Reading | Failure[Entry], archive: Archive, desk: Desk, now: datetime) -> Read:
    try:
        outcome = _rescue_by_feed(outcome)
        judgement = _judge_reading(outcome, archive, desk, now) if isinstance(outcome, Reading) else None
        archive.entries.save(outcome, judgement or Judgement(), now)
        if isinstance(outcome, Reading) and judgement:
            # Before the commit, which may fail yet: the daemon then sets up a new desk from what is saved.
            desk.remember(outcome, judgement, now)
        return Read(outcome, judgement or Judgement())
    except ArchiveError:
        raise
    except Exception as error:
        failure = charge_bug(outcome.item if isinstance(outcome, Failure) else outcome.entry, error)
        archive.entries.save(failure, Judgement(), now)
        return Read(failure, Judgement())


def _save_delivery(
    outcome: Sent | Failure[Delivery], archive: Archive, channels: Mapping[str, Channel], now: datetime
) -> Delivered:
    delivery = outcome.item if isinstance(outcome, Failure) else outcome.delivery
    try:
        return Delivered(outcome, archive.outbox.save(outcome, now, other_addresses(delivery.channel, channels)))
    except ArchiveError:
        raise
    except Exception as error:
        charge_bug(delivery, error)
        return Delivered(outcome, archive.outbox.save_after_bug(outcome, now))


def _judge_reading(reading: Reading, archive: Archive, desk: Desk, now: datetime) -> Judgement | None:
    """Gather what the archive knows of a reading, then decide; None when nothing in it is new."""
    status = archive.entries.status_of(reading)
    if status.is_known:
        return None
    draft = desk.draft(reading, now)
    past = {thread: archive.outbox.past_alerts(thread) for thread in draft.threads}
    return desk.judge(draft, Known(past, archive.outbox.silences(now), status.stories), now)


def _rescue_by_feed(outcome: Reading | Failure[Entry]) -> Reading | Failure[Entry]:
    """An entry whose page cannot be had is judged by its feed's own words, so that no entry is lost."""
    if isinstance(outcome, Reading):
        return outcome
    if is_last_try_of_page(outcome):
        return Reading(outcome.item, article_from_feed(outcome.item, outcome.reason))
    return outcome


async def send_delivery(
    delivery: Delivery, channels: Mapping[str, Channel], now: datetime
) -> Sent | Failure[Delivery]:
    """Send one delivery by its channel; whatever goes wrong is charged to it."""
    try:
        return await send_by_channel(delivery, channels, now)
    except StageError as error:
        return error.about(delivery)
    except Exception as error:
        return charge_bug(delivery, error)

"""One batch, here and now: lanes side by side, the items of a lane one after another."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeAlias, TypeVar

from monitor.bugs import charge_bug
from monitor.links import lane_of_url
from monitor.model import Failure, Item, StageError
from monitor.web import Web

Outcome = TypeVar("Outcome")
Stage: TypeAlias = Callable[[Item, Web, datetime], Awaitable[Outcome]]
"""What is done to one item, such as `poll_feed`: a function at the top of its module, so that workers find it."""

LANES_AT_ONCE = 20
"""Lanes of one batch that are busy at the same time."""
RESOLVER_THREADS = 32


async def run_batch(
    stage: Stage[Item, Outcome], items: Sequence[Item], web: Web, now: datetime, lanes: int = LANES_AT_ONCE
) -> list[Outcome | Failure[Item]]:
    """One outcome for each item, in their order."""
    outcomes = await begin_within(math.inf, stage, items, web, now, lanes)
    return [outcomes[place] for place in range(len(items))]


async def begin_within(
    seconds: float,
    stage: Stage[Item, Outcome],
    items: Sequence[Item],
    web: Web,
    now: datetime,
    lanes: int = LANES_AT_ONCE,
) -> dict[int, Outcome | Failure[Item]]:
    """Outcomes by the item's place. Items that had to wait for longer than `seconds` are left out, not begun."""
    time = asyncio.get_running_loop().time
    end = time() + seconds
    free = asyncio.Semaphore(lanes)
    outcomes: dict[int, Outcome | Failure[Item]] = {}

    async def run_lane(places: Sequence[int]) -> None:
        async with free:
            for place in places:
                if time() < end:
                    outcomes[place] = await _run_stage(stage, items[place], web, now)

    async with asyncio.TaskGroup() as group:
        for places in _group_by_lane(items):
            group.create_task(run_lane(places))
    return outcomes


def failure_from_error(item: Item, error: BaseException) -> Failure[Item]:
    """What went wrong with one item, as a value; a bug is logged."""
    if isinstance(error, StageError):
        return error.about(item)
    if isinstance(error, MemoryError):
        return Failure(item, "memory")  # the engine runs it again, alone: its neighbours may have had the memory
    return charge_bug(item, error)


def widen_resolver(loop: asyncio.AbstractEventLoop) -> None:
    """Give name lookups threads enough: by default a few dead domains stall all the others."""
    loop.set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, thread_name_prefix="resolver"))


async def _run_stage(stage: Stage[Item, Outcome], item: Item, web: Web, now: datetime) -> Outcome | Failure[Item]:
    try:
        return await stage(item, web, now)
    except (Exception, SystemExit) as error:
        # The one broad catch: a surprise with one item must not cost the others of its batch.
        return failure_from_error(item, error)


def _group_by_lane(items: Sequence[Item]) -> list[list[int]]:
    """The places of the items, grouped by whom their fetches load."""
    lanes: dict[str, list[int]] = {}
    for place, item in enumerate(items):
        url = getattr(item, "url", None)
        # What has no address asks nobody, so it waits for nobody.
        lanes.setdefault(lane_of_url(url) if url else f"#{place}", []).append(place)
    return list(lanes.values())

"""The engine of one machine: worker processes that may be killed at any moment."""

from __future__ import annotations

import asyncio
import logging
import math
import pickle
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Any

from monitor.bugs import name_in_log
from monitor.engine.batch import Outcome, Stage
from monitor.engine.job import Job, JobResult
from monitor.engine.worker import NotBegunError, PoolSettings, Worker, WorkerError
from monitor.model import Failure, Item
from monitor.pace import WORKER_STARTS
from monitor.web import WebSettings

log = logging.getLogger(__name__)


class ProcessEngine:
    """Runs batches in worker processes, which it replaces as they die. It belongs to one event loop."""

    def __init__(self, settings: PoolSettings, web: WebSettings) -> None:
        self._settings = settings
        self._web = web
        self._free = asyncio.Semaphore(settings.workers)
        self._idle: list[Worker] = []
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def map(
        self, stage: Stage[Item, Outcome], batches: Iterable[Sequence[Item]], now: datetime
    ) -> AsyncIterator[list[Outcome | Failure[Item]]]:
        """Yield each batch's outcomes as it finishes; ends early when the engine is closed."""
        waiting = iter(batches)
        mine: set[asyncio.Task[list[Outcome | Failure[Item]]]] = set()
        try:
            while not self._closed:
                # One more than there are workers, so that none waits for us.
                for batch in islice(waiting, self._settings.workers + 1 - len(mine)):
                    mine.add(self._begin(self._finish(stage, batch, now)))
                if not mine:
                    return
                done, mine = await asyncio.wait(mine, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if task.cancelled():
                        return
                    yield task.result()
        finally:
            await _cancel_tasks(mine)

    async def close(self) -> None:
        """Stop the workers at once. What they worked on stays due."""
        self._closed = True
        await _cancel_tasks(self._running)
        while self._idle:
            await self._idle.pop().end()

    def _begin(self, work: Coroutine[Any, Any, Outcome]) -> asyncio.Task[Outcome]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def _finish(
        self, stage: Stage[Item, Outcome], items: Sequence[Item], now: datetime
    ) -> list[Outcome | Failure[Item]]:
        """One outcome for each item, in their order, whatever becomes of the workers."""
        begin_s, item_s = self._settings.batch_s, self._settings.item_s
        try:
            tried = await self._try(stage, items, now, begin_s, begin_s + item_s)
        except WorkerError as error:
            # It does not say which item did it. Alone, the poison finds itself.
            log.warning("a worker %s with %d items: each is run again, alone", error, len(items))
            return [await self._run_alone(stage, item, now) for item in items]
        left = [item for place, item in enumerate(items) if place not in tried]
        later = iter(await self._finish(stage, left, now) if left else ())
        return [
            await self._rerun_for_memory(stage, tried[place], now) if place in tried else next(later)
            for place in range(len(items))
        ]

    async def _rerun_for_memory(
        self, stage: Stage[Item, Outcome], outcome: Outcome | Failure[Item], now: datetime
    ) -> Outcome | Failure[Item]:
        """Run an item again for which memory did not do: its neighbours may have had it."""
        if isinstance(outcome, Failure) and outcome.reason == "memory":
            return await self._run_alone(stage, outcome.item, now)
        return outcome

    async def _run_alone(self, stage: Stage[Item, Outcome], item: Item, now: datetime) -> Outcome | Failure[Item]:
        """The second chance of an item; when it ends like the first, the item is set aside."""
        try:
            outcome = (await self._try(stage, [item], now, math.inf, self._settings.item_s))[0]
        except WorkerError as error:
            return _poison_failure(item, str(error))
        if isinstance(outcome, Failure) and outcome.reason == "memory":
            return _poison_failure(item, "memory")
        return outcome

    async def _try(
        self, stage: Stage[Item, Outcome], items: Sequence[Item], now: datetime, begin_s: float, deadline_s: float
    ) -> dict[int, Outcome | Failure[Item]]:
        """Outcomes by the item's place, from one worker's life."""
        job = Job(pickle.dumps((stage, items, now)), begin_s, deadline_s, self._settings.stuck_s)
        for _ in range(WORKER_STARTS):
            with suppress(NotBegunError):
                return _unpack_result(await self._ask(job))
        raise RuntimeError(f"{WORKER_STARTS} workers in a row ended before they began")

    async def _ask(self, job: Job) -> JobResult:
        """Have some worker do a job. It stays with us only if all went well."""
        async with self._free:
            worker = self._idle.pop() if self._idle else Worker(self._settings, self._web)
            try:
                done = await worker.do(job)
            except BaseException:
                await worker.end()
                raise
            self._idle.append(worker)
            return done


def _unpack_result(done: JobResult) -> dict[int, Any]:
    for record in done.records:
        logging.getLogger(record.name).handle(record)
    return {place: pickle.loads(packed) for place, packed in done.outcomes.items()}  # noqa: S301 - from our worker


def _poison_failure(item: Item, detail: str) -> Failure[Item]:
    log.warning("poison, set aside (%s): %s", detail, name_in_log(item))
    return Failure(item, "poison", final=True, detail=detail)


async def _cancel_tasks(tasks: Iterable[asyncio.Task[Any]]) -> None:
    tasks = list(tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

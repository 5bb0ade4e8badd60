"""A worker as its engine sees it: a process that is started, given one job at a time, and killed."""

from __future__ import annotations

import asyncio
import signal
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, Literal

from pebble import ProcessExpired, ProcessPool

from monitor.engine.job import MEMORY_EXIT_CODE, Job, JobResult, do_job, prepare_worker
from monitor.pace import BATCH_BEGINS_S, ITEM_S, ITEM_STUCK_S, WORKER_CHECK_S, WORKER_GRACE_S
from monitor.web import WebSettings


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many workers there are, and what each may use."""

    workers: int = 2
    memory_mb: int = 1024
    """Address space of one worker."""
    batch_s: float = BATCH_BEGINS_S
    """For so long a batch begins items; what is left is a batch of its own. Its deadline is item_s later."""
    item_s: float = ITEM_S
    """How long one item may take: fetching and parsing."""
    stuck_s: float = ITEM_STUCK_S
    """How long one item may hold the processor without letting its neighbours go on."""
    max_tasks: int = 200
    """Batches after which a worker is replaced by a fresh one."""


class WorkerError(Exception):
    """A worker ended in the midst of its job: it was late, it died, or its memory was used up."""

    def __init__(self, end: Literal["late", "died", "memory"]) -> None:
        super().__init__(end)


class NotBegunError(Exception):
    """A worker ended before it began its job, so the job has no part in it."""


class Worker:
    """A pool of one process, kept by Pebble, which starts it, feeds it and replaces it after `max_tasks`.

    One, because Pebble's processes share a pipe and a lock: one that dies while it holds them, or hangs
    while it is being ended, would stop all the others.
    """

    def __init__(self, settings: PoolSettings, web: WebSettings) -> None:
        self._processes = _Processes()
        self._pool = ProcessPool(1, settings.max_tasks, prepare_worker, (web, settings.memory_mb), self._processes)

    async def do(self, job: Job) -> JobResult:
        """Have a job done. After any exception this worker is of no use: end it."""
        future = self._begin(job)
        answer = asyncio.wrap_future(future)
        try:
            await self._wait_for_answer(answer, job.deadline_s + WORKER_GRACE_S)
            if not answer.done():
                raise WorkerError("late") if future.running() else NotBegunError
            return answer.result()
        except ProcessExpired as end:
            if end.exitcode == MEMORY_EXIT_CODE:
                raise NotBegunError from end
            raise WorkerError("late" if end.exitcode == -signal.SIGALRM else "died") from end
        except MemoryError as error:
            raise WorkerError("memory") from error
        except BrokenProcessPool as error:
            raise NotBegunError from error

    def _begin(self, job: Job) -> Future[JobResult]:
        try:
            return self._pool.schedule(do_job, (job,))
        except RuntimeError as error:
            # Pebble gives up a pool whose idle process was killed.
            raise NotBegunError from error

    async def _wait_for_answer(self, answer: asyncio.Future[JobResult], seconds: float) -> None:
        """Wait until there is an answer, or none will come."""
        time = asyncio.get_running_loop().time
        end = time() + seconds
        # Pebble forgets a job that comes in while it gives up its pool.
        while not answer.done() and self._pool.active and time() < end:
            await asyncio.wait([answer], timeout=WORKER_CHECK_S)

    async def end(self) -> None:
        """Kill the process, whatever it does."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._processes.kill()
        await asyncio.to_thread(self._pool.join)


class _Processes(SpawnContext):
    """Spawned processes that are remembered, so that they can be killed without Pebble's 3 s of patience."""

    def __init__(self) -> None:
        super().__init__()
        self._alive: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        """Make a process, as every context does."""
        process = SpawnProcess(*args, **kwargs)
        self._alive = [p for p in self._alive if p.pid is None or p.is_alive()] + [process]
        return process

    def kill(self) -> None:
        """End them all, now."""
        for process in self._alive:
            if process.pid is not None:
                process.kill()

"""What goes on in a worker process: its limits, its alarm, and one job after another."""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import pickle
import resource
import signal
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from logging.handlers import QueueHandler
from queue import SimpleQueue
from typing import Any, NamedTuple

from monitor.engine.batch import begin_within, failure_from_error, widen_resolver
from monitor.web import GuardedWeb, Web, WebSettings

MEMORY_EXIT_CODE = 77
"""Exit code of a worker that begins no further job because its memory is half used."""
NEEDED_VARIABLES = ("HOME", "LANG", "PATH", "SSL_CERT_DIR", "SSL_CERT_FILE", "TMPDIR", "TZ")
NEEDED_PREFIXES = ("LC_", "PYTHON")
M_ARENA_MAX = -8
"""The number of this parameter of mallopt in glibc's malloc.h."""


class Job(NamedTuple):
    """What a worker is asked to do. The stage and its items are pickled apart, so that only the job may fail."""

    work: bytes
    begin_s: float
    """Items that were not begun by then are left for another job."""
    deadline_s: float
    """How long the whole job may take."""
    stuck_s: float
    """How long one item may hold the processor without letting the others go on."""


class JobResult(NamedTuple):
    """What came of a job: pickled outcomes by the item's place, and what the stage logged."""

    outcomes: dict[int, bytes]
    records: list[logging.LogRecord]


_runner: asyncio.Runner
_web: Web
_memory_bytes: int
_records: SimpleQueue[Any] = SimpleQueue()


def prepare_worker(web: WebSettings, memory_mb: int) -> None:
    """Make a fresh process a worker."""
    global _runner, _web, _memory_bytes  # noqa: PLW0603 - a process is one worker, all its life
    _forget_environment()
    _memory_bytes = memory_mb << 20
    _limit_memory(_memory_bytes)
    # The deadline must hold inside C code too, so the kernel enforces it: by default SIGALRM ends the process.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    logging.getLogger().addHandler(QueueHandler(_records))
    _runner = asyncio.Runner()
    widen_resolver(_runner.get_loop())
    _web = GuardedWeb(web)


def do_job(job: Job) -> JobResult:
    """Run the stage on the job's items; dies at its deadline."""
    if _used_bytes() > _memory_bytes // 2:
        os._exit(MEMORY_EXIT_CODE)
    stage, items, now = pickle.loads(job.work)  # noqa: S301 - from our own parent
    outcomes = _runner.run(_run_watched(job, stage, items, now))
    packed = {place: _pack_outcome(items[place], outcome) for place, outcome in outcomes.items()}
    return JobResult(packed, list(_drain_log_records()))


async def _run_watched(job: Job, stage: Any, items: Sequence[Any], now: datetime) -> dict[int, Any]:
    alarm = asyncio.create_task(_put_off_alarm(job))
    try:
        return await begin_within(job.begin_s, stage, items, _web, now)
    finally:
        alarm.cancel()
        signal.setitimer(signal.ITIMER_REAL, 0)


async def _put_off_alarm(job: Job) -> None:
    """Let the kernel end this process at the deadline, or sooner when the loop no longer comes by here."""
    time = asyncio.get_running_loop().time
    end = time() + job.deadline_s
    while True:
        # Never 0, which would turn the alarm off.
        signal.setitimer(signal.ITIMER_REAL, max(0.001, min(job.stuck_s, end - time())))
        await asyncio.sleep(job.stuck_s / 4)


def _pack_outcome(item: Any, outcome: Any) -> bytes:
    try:
        return pickle.dumps(outcome)
    except Exception as error:
        return pickle.dumps(failure_from_error(item, error))


def _drain_log_records() -> Iterable[logging.LogRecord]:
    while not _records.empty():
        yield _records.get()


def _forget_environment() -> None:
    """Workers read what strangers wrote, so they hold no secrets: not even those of the environment."""
    for name in list(os.environ):
        if name not in NEEDED_VARIABLES and not name.startswith(NEEDED_PREFIXES):
            del os.environ[name]


def _limit_memory(limit_bytes: int) -> None:
    """Make too large an allocation a MemoryError of this worker, not a trouble of the machine."""
    # Both would reserve address space by the gigabyte: eight MB of stack for each resolver thread, and
    # 64 MB for each thread that allocates.
    threading.stack_size(512 << 10)
    with suppress(AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
    resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, limit_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _used_bytes() -> int:
    """Address space in use, which is what RLIMIT_AS counts."""
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - read before every job
        return int(statm.read().split()[0]) * resource.getpagesize()

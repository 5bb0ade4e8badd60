"""A loop whose clock may jump: a deadline falls due when a test says so, however fast or slow the machine is."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from threading import Event, Thread
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingLoop(asyncio.SelectorEventLoop):
    jumped_s = 0.0

    def time(self) -> float:
        return super().time() + self.jumped_s

    def jump(self) -> None:
        self.jumped_s += 86_400


def run_until_silence(work: Coroutine[Any, Any, T], silence: Event) -> T:
    """Run something; whenever the other side falls silent, all deadlines are over at that moment."""
    loop, is_over = _JumpingLoop(), Event()

    def watch() -> None:
        while silence.wait() and not is_over.is_set():
            silence.clear()
            loop.call_soon_threadsafe(loop.jump)

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        try:
            return runner.run(work)
        finally:
            is_over.set()
            silence.set()
            watcher.join()


class _SimulatedLoop(asyncio.SelectorEventLoop):
    """Nobody waits in it: when there is nothing else to do, it is the next timer's time at once."""

    def __init__(self) -> None:
        super().__init__()
        self._now = 0.0

    def time(self) -> float:
        return self._now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._now = max(self._now, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def run_simulated(work: Coroutine[Any, Any, T]) -> T:
    """Run something that only waits for timers, in no time."""
    with asyncio.Runner(loop_factory=_SimulatedLoop) as runner:
        return runner.run(work)

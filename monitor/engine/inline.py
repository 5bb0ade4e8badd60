"""The engine without workers: stages run on the caller's own loop. For tests and for trying one thing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime

from monitor.engine.batch import Outcome, Stage, run_batch, widen_resolver
from monitor.model import Failure, Item
from monitor.web import Web


class InlineEngine:
    """Runs one batch after another, here."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._loop: asyncio.AbstractEventLoop | None = None

    async def map(
        self, stage: Stage[Item, Outcome], batches: Iterable[Sequence[Item]], now: datetime
    ) -> AsyncIterator[list[Outcome | Failure[Item]]]:
        """Yield the outcomes of each batch."""
        if self._loop is not asyncio.get_running_loop():
            self._loop = asyncio.get_running_loop()
            widen_resolver(self._loop)
        for batch in batches:
            yield await run_batch(stage, batch, self._web, now)

    async def close(self) -> None:
        """Nothing runs between two batches, so nothing is left to stop."""

"""Where stages run. One verb: `map(stage, batches)` gives outcomes as they finish."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from typing import Protocol

from monitor.engine.batch import Outcome, Stage, run_batch
from monitor.engine.inline import InlineEngine
from monitor.engine.processes import ProcessEngine
from monitor.engine.worker import PoolSettings
from monitor.model import Failure, Item

__all__ = ["Engine", "InlineEngine", "PoolSettings", "ProcessEngine", "Stage", "run_batch"]


class Engine(Protocol):
    """Runs a stage on batches somewhere; nobody else knows where."""

    def map(
        self, stage: Stage[Item, Outcome], batches: Iterable[Sequence[Item]], now: datetime
    ) -> AsyncIterator[list[Outcome | Failure[Item]]]:
        """Yield each batch's outcomes as it finishes, one for each item. Batches are taken only when one can run."""
        ...

    async def close(self) -> None:
        """Stop what still runs, for good. Its work stays due."""
        ...

"""Politeness as a rule of the selection: a registrable domain is in at most one live batch.

A lane is taken with the batch that uses it and freed, after a pause, when the batch's outcomes are saved.
What never comes back (a killed process) is freed when its lease ends, or when the archive is next opened.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from monitor.archive.times import time_to_text
from monitor.pace import LANE_LEASE


class _HasLane(Protocol):
    """A due row as the archive selects it."""

    def __getitem__(self, key: str, /) -> str: ...


Row = TypeVar("Row", bound=_HasLane)


def pick_batch(rows: Iterable[Row], batch_items: int, per_lane: int) -> list[Row]:
    """The rows of one batch: the longest due first, and only a few from any one lane."""
    taken: Counter[str] = Counter()
    batch: list[Row] = []
    for row in rows:
        if len(batch) == batch_items:
            break
        if taken[row["lane"]] < per_lane:
            taken[row["lane"]] += 1
            batch.append(row)
    return batch


def take_lanes(conn: sqlite3.Connection, lanes: Iterable[str], now: datetime) -> None:
    """Mark lanes as busy until their lease ends."""
    busy_until = time_to_text(now + LANE_LEASE)
    conn.executemany("insert or replace into lanes values (?, ?)", [(lane, busy_until) for lane in lanes])


def free_lane(conn: sqlite3.Connection, lane: str, now: datetime, pause: timedelta) -> None:
    """Let a lane be used again after a pause."""
    if pause:
        conn.execute("insert or replace into lanes values (?, ?)", (lane, time_to_text(now + pause)))
    else:
        conn.execute("delete from lanes where lane = ?", (lane,))


def free_all_lanes(conn: sqlite3.Connection) -> None:
    """Forget who was using what: called when the archive is opened by its only writer."""
    conn.execute("delete from lanes")


def first_lane_freed_at(conn: sqlite3.Connection, now: datetime) -> str | None:
    """When the first of the lanes that are in use or rest may be used again, as text; None when all are free."""
    (free_at,) = conn.execute("select min(free_at) from lanes where free_at > ?", (time_to_text(now),)).fetchone()
    return None if free_at is None else str(free_at)

"""`monitor once`: everything that is due, once, and then an end."""

from __future__ import annotations

import asyncio
from datetime import time
from pathlib import Path

from monitor.archive.promises import add_alert
from monitor.assembly import Assembly
from monitor.config.settings import Settings
from monitor.daemon import run_once
from monitor.engine import InlineEngine
from monitor.model import AlertTiming, Dispatch, StageError
from monitor.policy import ALWAYS_AWAKE, AlertPolicy, QuietHours
from tests.alerts import make_alert
from tests.build import FEED_URL, HOUR, MINUTE, NOON, SEED, rows
from tests.clock import run_simulated
from tests.fakes import answer
from tests.test_pipeline import Room, feed_of, page_of

LONGEST_S = 60.0
"""Simulated: a run that has nothing left to do waits for nothing."""


def run(room: Room, quiet: QuietHours = ALWAYS_AWAKE) -> None:
    """Everything that is due in a room, at the moment its clock shows."""
    parts = Assembly(
        Settings(Path("config"), Path("seeds")),
        room.archive,
        InlineEngine(room.web),
        room.desk,
        room.channels,
        quiet,
    )

    async def whole() -> None:
        async for _ in run_once(parts, lambda: room.now):
            pass

    run_simulated(asyncio.wait_for(whole(), LONGEST_S))


def late_room() -> Room:
    """A room whose feed, polled before, lists two reports of yesterday."""
    room = Room()
    room.publish(garden="Garden show opens")
    room.web.answers["https://news.example/garden"] = answer("", page_of("Garden show opens", ("Roses. " * 50,)))
    room.cycle()
    room.now += HOUR
    late = {"lavrov": "Lavrov rejects a ceasefire", "dam": "Tarrawa dam: Lavrov offers NATO a ceasefire for 12 days"}
    feed = feed_of(*late.items(), now=NOON - 29 * HOUR)
    room.web.answers[FEED_URL] = answer(FEED_URL, feed, content_type="application/rss+xml")
    for name, title in late.items():
        room.web.answers[f"https://news.example/{name}"] = answer(
            f"https://news.example/{name}", page_of(title, (title,) * 9)
        )
    return room


def test_old_news_is_told_before_a_run_ends():
    """Nothing more of it comes in this run, and there may be no other for days."""
    room = late_room()
    run(room)
    assert [one.alert.kind for one in room.channels["desk"].sent] == ["digest"]


def test_old_news_that_comes_in_the_quiet_hours_waits_and_the_run_ends():
    room = late_room()
    run(room, QuietHours(AlertPolicy(("desk",), default_timing=AlertTiming(quiet=(time(11), time(14)))), [SEED]))
    assert room.titles() == []
    assert room.archive.outbox.count_waiting(room.now) == (2, NOON + 2 * HOUR)


def test_a_run_ends_while_a_digest_waits_behind_a_broken_channel():
    """Lanes that were used a moment ago are no reason to wait, nor is a digest that no channel takes."""
    room = Room()
    room.publish(lavrov="Lavrov rejects a ceasefire")
    room.cycle()
    conn = room.archive._connection.conn
    conn.execute("insert into lanes values ('news.example', '2025-11-03T11:59:58Z')")
    room.channels["desk"].down = StageError("timeout")
    conn.execute("update deliveries set state = 'pending', attempts = 6, due_at = '2025-11-03T13:00:00Z'")
    conn.execute("insert into channels (channel, down_since) values ('desk', '2025-11-03T11:00:00Z')")
    with room.archive.transaction():
        for count in range(2):
            to = [Dispatch("desk", due=room.now, digest=True)]
            add_alert(conn, make_alert(title=f"waits {count}"), to, f"waits {count}", room.now)
    room.now += MINUTE
    run(room)
    assert rows(room.archive, "select state, count(*) from deliveries where digest = 1 group by 1") == [
        ("pending", 2)
    ]

"""Engines: every item gets one outcome, whatever becomes of those who work on it."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from monitor.engine import Engine, InlineEngine, PoolSettings, ProcessEngine, run_batch
from monitor.engine.batch import begin_within
from monitor.model import Failure, Feed
from monitor.web import Response, WebSettings
from tests.clock import run_simulated
from tests.stages import (
    die_once,
    done,
    obey,
    tell_environment,
    tell_limits,
    tell_pid,
    tell_pid_after_a_while,
    tell_web,
    wait_for_its_file,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEB = WebSettings(user_agent="test")
LOOP = asyncio.Runner()
T = TypeVar("T")


class NoWeb:
    async def get(self, url: str, **_: object) -> Response:
        raise AssertionError(url)


def feed(number: int, order: str = "work", file: Path | None = None, host: str | None = None) -> Feed:
    return Feed(number, f"http://{host or f'host-{number}.example'}/{number}", order, etag=file and str(file))


def feeds(*orders: str) -> list[Feed]:
    return [feed(number, order) for number, order in enumerate(orders)]


async def outcomes(engine: Engine, stage, *batches: Sequence[Feed]) -> list[list]:
    return [found async for found in engine.map(stage, batches, NOON)]


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run on the one loop that the shared engines belong to."""
    return LOOP.run(work)


def mapped(engine: Engine, stage, *batches: Sequence[Feed]) -> list[list]:
    return run(outcomes(engine, stage, *batches))


def poison(item: Feed, detail: str) -> Failure[Feed]:
    return Failure(item, "poison", final=True, detail=detail)


async def until(condition: Callable[[], T]) -> T:
    """Let others work until something holds."""
    while not (found := condition()):  # noqa: ASYNC110 - it happens in another process
        await asyncio.sleep(0.01)
    return found


def told_pid(file: Path) -> int:
    """The process that a worker wrote into a file; 0 as long as none did."""
    return int(file.read_text() or 0) if file.exists() else 0


async def ring_alarm_twice(file: Path) -> None:
    """End the worker that tells its process in a file, and the one that comes after it, as the kernel does."""
    first = await until(lambda: told_pid(file))
    os.kill(first, signal.SIGALRM)
    os.kill(await until(lambda: told_pid(file) != first and told_pid(file)), signal.SIGALRM)


def has_ended(pid: int) -> bool:
    """Whether a process no longer runs, though it may not have been waited for yet."""
    try:
        return ") Z" in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


@pytest.fixture(scope="module", autouse=True)
def loop() -> Iterator[None]:
    with LOOP:
        yield


@pytest.fixture(scope="module")
def engine(loop) -> Iterator[ProcessEngine]:
    """One engine for many tests, as starting workers takes a while."""
    engine = ProcessEngine(PoolSettings(), WEB)
    yield engine
    run(engine.close())


@pytest.fixture
def impatient(loop) -> Iterator[ProcessEngine]:
    """Only for what never ends: on a slow machine its deadlines could hit others."""
    engine = ProcessEngine(PoolSettings(workers=1, batch_s=0.2, item_s=0.3, stuck_s=0.3), WEB)
    yield engine
    run(engine.close())


@pytest.fixture(params=["inline", "processes"])
def any_engine(request, engine) -> Engine:
    return engine if request.param == "processes" else InlineEngine(NoWeb())


# --- one batch ---------------------------------------------------------------------------------


def test_expected_trouble_is_charged_to_its_item():
    good, bad = feeds("work", "be busy")
    found = run(run_batch(obey, [good, bad], NoWeb(), NOON))
    assert found == [done(good), Failure(bad, "http_429", timedelta(minutes=5), detail="too many")]


def test_a_bug_is_charged_to_its_item_and_logged_with_its_traceback(caplog):
    good, bad = feeds("work", "have a bug")
    assert run(run_batch(obey, [bad, good], NoWeb(), NOON)) == [
        Failure(bad, "bug", detail="ValueError"),
        done(good),
    ]
    assert "bug with http://host-1.example/1" in caplog.text
    assert 'raise ValueError("a surprise")' in caplog.text


def test_a_stage_cannot_end_the_process_by_exiting():
    assert run(run_batch(obey, feeds("exit"), NoWeb(), NOON)) == [
        Failure(feed(0, "exit"), "bug", detail="SystemExit")
    ]


class Doorkeeper:
    """A stage that counts how many items of a lane, and how many lanes, are in it at once."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.most_of_a_lane = self.most = 0

    async def stage(self, item: Feed, web, now) -> int:
        lane = item.url.split("/")[2]
        self.inside.append(lane)
        self.most = max(self.most, len(self.inside))
        self.most_of_a_lane = max(self.most_of_a_lane, self.inside.count(lane))
        await asyncio.sleep(0)
        self.inside.remove(lane)
        return item.id


def test_items_that_had_to_wait_for_too_long_are_not_begun():
    """One slow host must not make a batch late."""
    slow = [feed(number, "take a while", host="slow.example") for number in range(3)]
    assert run_simulated(begin_within(0.3, obey, [*slow, feed(3)], NoWeb(), NOON)) == {
        0: done(slow[0]),
        3: done(feed(3)),
    }


def test_items_of_a_lane_run_one_after_another_and_lanes_side_by_side():
    door = Doorkeeper()
    items = [feed(number, host=f"www.site-{number % 6}.com") for number in range(30)]
    assert run(run_batch(door.stage, items, NoWeb(), NOON, lanes=4)) == list(range(30))
    assert (door.most_of_a_lane, door.most) == (1, 4)


# --- any engine --------------------------------------------------------------------------------


def test_every_item_has_one_outcome_in_the_order_of_its_batch(any_engine):
    batches = [[feed(10 * batch + number) for number in range(batch)] for batch in range(6)]
    found = mapped(any_engine, obey, *batches)
    assert sorted(found, key=len) == [[done(item) for item in batch] for batch in batches]


def test_failures_are_the_same_with_every_engine(any_engine):
    busy, buggy, good = feeds("be busy", "have a bug", "work")
    assert mapped(any_engine, obey, [busy, buggy, good]) == [
        [
            Failure(busy, "http_429", timedelta(minutes=5), detail="too many"),
            Failure(buggy, "bug", detail="ValueError"),
            done(good),
        ]
    ]


def test_nothing_in_is_nothing_out(any_engine):
    assert mapped(any_engine, obey) == []


def test_a_bug_is_logged_where_the_engine_was_asked(any_engine, caplog):
    mapped(any_engine, obey, feeds("have a bug", "log"))
    assert 'raise ValueError("a surprise")' in caplog.text
    assert ("monitor.poll", logging.WARNING, "odd date in http://host-1.example/1") in caplog.record_tuples


# --- processes: the flow -----------------------------------------------------------------------


def test_a_worker_has_the_guarded_web_and_the_time_it_was_asked_for(engine):
    assert mapped(engine, tell_web, feeds("work")) == [[("GuardedWeb", NOON)]]


def test_a_quick_batch_does_not_wait_for_a_slow_one(engine, tmp_path):
    slow, quick = feed(1, file=tmp_path / "go"), feed(2)

    async def let_go_after_the_first() -> list[list]:
        found = []
        async for batch in engine.map(wait_for_its_file, [[slow], [quick]], NOON):
            found += batch
            (tmp_path / "go").touch()
        return found

    assert run(let_go_after_the_first()) == [done(quick), done(slow)]


def test_batches_are_taken_only_when_one_can_run(engine):
    taken = given = most = 0

    def batches() -> Iterable[list[Feed]]:
        nonlocal taken, most
        for number in range(12):
            taken += 1
            most = max(most, taken - given)
            yield [feed(number)]

    async def count() -> None:
        nonlocal given
        async for _ in engine.map(obey, batches(), NOON):
            given += 1

    run(count())
    assert (taken, given, most) == (12, 12, 3)


def test_two_maps_share_the_workers(engine):
    async def both() -> list[list[list]]:
        return await asyncio.gather(
            outcomes(engine, obey, [feed(1)], [feed(2)]), outcomes(engine, tell_web, [feed(3)])
        )

    polled, told = run(both())
    assert sorted(polled, key=str) == [[done(feed(1))], [done(feed(2))]]
    assert told == [[("GuardedWeb", NOON)]]


def test_what_a_batch_has_no_time_for_is_a_batch_of_its_own():
    engine = ProcessEngine(PoolSettings(workers=1, batch_s=0.3, max_tasks=1), WEB)
    items = [feed(number, "take a while", host="slow.example") for number in range(2)]

    async def pids() -> list[int]:
        (found,) = await outcomes(engine, tell_pid_after_a_while, items)
        await engine.close()
        return found

    first, second = run(pids())
    assert first != second  # a worker that does one job only did one item only


def test_an_outcome_that_cannot_travel_is_a_bug_of_its_item(engine):
    bad, good = feeds("return a lambda", "work")
    (found,) = mapped(engine, obey, [bad, good])
    assert found == [Failure(bad, "bug", detail=found[0].detail), done(good)]


# --- processes: poison -------------------------------------------------------------------------


def test_a_death_costs_the_neighbours_nothing(engine):
    good, bad, other = feeds("work", "die", "work")
    assert mapped(engine, obey, [good, bad, other]) == [[done(good), poison(bad, "died"), done(other)]]


def test_one_death_is_forgiven(engine, tmp_path):
    item = feed(1, file=tmp_path / "died")
    assert mapped(engine, die_once, [item]) == [[done(item)]]
    assert (tmp_path / "died").exists()


@pytest.mark.parametrize("order", ["hang in C", "wait for ever"])
def test_what_never_ends_is_ended_at_its_deadline(impatient, order):
    (bad,) = feeds(order)
    assert mapped(impatient, obey, [bad]) == [[poison(bad, "late")]]


@pytest.mark.parametrize("order", ["hang in C", "wait for ever"])
def test_others_go_on_beside_what_never_ends(engine, tmp_path, order):
    """Its alarm, which would ring in a minute, is rung by the test: at its first try and at its second."""
    bad, neighbour, good = feed(1, order, tmp_path / "pid"), feed(2), feed(3)

    async def ring_after_the_first() -> list[list]:
        batches = engine.map(obey, [[neighbour, bad], [good]], NOON)
        found = [await anext(batches)]
        ringing = asyncio.create_task(ring_alarm_twice(tmp_path / "pid"))
        found += [batch async for batch in batches]
        await ringing
        return found

    assert run(ring_after_the_first()) == [[done(good)], [done(neighbour), poison(bad, "late")]]


def test_too_much_memory_is_poison(engine):
    bad, good = feeds("eat", "work")
    assert mapped(engine, obey, [bad, good]) == [[poison(bad, "memory"), done(good)]]


def test_memory_that_neighbours_had_is_no_fault(engine):
    """Six together want more than a worker may use; each alone does not."""
    items = feeds(*["dine"] * 6)
    assert mapped(engine, obey, items) == [[done(item) for item in items]]


def test_a_worker_that_grew_too_large_is_replaced_before_its_next_job(engine):
    items = [[feed(number, "hoard")] for number in range(4)]
    assert sorted(mapped(engine, obey, *items), key=str) == [[done(batch[0])] for batch in items]


# --- processes: killed from outside ------------------------------------------------------------


def test_idle_workers_may_be_killed(engine):
    for pid in {pids[0] for pids in mapped(engine, tell_pid, *[[feed(n)] for n in range(6)])}:
        os.kill(pid, signal.SIGKILL)
    items = feeds("work", "work")
    assert mapped(engine, obey, items) == [[done(item) for item in items]]


def test_killing_at_random_loses_nothing(engine):
    batches = [[feed(100 * batch + number, "work") for number in range(5)] for batch in range(150)]

    async def map_under_fire() -> list[Feed]:
        seen: list[Feed] = []
        async with aclosing(engine.map(tell_pid, batches, NOON)) as found:
            async for pids in found:
                seen += pids
                if len(seen) % 150 == 0 and not has_ended(pids[0]):
                    os.kill(pids[0], signal.SIGKILL)
        return seen

    assert len(run(map_under_fire())) == 750


# --- processes: the end ------------------------------------------------------------------------


def test_a_cancelled_map_leaves_no_busy_worker(engine, tmp_path):
    async def cancel_while_busy() -> bool:
        task = asyncio.create_task(outcomes(engine, obey, [feed(1, "wait for ever", tmp_path / "pid")]))
        pid = await until(lambda: told_pid(tmp_path / "pid"))
        task.cancel()
        await asyncio.wait([task])
        return await until(lambda: has_ended(pid))

    assert run(cancel_while_busy())
    assert mapped(engine, obey, [feed(2)]) == [[done(feed(2))]]


def test_closing_ends_a_worker_that_hangs_and_may_be_done_twice(tmp_path):
    """It does not wait for the worker's own end, which is an hour away."""
    engine = ProcessEngine(PoolSettings(workers=1, item_s=3600, stuck_s=3600), WEB)

    async def close_while_busy() -> tuple[list, int]:
        task = asyncio.create_task(outcomes(engine, obey, [feed(1, "hang in C", tmp_path / "pid")]))
        pid = await until(lambda: told_pid(tmp_path / "pid"))
        await engine.close()
        await engine.close()
        return await task, pid

    found, pid = run(close_while_busy())
    assert (found, has_ended(pid)) == ([], True)


ORPHANS = """
import asyncio
from pathlib import Path
from tests.test_engine import NOON, WEB, PoolSettings, ProcessEngine, feed, obey, outcomes

busy, idle = Path("busy"), Path("idle")
engine = ProcessEngine(PoolSettings(stuck_s=1), WEB)
asyncio.run(outcomes(engine, obey, [feed(1, "hang in C", busy)], [feed(2, "work", idle)]))
"""


def test_workers_do_not_outlive_a_killed_parent(tmp_path):
    """An idle one sees its pipe close; a busy one has its alarm."""
    files = [tmp_path / "busy", tmp_path / "idle"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-W", "ignore", "-c", ORPHANS]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.DEVNULL) as parent:
        pids = [run(until(lambda file=file: told_pid(file))) for file in files]
        parent.kill()
    assert all(run(until(lambda pid=pid: has_ended(pid))) for pid in pids)


def test_an_engine_that_never_ran_can_be_closed():
    run(ProcessEngine(PoolSettings(), WEB).close())


def test_a_worker_knows_no_secrets(monkeypatch):
    monkeypatch.setenv("SLACK_WEBHOOK", "https://hooks.example/T0/B0")
    monkeypatch.setenv("TZ", "UTC")
    engine = ProcessEngine(PoolSettings(workers=1), WEB)

    async def environment() -> dict[str, str]:
        ((found,),) = await outcomes(engine, tell_environment, [feed(1)])
        await engine.close()
        return found

    found = run(environment())
    assert found["TZ"] == "UTC"
    assert "SLACK_WEBHOOK" not in found


def test_a_worker_has_a_limit_of_memory_and_leaves_no_core(engine):
    assert mapped(engine, tell_limits, [feed(1)]) == [[(1 << 30, 0)]]

"""The daemon: clock, signals, health. Work is in the pipeline; APScheduler only ticks.

A step that is still busy when its next tick comes is left alone. When config/ or seeds/ change, the steps in
hand finish and work goes on with the new settings; a mistake in them is logged and the last good ones stay.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.archive import Archive, ArchiveError
from monitor.assembly import Assembly, assemble_parts, open_archive
from monitor.config.error import ConfigError
from monitor.config.load import fingerprint_settings, load_settings
from monitor.config.settings import Settings
from monitor.heartbeat import write_beat, write_last_beat
from monitor.logs import hide_secrets
from monitor.narrate import narrate_outcome
from monitor.pace import BEAT_S, CHECKPOINT_S, ONCE_SLEEPS_S, STOP_GRACE_S, TICK_S, WATCH_S
from monitor.pipeline import Clock, Delivered, Polled, Read, deliver_due, poll_due, read_due

log = logging.getLogger(__name__)

StepOutcome = Polled | Read | Delivered
Step = Callable[[], AsyncIterator[StepOutcome]]


def utc_now() -> datetime:
    """The time, aware, in UTC and to the second, as the archive keeps it: a restart then changes nothing."""
    return datetime.now(UTC).replace(microsecond=0)


async def run_daemon(folder: Path, settings: Settings, clock: Clock = utc_now) -> None:
    """Work until a SIGTERM or SIGINT, through every change of the settings; a second signal ends it at once."""
    # The first process of a container has no default for SIGTERM: `docker stop` would wait ten seconds, and kill.
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_or_die, number, stop)
    fingerprint = fingerprint_settings(folder, settings)
    archive = open_archive(settings, clock())
    try:
        while not stop.is_set():
            run = Run(folder, archive, settings, clock, fingerprint)
            settings = await run.work(stop)
            fingerprint = run.files
    finally:
        archive.checkpoint()
        archive.close()
        if archive.path:
            write_last_beat(archive.path, clock())
        log.info("stopped")


def _stop_or_die(number: int, stop: asyncio.Event) -> None:
    if stop.is_set():  # the second: as it ends any process that says nothing of signals
        asyncio.get_running_loop().remove_signal_handler(number)
        signal.raise_signal(number)
    log.info("stopping: no new work is begun")
    stop.set()


class Run:
    """The daemon's work under one set of settings."""

    def __init__(
        self, folder: Path, archive: Archive, settings: Settings, clock: Clock, files: str | None = None
    ) -> None:
        self._folder = folder
        self._clock = clock
        self.files = files or fingerprint_settings(folder, settings)
        """Fingerprint of config/ and seeds/ as last seen, whether what they say was taken over or had mistakes."""
        self._next_settings = settings
        self._labels = archive.labels.state()  # before the desk learns them: what comes meanwhile is new
        self._parts = assemble_parts(settings, archive, clock())
        self._over = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()
        self._progress: dict[str, datetime] = {}
        self._starts = 0

    async def work(self, stop: asyncio.Event) -> Settings:
        """Tick until told to stop or the settings have changed; returns the settings to go on with."""
        scheduler = self._schedule()
        scheduler.start()
        parts = self._parts
        log.info(
            "watching %s feeds for %s seeds; alerts go to %s",
            len(parts.settings.feeds),
            len(parts.settings.seeds),
            ", ".join(parts.settings.alerts.channels),
        )
        try:
            await _wait_for_first(stop, self._over)
        finally:
            self._over.set()
            # Paused, so that no tick begins anything while the steps end; shut down only then, for it cancels jobs.
            scheduler.pause()
            await self._finish()
            scheduler.shutdown(wait=False)
        return self._next_settings

    def _schedule(self) -> AsyncIOScheduler:
        """One job a step: late ticks run once, a busy step is not started twice, none is dropped for being late.

        Every job is a coroutine: APScheduler runs plain functions in a thread, where the archive cannot be used.
        """
        # By default a run that is a second late is dropped: of sixty jobs due together behind a busy loop, forty.
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        parts = self._parts
        steps: dict[str, Step] = {
            "polling": lambda: poll_due(self._clock, parts.archive, parts.engine, self._more),
            "reading": self._read,
            "delivery": lambda: deliver_due(self._clock, parts.archive, parts.channels, self._more, parts.quiet),
        }
        now = self._clock()
        for name, step in steps.items():
            self._progress[name] = now
            scheduler.add_job(self._start_step, "interval", [name, step], seconds=TICK_S, next_run_time=now)
        scheduler.add_job(self._beat, "interval", seconds=BEAT_S, next_run_time=now)
        scheduler.add_job(self._watch, "interval", seconds=WATCH_S)
        scheduler.add_job(self._checkpoint, "interval", seconds=CHECKPOINT_S)
        return scheduler

    def _read(self) -> AsyncIterator[StepOutcome]:
        """Read what is due, by a desk that knows the labels; no desk is exchanged while it reads."""
        parts = self._parts
        if (labels := parts.archive.labels.state()) != self._labels:
            self._labels = labels
            parts.renew_desk(self._clock())
            log.info("labels have changed: seeds move towards what is relevant")
        return read_due(self._clock, parts.archive, parts.engine, parts.desk, self._more, parts.reading)

    @property
    def idle(self) -> bool:
        """Whether every step has had its turn and none is at work.

        The first tick starts all of them, so that as many starts as there are steps will do.
        """
        return not self._busy and self._starts >= len(self._progress) > 0

    def _more(self) -> bool:
        """Whether steps may begin more work: not when the daemon stops or the settings have changed."""
        return not self._over.is_set()

    async def _start_step(self, name: str, step: Step) -> None:
        # The scheduler cancels what runs in it when it shuts down; a task of our own may finish.
        if any(task.get_name() == name for task in self._busy) or not self._more():
            return
        task = asyncio.create_task(self._run_step(name, step), name=name)
        self._busy.add(task)
        self._starts += 1
        task.add_done_callback(self._busy.discard)

    async def _run_step(self, name: str, step: Step) -> None:
        try:
            async for happened in step():
                self._progress[name] = self._clock()
                for level, line in narrate_outcome(happened):
                    log.log(level, "%s", line)
        except ArchiveError as error:
            log.error("%s: %s; nothing is lost, and it goes on when the archive can be written", name, error)
            self._parts.renew_desk(self._clock())
        except Exception:
            # Nothing is lost: what was not saved is still due. The desk may have learned from it, though.
            log.exception("%s failed; it goes on with the next tick", name)
            self._parts.renew_desk(self._clock())
        self._progress[name] = self._clock()

    async def _beat(self) -> None:
        # A step without work gets on, too; one that has hung has neither ended nor saved anything.
        not_busy = {name for name in self._progress if all(task.get_name() != name for task in self._busy)}
        if path := self._parts.archive.path:
            now = self._clock()
            concerns = self._parts.archive.outbox.list_troubles(now)
            write_beat(path, now, self._progress | dict.fromkeys(not_busy, now), concerns)

    async def _checkpoint(self) -> None:
        self._parts.archive.checkpoint()

    async def _watch(self) -> None:
        """Take over changed settings, or say what is wrong with them."""
        # Before they are read: what changes meanwhile is found the next time.
        fingerprint = fingerprint_settings(self._folder, self._parts.settings)
        if fingerprint == self.files:
            return
        self.files = fingerprint
        try:
            changed = load_settings(self._folder)
        except ConfigError as error:
            for mistake in error.mistakes:
                log.error("%s", mistake)
            log.error("the settings have mistakes: work goes on with the last good ones")
            return
        # The archive is opened once and outlives every run, with its lock and its heartbeat.
        if changed.archive_path != self._parts.settings.archive_path:
            log.error("archive.path has changed: restart to use the other archive; work goes on with this one")
            return
        hide_secrets(changed.secrets.values())  # before anything can log them
        log.info("the settings have changed: they hold from now on")
        self._next_settings = changed
        self._over.set()

    async def _finish(self) -> None:
        """Let the steps in hand finish, for a while; what does not is still due."""
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=STOP_GRACE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await self._parts.engine.close()


async def _wait_for_first(*events: asyncio.Event) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    _, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in pending:
        wait.cancel()


async def run_once(parts: Assembly, clock: Clock = utc_now) -> AsyncIterator[StepOutcome]:
    """Do everything that is due, once: each feed at most once, and all that follows from it."""
    started, hastened = clock(), False
    while True:
        did = 0
        async for happened in _do_all_due(parts, clock, started):
            did += 1
            yield happened
        if not parts.archive.has_due(clock(), feeds_due_by=started):
            # Old news is gathered into a digest that is due a while after the last of it: nobody may be at work then.
            if hastened or not parts.archive.outbox.hasten_old_news(clock()):
                return
            hastened = True
            continue
        free = parts.archive.lane_free_at(clock())
        if free is None and not did:
            return  # what is left waits for something else than time
        wait = (free - clock()) if free else timedelta()
        least, most = ONCE_SLEEPS_S
        await asyncio.sleep(min(max(wait.total_seconds(), least), most))


async def _do_all_due(parts: Assembly, clock: Clock, started: datetime) -> AsyncIterator[StepOutcome]:
    async for polled in poll_due(clock, parts.archive, parts.engine, due_by=started):
        yield polled
    async for reading in read_due(clock, parts.archive, parts.engine, parts.desk, stage=parts.reading):
        yield reading
    async for delivered in deliver_due(clock, parts.archive, parts.channels, quiet=parts.quiet):
        yield delivered

"""`monitor run` and `monitor once`: the work itself."""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import nullcontext, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import exit_with_error, load_settings_or_exit, with_config, with_json, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from monitor.assembly import Assembly
    from monitor.config.settings import Settings
    from monitor.pipeline import Delivered, Polled, Read


@click.command(name="run")
@with_config
def run_command(folder: Path) -> None:
    """Run the daemon: poll, read, match, store and alert until stopped."""
    import asyncio

    from monitor import daemon
    from monitor.archive import ArchiveError
    from monitor.logs import set_up_logs

    settings = load_settings_or_exit(folder, with_secrets=True)
    set_up_logs(settings.secrets.values())
    try:
        asyncio.run(daemon.run_daemon(folder, settings))
    except ArchiveError as error:
        exit_with_error(str(error))


@click.command(name="once")
@with_config
@with_json
@click.option("--quiet", "-q", is_flag=True, help="Only the summary, no line for each event.")
def once_command(folder: Path, json_: bool, quiet: bool) -> None:
    """Do everything that is due, once, and say what happened.

    Ends with code 1 when an alert could not be sent, or when not one feed could be polled. Feeds in trouble are
    listed, and are tried again.
    """
    import asyncio

    from monitor.archive import ArchiveError
    from monitor.logs import set_up_logs

    settings = load_settings_or_exit(folder, with_secrets=True)
    set_up_logs(settings.secrets.values())
    try:
        # Alerts on the console must not stand in the way of a program that reads.
        with redirect_stdout(sys.stderr) if json_ else nullcontext():
            summary = asyncio.run(_work_once(settings, quiet=quiet or json_))
    except ArchiveError as error:
        exit_with_error(str(error))
    if json_:
        write_json(summary.as_dict())
    else:
        click.echo(summary.as_text())
    if summary.unsent or summary.is_cut_off:
        sys.exit(1)


class _RunSummary:
    """What one run did, counted."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.trouble: list[tuple[str, str, str]] = []
        """(source, reason, address) of the feeds that failed."""
        self.methods: Counter[str] = Counter()
        self.problems: Counter[str] = Counter()
        self._unsent: dict[int, str] = {}
        self.later: tuple[int, datetime | None] = (0, None)
        """How many alerts wait for a digest or for the morning, and until when the first of them does."""

    def add(self, happened: Polled | Read | Delivered) -> None:
        """Count one outcome."""
        from monitor.pipeline import Delivered, Polled, Read

        match happened:
            case Polled():
                self._add_poll(happened)
            case Read():
                self._add_reading(happened)
            case Delivered():
                self._add_delivery(happened)

    def _add_poll(self, polled: Polled) -> None:
        from monitor.model import Failure

        self.counts["feeds"] += 1
        self.counts["new entries"] += polled.new_entries
        if isinstance(polled.outcome, Failure):
            feed = polled.outcome.item
            self.trouble.append((feed.source, polled.outcome.reason, feed.url))
        else:
            self.counts["entries listed"] += len(polled.outcome.entries)
            self.counts[f"feeds {polled.outcome.outcome}"] += 1

    def _add_reading(self, read: Read) -> None:
        from monitor.model import Failure

        if isinstance(read.outcome, Failure):
            self.counts["readings failed"] += 1
            self.problems[read.outcome.reason] += 1
            return
        self.counts["articles read"] += 1
        self.methods[read.outcome.article.method] += 1
        self.problems.update(read.outcome.article.problems)
        self.counts["hits"] += sum(judged.decision.hit for judged in read.judgement.decisions)
        self.counts["alerts"] += sum(bool(judged.to) for judged in read.judgement.decisions)

    def _add_delivery(self, delivered: Delivered) -> None:
        from monitor.model import Failure

        self.counts[f"deliveries {delivered.state}"] += 1
        if isinstance(delivered.outcome, Failure):
            delivery = delivered.outcome.item
            self._unsent[delivery.id] = f"{delivery.channel}: {delivered.outcome.reason}: {delivery.alert.title}"
        else:
            self._unsent.pop(delivered.outcome.delivery.id, None)  # sent after all, in the same run

    @property
    def unsent(self) -> list[str]:
        """What could not be sent, and why."""
        return list(self._unsent.values())

    @property
    def is_cut_off(self) -> bool:
        """Whether every feed that was tried is in trouble: more likely ours than theirs."""
        return bool(self.trouble) and len(self.trouble) == self.counts["feeds"]

    def known_work(self, least: int) -> int:
        """How many steps there are in all, as far as is known by now."""
        done = self.counts["feeds"] + self.counts["articles read"] + self.counts["readings failed"]
        sent = sum(number for name, number in self.counts.items() if name.startswith("deliveries"))
        return max(least, done + sent, self.counts["feeds"] + self.counts["new entries"])

    def as_dict(self) -> dict[str, object]:
        """The counts for programs."""
        return {
            "counts": dict(self.counts),
            "feeds_in_trouble": [
                {"source": source, "reason": reason, "url": url} for source, reason, url in self.trouble
            ],
            "methods": dict(self.methods),
            "problems": dict(self.problems),
            "unsent": self.unsent,
            "later": {"alerts": self.later[0], "due": self.later[1]},
        }

    def as_text(self) -> str:
        """The counts for people."""
        count = self.counts
        lines = [
            f"polled     {count['feeds']} feeds: {count['feeds new']} with a new document, "
            f"{count['feeds unchanged'] + count['feeds same']} unchanged, {len(self.trouble)} in trouble; "
            f"{count['new entries']} new entries",
            *(f"           ✗ {source}: {reason} ({url})" for source, reason, url in self.trouble),
            f"read       {count['articles read']} articles; {count['readings failed']} put off; problems: "
            + (", ".join(f"{reason} {number}" for reason, number in self.problems.most_common()) or "none"),
            f"matched    {count['hits']} hits, {count['alerts']} of them worth an alert",
            f"delivered  {count['deliveries sent']} sent, {count['deliveries pending']} put off, "
            f"{count['deliveries dead']} given up",
            *(f"           ✗ {line}" for line in self.unsent),
            *self._waiting(),
            *(["no feed could be polled: is this machine on the net?"] if self.is_cut_off else []),
        ]
        return "\n".join(lines)

    def _waiting(self) -> Iterator[str]:
        count, first = self.later
        if count and first:
            what = "1 alert waits" if count == 1 else f"{count} alerts wait"
            yield f"later      {what} for a digest, the morning or another try: from {first:%Y-%m-%d %H:%M} UTC on"


async def _work_once(settings: Settings, *, quiet: bool) -> _RunSummary:
    from monitor.assembly import assemble_parts, open_archive
    from monitor.daemon import utc_now

    summary = _RunSummary()
    archive = open_archive(settings, utc_now())
    parts = assemble_parts(settings, archive, utc_now())
    try:
        await _work_with_progress(parts, summary, quiet=quiet)
        summary.later = archive.outbox.count_waiting(utc_now())
    finally:
        await parts.engine.close()
        archive.checkpoint()
        archive.close()
    return summary


async def _work_with_progress(parts: Assembly, summary: _RunSummary, *, quiet: bool) -> None:
    """Do the work, with a bar on a terminal and a line for each event elsewhere."""
    from monitor.daemon import run_once, utc_now

    on_terminal = sys.stderr.isatty()
    length = parts.archive.count_due(utc_now())
    with click.progressbar(length=length, file=sys.stderr, hidden=quiet or not on_terminal) as bar:
        async for happened in run_once(parts):
            summary.add(happened)
            bar.label = f"{summary.counts['articles read']} articles, {summary.counts['hits']} hits"
            bar.length = summary.known_work(bar.length or 0)  # it grows as polls find entries
            bar.update(1)
            if not quiet and not on_terminal:
                _log_outcome(happened)


def _log_outcome(happened: Polled | Read | Delivered) -> None:
    import logging

    from monitor.narrate import narrate_outcome

    for level, line in narrate_outcome(happened):
        logging.getLogger("monitor").log(level, "%s", line)

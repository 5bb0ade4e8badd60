"""`monitor demo`: the real daemon on the sample newsroom, with what it did told as it happens."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from monitor.archive import Archive
from monitor.assembly import open_archive
from monitor.config.load import load_settings
from monitor.daemon import Run, utc_now
from monitor.demo.newsroom import Newsroom
from monitor.demo.sinks import MailSink, SlackSink

WORK_LIMIT_S = 50
"""After so long the demo stops its daemon, whatever is still due."""
SAID_ELSEWHERE = ("alert:", "hit, no alert:", "no hit:", "sent “")
"""How lines of `monitor.narrate` begin that the demo leaves out: its sinks and its summary say the same."""
SETTINGS_TEMPLATE = """\
# Written by `monitor demo`: the sample newsroom, a letter box and a chat, all on this machine.
[archive]
path = "data/monitor.db"

[web]
contact = "demo@monitor.example"
allow_networks = ["127.0.0.0/8"]   # the newsroom is on loopback; without this line the guard refuses it
pause = "0s"

[seeds]
folder = {seeds}

[alerts]
channels = ["console", "mail", "slack"]

[channels.mail]
kind = "email"
host = "{mail_host}"
port = {mail_port}
security = "none"                  # the letter box is this process
sender = "monitor@monitor.example"
to = ["analyst@monitor.example"]

[channels.slack]
kind = "slack"
"""


@dataclass(frozen=True, slots=True)
class _ReceivedCounts:
    """How many messages each sink received."""

    mails: int
    chats: int


def run_demo(seeds: Path, folder: Path) -> None:
    """Let the daemon work on the sample newsroom until nothing is due, its archive in `folder`; say what it did."""
    started = time.monotonic()
    _set_up_plain_logs()
    with Newsroom(utc_now()) as newsroom, MailSink(_print_line) as mail, SlackSink(_print_line) as slack:
        _print_title(f"A newsroom on this machine: {len(newsroom.feeds)} feeds, {len(newsroom.articles)} articles")
        config = write_settings(folder, seeds, newsroom, mail, slack)
        settings = load_settings(config, {**os.environ, "SLACK_WEBHOOK_URL": slack.url})
        archive = open_archive(settings, utc_now())
        try:
            asyncio.run(_work_until_idle(Run(config, archive, settings, utc_now), archive))
        finally:
            archive.checkpoint()
            archive.close()
        received = _ReceivedCounts(len(mail.received), len(slack.received))
        with closing(sqlite3.connect(settings.archive_path)) as conn:
            for line in _summary_lines(conn, newsroom, received):
                _print_line(line)
    _print_line(f"\nDone in {time.monotonic() - started:.0f} s. Open the archive with")
    _print_line(f"    {_program_name()} archive --config {config}")
    _print_line("and go to http://127.0.0.1:8001")


def write_settings(folder: Path, seeds: Path, newsroom: Newsroom, mail: MailSink, slack: SlackSink) -> Path:
    """Write a config/ as a user would have it; an earlier demo's is thrown away."""
    config = folder / "config"
    for left in (config, folder / "data"):
        shutil.rmtree(left, ignore_errors=True)
    config.mkdir(parents=True)
    host, port = mail.address
    text = SETTINGS_TEMPLATE.format(seeds=json.dumps(str(seeds.resolve())), mail_host=host, mail_port=port)
    (config / "monitor.toml").write_text(text, encoding="utf-8")
    feeds = [
        f"[[feeds]]\nurl = {json.dumps(feed.url)}\nsource = {json.dumps(feed.source)}\n"
        f"language = {json.dumps(feed.language)}\n"
        for feed in newsroom.feeds
    ]
    (config / "feeds.toml").write_text("\n".join(feeds), encoding="utf-8")
    shipped = Path("config/datasette.yaml")
    if shipped.is_file():
        shutil.copy(shipped, config)
    return config


async def _work_until_idle(run: Run, archive: Archive) -> None:
    """Let the daemon work until nothing is due; what fails for now is due later, and not waited for."""
    stop = asyncio.Event()
    work = asyncio.create_task(run.work(stop))
    ends = time.monotonic() + WORK_LIMIT_S
    while not work.done() and time.monotonic() < ends:
        await asyncio.sleep(0.2)
        if run.idle and not archive.has_due(utc_now()):
            break
    stop.set()
    await work


def _summary_lines(conn: sqlite3.Connection, newsroom: Newsroom, received: _ReceivedCounts) -> Iterator[str]:
    yield from _feed_lines(conn)
    yield from _alerted_lines(conn, received)
    yield from _silent_lines(conn)
    yield from _label_check_lines(conn, newsroom)


def _feed_lines(conn: sqlite3.Connection) -> Iterator[str]:
    yield _underlined_heading("Feeds")
    rows = conn.execute(
        """select source, problem, problem_detail, moved_to, (select count(*) from entries e where e.feed_id = f.id)
           from feeds f order by problem is not null, id"""
    )
    for source, problem, detail, moved_to, entries in rows:
        if problem:
            yield f"  ✗ {source:<28} {problem} ({detail or 'no more is known'}); tried again later"
        else:
            yield f"  ✓ {source:<28} {entries} entries" + (f"; moved to {moved_to}" if moved_to else "")


def _alerted_lines(conn: sqlite3.Connection, received: _ReceivedCounts) -> Iterator[str]:
    yield _underlined_heading("Alerted")
    for score, source, title, reason in conn.execute(
        """select d.score, a.source, a.title, d.reason from decisions d join articles a on a.id = d.article_id
           where d.told is not null order by d.score desc"""
    ):
        yield f"  {score:.2f}  {title} ({source})\n        {reason}"
    states = dict(conn.execute("select state, count(*) from deliveries group by state").fetchall())
    yield (
        f"  deliveries: {', '.join(f'{count} {state}' for state, count in states.items())}; "
        f"the letter box holds {received.mails} mails, the chat {received.chats} messages"
    )


def _silent_lines(conn: sqlite3.Connection) -> Iterator[str]:
    yield _underlined_heading("Not alerted, and why")
    # A near miss is shown rounded down: 0.50 where 0.50 is needed would look like a hit.
    for score, source, title, why in conn.execute(
        """select case when d.hit then d.score else cast(d.score * 100 as integer) / 100.0 end,
             a.source, a.title, coalesce(d.silent_because, d.reason)
           from decisions d join articles a on a.id = d.article_id
           where d.told is null order by d.hit desc, d.score desc limit 16"""
    ):
        yield f"  {score:.2f}  {title} ({source})\n        {why}"
    (rest,) = conn.execute(
        "select count(*) from articles a where not exists (select 1 from decisions d where d.article_id = a.id)"
    ).fetchone()
    yield f"  and {rest} articles that have nothing in common with the seed"


def _label_check_lines(conn: sqlite3.Connection, newsroom: Newsroom) -> Iterator[str]:
    """Hold the decisions against what the newsroom's authors say of their articles."""
    hits = {url for (url,) in conn.execute("select a.url from hits h join articles a on a.id = h.article_id")}
    read = {url for (url,) in conn.execute("select url from articles")}
    wanted = {article.url for article in newsroom.articles if article.is_on_subject} & read
    yield _underlined_heading("Checked against the newsroom's own labels")
    yield f"  {len(hits & wanted)} of {len(wanted)} articles on the subject found, {len(hits - wanted)} wrong hits"
    titles = {article.url: article.title for article in newsroom.articles}
    yield from (f"  missed: {titles[url]}" for url in sorted(wanted - hits))
    yield from (f"  wrong:  {titles[url]}" for url in sorted(hits - wanted))


def _set_up_plain_logs() -> None:
    """What the daemon logs, as plain lines; what alerts and summary say anyway is left out."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("  %(message)s"))
    handler.addFilter(lambda record: not record.getMessage().startswith(SAID_ELSEWHERE))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "asyncio", "trafilatura", "htmldate", "mail.log"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _print_line(line: str) -> None:
    print(line, flush=True)


def _print_title(line: str) -> None:
    _print_line(f"\n{line}\n{'─' * len(line)}")


def _underlined_heading(line: str) -> str:
    return f"\n{line}\n{'─' * len(line)}"


def _program_name() -> str:
    """How the user called us, so that the next command works as it stands."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "monitor" and len(called.parts) > 1 else "monitor"

"""Killed at any moment, the monitor loses nothing, and repeats at most what was in flight."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.demo.newsroom import Newsroom
from monitor.demo.show import write_settings
from monitor.demo.sinks import MailSink, SlackSink
from tests.build import AMPLE_S

ARCHIVES, KILLS_EACH = 6, 8
"""How many archives are killed, and how often at most: their last run is left alone."""
LONGEST_S = 300.0
"""After so long no more archives are begun: a slow machine kills fewer, and that is no failure."""
SEEDS = Path(__file__).parent.parent / "seeds"
FACTS = {
    "entries": "select f.url, e.key from entries e join feeds f on f.id = e.feed_id",
    "unread for no reason": "select key, state from entries where state = 'due' and problem is null",
    "decided twice": "select article_id from decisions group by article_id, seed_id having count(*) > 1",
    "told, but without a hit": "select id from decisions where told is not null and not hit",
    "hits promised to somebody without an alert": """select d.id from decisions d left join hits h using (article_id)
        left join alerts a on a.hit_id = h.id where d.told is not null and a.id is null""",
    "alerts without their three deliveries": """select a.id from alerts a left join deliveries d on d.alert_id = a.id
        group by a.id having count(d.id) != 3""",
    "unsent for no reason": "select id, state from deliveries where state != 'sent' and problem is null",
}
"""What an archive holds in the end, whatever happened on the way. (Which hits there are may differ: a score near
the threshold depends on the order in which words were learned. A busy machine may put a page off; it says so.)"""
ARTICLES = "select url, title, text_sha256 from articles"


def once(config: Path, hook: str) -> subprocess.Popen[bytes]:
    """Start `monitor once` as a user does, with processes of its own."""
    command = [sys.executable, "-m", "monitor", "once", "--quiet", "--config", str(config)]
    environment = {"SLACK_WEBHOOK_URL": hook, "PATH": "/usr/bin:/bin"}
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish(process: subprocess.Popen[bytes]) -> int:
    # Its workers hold the other end of this pipe: reading to the end also proves that none outlives it.
    _, trouble = process.communicate(timeout=AMPLE_S)
    assert process.returncode == -signal.SIGKILL or b"Traceback" not in trouble, trouble.decode()
    return process.returncode


def ask(config: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(config.parent / "data" / "monitor.db")) as conn:
        return sorted(conn.execute(sql).fetchall())


def facts(config: Path) -> dict[str, list[tuple[object, ...]]]:
    return {name: ask(config, sql) for name, sql in FACTS.items()}


def is_sound(config: Path) -> bool:
    """Whether the file, its references and its text index are whole."""
    path = config.parent / "data" / "monitor.db"
    if not path.exists():
        return True
    with closing(sqlite3.connect(path)) as conn:
        whole = conn.execute("pragma integrity_check").fetchall() == [("ok",)]
        linked = conn.execute("pragma foreign_key_check").fetchall() == []
        if conn.execute("select 1 from sqlite_master where name = 'articles_fts'").fetchone():
            conn.execute("insert into articles_fts(articles_fts) values ('integrity-check')")
        return whole and linked


def sent(config: Path, channel: str) -> set[str]:
    """The message ids of what the archive calls sent, without the domain: a mail has that of its sender."""
    rows = ask(config, f"select message_id from deliveries where channel = '{channel}' and state = 'sent'")  # noqa: S608
    return {message_id.partition("@")[0] for (message_id,) in rows}


@pytest.mark.slow
def test_kills_at_any_moment_lose_nothing(tmp_path):
    """Each archive is killed again and again, and then left alone: it equals an undisturbed one."""
    chance = random.Random(20251103)  # noqa: S311 - moments, not secrets
    with Newsroom(datetime.now(UTC)) as newsroom, MailSink() as mail, SlackSink() as slack:
        config = write_settings(tmp_path / "whole", SEEDS, newsroom, mail, slack)
        started = time.monotonic()
        assert finish(once(config, slack.url)) == 0
        duration = time.monotonic() - started
        expected, articles = facts(config), set(ask(config, ARTICLES))
        assert expected.pop("entries")
        assert not any(expected.values()), expected
        expected = facts(config)
        assert len(mail.received) == len(slack.received) > 5
        for number in range(ARCHIVES):
            if number and time.monotonic() - started > LONGEST_S:
                break
            config = write_settings(tmp_path / f"archive-{number}", SEEDS, newsroom, mail, slack)
            mail.received.clear()
            slack.received.clear()
            killed = kill_until_done(config, slack.url, chance, duration)
            assert facts(config) == expected
            assert set(ask(config, ARTICLES)) <= articles
            mails = Counter(str(one.message["Message-ID"]).strip("<>").partition("@")[0] for one in mail.received)
            assert sent(config, "mail") <= mails.keys()
            assert mails.total() <= len(mails) + killed
            assert len(sent(config, "slack")) <= len(slack.received) <= len(mails) + killed


def kill_until_done(config: Path, hook: str, chance: random.Random, duration: float) -> int:
    """Kill runs on one archive at random moments until one gets through, or is let through; how many were killed."""
    for killed in range(KILLS_EACH):
        process = once(config, hook)
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.1, 1.1) * duration)
        process.send_signal(signal.SIGKILL)  # in vain if it has ended
        finish(process)
        assert is_sound(config)
        if process.returncode >= 0:
            return killed
    assert finish(once(config, hook)) >= 0
    assert is_sound(config)
    return KILLS_EACH

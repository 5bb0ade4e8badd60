"""The daemon as it is run: signals, changed settings, health."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.config.settings import EngineTable, Settings
from monitor.daemon import Run
from monitor.demo.newsroom import Newsroom
from monitor.demo.show import write_settings
from monitor.demo.sinks import MailSink, SlackSink
from monitor.heartbeat import find_daemon_trouble, heartbeat_path, write_beat, write_last_beat
from monitor.pace import DAEMON_SILENT, STEP_STUCK
from tests.build import AMPLE_S, MINUTE, NOON, open_archive

SEEDS = Path(__file__).parent.parent / "seeds"
STEPS = {"polling": NOON, "reading": NOON, "delivery": NOON}


class Daemon:
    """`monitor run` as a process of its own, with what it logs."""

    def __init__(self, config: Path, hook: str) -> None:
        self.config = config
        self.process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "run", "--config", str(config)],
            env={**os.environ, "SLACK_WEBHOOK_URL": hook},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def wait_for(self, words: str) -> dict[str, str]:
        """The first line logged from here on that holds these words."""
        assert self.process.stderr
        for line in self.process.stderr:
            entry: dict[str, str] = json.loads(line)
            if words in entry["message"]:
                return entry
        raise AssertionError(f"the daemon ended without saying {words!r}")

    def stop(self) -> int:
        """End it as a container does: its exit code."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=AMPLE_S)
        return self.process.returncode


@contextmanager
def running(folder: Path) -> Iterator[tuple[Daemon, MailSink]]:
    with Newsroom(datetime.now(UTC)) as newsroom, MailSink() as mail, SlackSink() as slack:
        seeds = folder / "seeds"
        seeds.mkdir()
        for seed in SEEDS.glob("*.md"):
            (seeds / seed.name).write_bytes(seed.read_bytes())
        config = write_settings(folder, seeds, newsroom, mail, slack)
        daemon = Daemon(config, slack.url)
        try:
            yield daemon, mail
        finally:
            daemon.process.kill()
            daemon.process.communicate()


@pytest.mark.slow
def test_the_daemon_alerts_follows_its_settings_and_stops_when_told(tmp_path):
    with running(tmp_path) as (daemon, mail):
        assert daemon.wait_for("watching 14 feeds for 1 seeds")["level"] == "info"
        assert "old-mill" not in daemon.wait_for("sent “")["message"]
        (tmp_path / "seeds" / "blackout.txt").write_text(
            "Power returns after the blackout\n\nSpain and Portugal have power again after the great blackout."
        )
        daemon.wait_for("the settings have changed")
        daemon.wait_for("new seed blackout")
        daemon.wait_for("watching 14 feeds for 2 seeds")
        settings = (daemon.config / "monitor.toml").read_text()
        (daemon.config / "monitor.toml").write_text(settings + "\n[webb]\n")
        assert daemon.wait_for("unknown section")["level"] == "error"
        daemon.wait_for("work goes on with the last good ones")
        health = [sys.executable, "-m", "monitor", "health", "--config", str(daemon.config)]
        (daemon.config / "monitor.toml").write_text(settings)
        assert subprocess.run(health, check=False, capture_output=True).returncode == 0
        assert daemon.stop() == 0
        assert mail.received


@pytest.mark.slow
def test_a_second_daemon_on_one_archive_is_refused(tmp_path):
    with running(tmp_path) as (daemon, _):
        daemon.wait_for("watching")
        command = [sys.executable, "-m", "monitor", "once", "--config", str(daemon.config)]
        hook = {**os.environ, "SLACK_WEBHOOK_URL": "https://hooks.example/x"}
        second = subprocess.run(command, env=hook, capture_output=True, text=True, check=False)
        assert second.returncode == 1
        assert "is being written by another monitor" in second.stderr
        assert "Traceback" not in second.stderr


@pytest.mark.slow
def test_alerts_are_looked_after_beside_a_running_daemon(tmp_path):
    with running(tmp_path) as (daemon, mail):
        daemon.wait_for("sent “")

        def alerts(*words: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "monitor", "alerts", *words, "--config", str(daemon.config)]
            environment = {**os.environ, "SLACK_WEBHOOK_URL": "http://127.0.0.1:9/services/gone"}
            return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

        tested = alerts("test", "--channel", "mail", "--json")
        assert (tested.returncode, json.loads(tested.stdout)[0]["sent"]) == (0, True)
        assert any("Лавров" in str(one.message["Subject"]) for one in mail.received)
        failed = alerts("test", "--channel", "slack")
        assert (failed.returncode, failed.stdout) == (1, "✗ slack: NOT SENT: connect\n")
        label = [sys.executable, "-m", "monitor", "label", "1", "--relevant", "--config", str(daemon.config)]
        assert subprocess.run(label, check=False, capture_output=True).returncode == 0
        daemon.wait_for("labels have changed: seeds move towards what is relevant")
        assert alerts("silence", "--all", "--for", "1h", "--reason", "lunch").returncode == 0
        assert "lunch" in alerts("silence").stdout
        assert alerts("silence", "--end", "1").returncode == 0
        assert alerts("retry", "--channel", "slack").returncode == 0
        assert "sent" in alerts("list", "--most", "5").stdout
        assert daemon.process.poll() is None


def test_every_job_runs_where_the_archive_may_be_used():
    """APScheduler runs plain functions in a thread, and there SQLite refuses our connection."""
    settings = Settings(Path("config"), Path("seeds"), engine=EngineTable("inline"))
    jobs = Run(Path("config"), open_archive(), settings, lambda: NOON, "as it was")._schedule().get_jobs()
    assert len(jobs) == 6
    assert all(asyncio.iscoroutinefunction(job.func) for job in jobs)


def test_a_beating_daemon_is_healthy(tmp_path):
    archive = tmp_path / "monitor.db"
    write_beat(archive, NOON, STEPS)
    assert find_daemon_trouble(archive, NOON + MINUTE / 2) is None


def test_a_healthy_daemon_names_what_people_should_look_after(tmp_path):
    """A restart mends no channel, so that is no reason to be unhealthy."""
    now = datetime.now(UTC)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.toml").write_text("[archive]\npath = 'monitor.db'\n")
    write_beat(
        tmp_path / "monitor.db",
        now,
        dict.fromkeys(STEPS, now),
        ["channel desk takes no alerts since noon: slack_404"],
    )
    result = CliRunner().invoke(main, ["health", "--config", str(tmp_path / "config")])
    assert (result.exit_code, result.output) == (
        0,
        "healthy\nbut channel desk takes no alerts since noon: slack_404\n",
    )


def test_a_silent_daemon_is_not_healthy(tmp_path):
    archive = tmp_path / "monitor.db"
    write_beat(archive, NOON, STEPS)
    assert (
        find_daemon_trouble(archive, NOON + DAEMON_SILENT + MINUTE)
        == "the daemon has been silent since 2025-11-03 12:00:00 UTC"
    )


def test_a_stopped_daemon_says_that_it_was_stopped(tmp_path):
    archive = tmp_path / "monitor.db"
    write_beat(archive, NOON, STEPS)
    write_last_beat(archive, NOON)
    assert find_daemon_trouble(archive, NOON) == "the daemon was stopped at 2025-11-03 12:00:00 UTC"


def test_a_daemon_that_beats_but_does_no_work_is_not_healthy(tmp_path):
    """The loop lives and a step hangs: a health check that only asks for a pulse would be content."""
    archive = tmp_path / "monitor.db"
    now = NOON + STEP_STUCK + MINUTE
    write_beat(archive, now, {**STEPS, "polling": now})
    assert find_daemon_trouble(archive, now) == "reading has not got on since 2025-11-03 12:00:00 UTC"


@pytest.mark.parametrize("content", ["", "not json", "[]", '{"at": "x", "steps": {}}', '{"at": 1}'])
def test_a_broken_heartbeat_is_not_healthy(tmp_path, content):
    archive = tmp_path / "monitor.db"
    heartbeat_path(archive).write_text(content)
    assert "cannot be read" in str(find_daemon_trouble(archive, NOON))


def test_before_the_first_run_there_is_no_health(tmp_path):
    assert "no daemon has run" in str(find_daemon_trouble(tmp_path / "monitor.db", NOON + timedelta(days=1)))

"""`monitor alerts`: what was sent and what was not, and what can be done about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.archive.promises import add_alert
from monitor.cli import main
from monitor.model import Dispatch, Failure
from tests.alerts import make_alert
from tests.build import open_archive, rows
from tests.serve import Canned, Site
from tests.slack import PATH, posted, slack
from tests.smtp import MailServer
from tests.test_config import SEED, write

NOW = datetime.now(UTC).replace(microsecond=0)
SETTINGS = """
[archive]
path = "data/monitor.db"
[alerts]
channels = ["desk", "mail"]
[channels.desk]
kind = "slack"
[channels.mail]
kind = "email"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "monitor@example.org"
to = ["reader@example.org"]
"""


@dataclass
class Desk:
    """Settings with a Slack and a mail server behind them, and an archive with one dead delivery."""

    config: Path
    slack: Site
    mail: MailServer

    def run(self, *words: str) -> Result:
        environment = {"SLACK_WEBHOOK_URL": self.slack.url + PATH}
        return CliRunner().invoke(main, ["alerts", *words, "--config", str(self.config)], env=environment)

    def told(self, *words: str) -> object:
        return json.loads(self.run(*words, "--json").stdout)


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with slack() as site, MailServer() as mail:
        config = write(tmp_path, SETTINGS.format(port=mail.port), moscow_md=SEED)
        archive = open_archive(tmp_path / "data" / "monitor.db")
        with archive.transaction():
            add_alert(archive._connection.conn, make_alert(title="Truce rejected"), [Dispatch("desk")], "k", NOW)
        (delivery,) = archive.outbox.due(NOW)
        archive.outbox.save(Failure(delivery, "slack_400", final=True, detail="invalid_blocks"), NOW)
        archive.close()
        yield Desk(config, site, mail)


def test_what_was_given_up_is_listed_with_what_the_other_side_said(desk):
    assert (
        "dead     hit       desk  Truce rejected\n        slack_400 (invalid_blocks), after 1 try"
        in desk.run("dead").stdout
    )
    (row,) = desk.told("list")
    assert (row["state"], row["problem"], row["detail"]) == ("dead", "slack_400", "invalid_blocks")
    assert desk.run("list", "--state", "sent").stdout == "no alerts yet\n"
    assert "there is no state sold. Known here: pending" in desk.run("list", "--state", "sold").output


def test_what_was_given_up_is_due_again(desk):
    (row,) = desk.told("dead")
    assert desk.run("retry", str(row["id"])).stdout == "1 delivery is due again\n"
    assert [one["state"] for one in desk.told("list")] == ["pending"]
    assert desk.run("retry", "--all-dead").exit_code == 1
    assert desk.run("retry").exit_code == 2


def test_a_test_really_sends_and_tells_what_the_servers_said(desk):
    result = desk.run("test")
    assert result.exit_code == 0
    assert "✓ desk: sent (ok)" in result.stdout
    assert "✓ mail to reader@example.org: sent (250 queued as 4bX9)" in result.stdout
    (payload,) = posted(desk.slack)
    assert "<!channel>" not in json.dumps(payload, ensure_ascii=False)
    assert "Лавров" in payload["text"]
    (received,) = desk.mail.received
    assert received.message["Subject"].startswith("Test: Лавров отверг перемирие")
    assert received.message["Bcc"] is None


def test_a_test_that_fails_says_why_and_is_not_repeated(desk):
    with slack(Canned(b"no_service", status=404)) as broken:
        failed = Desk(desk.config, broken, desk.mail).run("test", "--channel", "desk")
    assert failed.exit_code == 1
    assert "✗ desk: NOT SENT: slack_404 (no_service)" in failed.stdout
    assert "hush" not in failed.output
    assert next((one["state"], one["problem"]) for one in desk.told("list")) == ("suppressed", "slack_404")
    assert "slack_404 (no_service), after 1 try\n" in desk.run("list").stdout
    assert [one["title"] for one in desk.told("dead")] == ["Truce rejected"]
    archive = open_archive(desk.config.parent / "data" / "monitor.db")
    assert rows(archive, "select * from channels") == []  # the daemon may know a better address


def test_a_good_test_of_a_broken_channel_says_that_it_works_again(desk):
    archive = open_archive(desk.config.parent / "data" / "monitor.db")
    with archive.transaction():
        add_alert(archive._connection.conn, make_alert(title="Truce"), [Dispatch("desk")], "k2", NOW)
    (delivery,) = [one for one in archive.outbox.due(NOW) if one.channel == "desk"]
    revoked = Failure(delivery, "slack_404", channel_down=True)
    archive.outbox.save(revoked, NOW, [Dispatch("mail", "reader@example.org")])
    archive.close()
    assert desk.run("test", "--channel", "desk").exit_code == 0
    assert [one["title"] for one in desk.told("list") if one["kind"] == "notice"] == [
        "Channel desk works again",
        "Channel desk takes no alerts: slack_404",
    ]


def test_a_test_can_be_looked_at_first(desk):
    shown = desk.run("test", "--dry-run").stdout
    assert "Test: Лавров отверг перемирие" in shown
    assert desk.mail.received == []


def test_a_silence_has_an_end_and_a_reason(desk):
    assert desk.run("silence", "--seed", "moscow", "--for", "4h").exit_code == 2
    assert "there is no seed 'mosco'. Did you mean 'moscow'?" in desk.run("silence", "--seed", "mosco").output
    assert desk.run("silence", "--seed", "moscow", "--for", "4 hours", "--reason", "x").exit_code == 2
    begun = desk.run("silence", "--seed", "moscow", "--for", "4h", "--reason", "summit day")
    assert begun.stdout.startswith("silence 1: moscow until ")
    assert "summit day" in desk.run("silence").stdout
    assert desk.run("silence", "--end", "1").exit_code == 0
    assert desk.run("silence").stdout == "nothing is silenced\n"
    assert desk.run("silence", "--end", "1").exit_code == 1


def test_without_an_archive_there_is_nothing_to_list(tmp_path):
    config = write(tmp_path, "", moscow_md=SEED)
    result = CliRunner().invoke(main, ["alerts", "list", "--config", str(config)])
    assert result.exit_code == 1
    assert "there is no archive at" in result.output


def test_a_mistake_elsewhere_keeps_nobody_from_looking(desk):
    (desk.config.parent / "seeds" / "broken.md").write_text("+++\nthreshold = 7\n+++\n\nSome words of an article.\n")
    result = CliRunner().invoke(main, ["status", "--config", str(desk.config)])
    assert result.exit_code == 0
    assert "broken.md: threshold" in result.stderr
    assert "1 dead" in result.stdout


def test_a_mistake_in_the_archives_path_does(desk):
    settings = (desk.config / "monitor.toml").read_text().replace('path = "data/monitor.db"', "path = 3")
    (desk.config / "monitor.toml").write_text(settings)
    result = CliRunner().invoke(main, ["status", "--config", str(desk.config)])
    assert result.exit_code == 1
    assert "archive.path" in result.output

"""A day without a mail server: everything arrives once, in order, and nobody is flooded."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from threading import Event

import pytest

from monitor.alert import MailChannel, MailSettings, Secret, SlackChannel, SlackSettings
from monitor.archive import Archive
from monitor.archive.promises import add_alert
from monitor.model import Dispatch
from monitor.pipeline import Delivered, deliver_due
from tests.alerts import make_alert
from tests.build import AMPLE_S, HOUR, NOON, make_archive, rows
from tests.clock import run_until_silence
from tests.fakes import FakeChannel
from tests.serve import Canned, Site, drip
from tests.slack import PATH
from tests.smtp import MailServer

READER = "reader@example.org"
MINUTE = timedelta(minutes=1)


def mail(port: int) -> MailChannel:
    return MailChannel(
        "mail", MailSettings("127.0.0.1", port, "none", "monitor@example.org", (READER,), timeout_s=AMPLE_S)
    )


def promise(archive: Archive, title: str, now: datetime) -> None:
    with archive.transaction():
        alert = replace(make_alert(title=title), published=now, seen=now)
        add_alert(archive._connection.conn, alert, [Dispatch("mail", READER)], title, now)


def deliver(
    archive: Archive, channels: dict[str, object], now: datetime, silence: Event | None = None
) -> list[Delivered]:
    """Send what is due; where somebody falls silent, the deadline is over at once."""

    async def all_due() -> list[Delivered]:
        return [one async for one in deliver_due(lambda: now, archive, channels)]

    return run_until_silence(all_due(), silence or Event())


def subjects(server: MailServer) -> list[str]:
    return [str(message_from_bytes(one.content, policy=policy.default)["Subject"]) for one in server.received]


@pytest.mark.parametrize(
    "says", [{"MAIL": "451 try later"}, {"MAIL": "550 go away"}, {"RCPT": "451 greylisted"}, {"DATA": "hang up"}]
)
def test_a_few_alerts_of_a_bad_day_arrive_once_and_in_order(says):
    archive, desk = make_archive(), FakeChannel("console")
    with MailServer(says) as broken, MailServer() as works:
        for number in range(6):
            now = NOON + number * 4 * HOUR
            promise(archive, f"news {number}", now)
            deliver(archive, {"mail": mail(broken.port), "console": desk}, now)
        for hour in range(1, 4):
            deliver(archive, {"mail": mail(works.port), "console": desk}, now + hour * HOUR)
    assert [subject for subject in subjects(works) if subject.startswith("news")] == [
        f"news {number}" for number in range(6)
    ]
    assert rows(archive, "select distinct state from deliveries") == [("sent",)]


def test_after_a_day_without_a_server_the_flood_is_one_digest():
    archive, desk = make_archive(), FakeChannel("console")
    with MailServer() as works:
        port = works.port
    now = NOON
    for number in range(48):  # nobody listens there any more
        now = NOON + number * 30 * MINUTE
        promise(archive, f"news {number}", now)
        deliver(archive, {"mail": mail(port), "console": desk}, now)
    with MailServer() as works:
        for minute in range(0, 121, 10):
            deliver(archive, {"mail": mail(works.port), "console": desk}, now + minute * MINUTE)
    assert len(works.received) == 2  # the one it was tried with, and all others
    text = message_from_bytes(works.received[1].content, policy=policy.default).get_body(("plain",)).get_content()
    told = [line for line in text.splitlines() if line.strip().startswith(("news ", "• news", "- news", "* news"))]
    assert len(told) + text.count("more in the archive") >= 40
    mails = "select state, count(*) from deliveries where channel = 'mail' group by 1"
    assert rows(archive, mails) == [("folded", 47), ("sent", 2)]
    assert [one.alert.title for one in desk.sent] == [
        "Channel mail takes no alerts: connect",
        "Channel mail works again",
    ]


def test_one_refused_recipient_costs_the_others_nothing():
    archive, desk = make_archive(), FakeChannel("console")
    other = "gone@example.org"
    with archive.transaction():
        to = [Dispatch("mail", READER), Dispatch("mail", other)]
        add_alert(archive._connection.conn, make_alert(title="news"), to, "news", NOON)
    with MailServer({f"RCPT {other}": "550 no such user"}) as works:
        settings = MailSettings(
            "127.0.0.1", works.port, "none", "monitor@example.org", (READER, other), timeout_s=AMPLE_S
        )
        happened = deliver(archive, {"mail": MailChannel("mail", settings), "console": desk}, NOON)
    states = {one.outcome.item.recipient if one.state == "dead" else "": one.state for one in happened}
    assert states[other] == "dead"
    assert [received.recipients for received in works.received] == [(READER,)]
    deliver(archive, {"console": desk}, NOON)
    assert [one.alert.kind for one in desk.sent] == ["notice"]


def chat(site: Site) -> SlackChannel:
    return SlackChannel("desk", SlackSettings(Secret(site.url + PATH), timeout_s=AMPLE_S))


def promise_chat(archive: Archive, title: str, now: datetime) -> None:
    with archive.transaction():
        alert = replace(make_alert(title=title), published=now, seen=now)
        add_alert(archive._connection.conn, alert, [Dispatch("desk")], title, now)


STATES = """select a.title, d.state, d.problem, d.attempts from deliveries d join alerts a on a.id = d.alert_id
  where d.channel = 'desk' order by d.id"""


@pytest.mark.parametrize(
    ("says", "asked", "first", "second", "free_after", "notice"),
    [
        (Canned(b"ok"), 2, ("sent", None, 1), ("sent", None, 1), 0 * MINUTE, []),
        (
            Canned(b"slow down", 429, {"Retry-After": "600"}),
            *(1, ("pending", "slack_429", 1), ("pending", None, 0), 10 * MINUTE, []),
        ),
        (Canned(b"slow down", 429), 1, ("pending", "slack_429", 1), ("pending", None, 0), MINUTE / 2, []),
        (Canned(b"oops", 500), 2, ("pending", "slack_500", 1), ("pending", "slack_500", 1), MINUTE / 2, []),
        (drip, 2, ("pending", "timeout", 1), ("pending", "timeout", 1), MINUTE / 2, []),
        (
            Canned(b"invalid_blocks", 400),
            *(2, ("dead", "slack_400", 1), ("dead", "slack_400", 1), None),
            ["Alerts by desk are given up: slack_400"],
        ),
        (
            Canned(b"no_service", 404),
            *(1, ("pending", "slack_404", 0), ("pending", None, 0), MINUTE),
            ["Channel desk takes no alerts: slack_404"],
        ),
    ],
)
def test_each_answer_of_slack_leads_to_what_is_promised(says, asked, first, second, free_after, notice):
    archive, console = make_archive(), FakeChannel("console")
    with Site({PATH: says}) as site:
        promise_chat(archive, "one", NOON)
        promise_chat(archive, "two", NOON)
        deliver(archive, {"desk": chat(site), "console": console}, NOON, site.is_dripping)
        assert len(site.asked) == asked
        assert rows(archive, STATES) == [("one", *first), ("two", *second)]
        assert [one.alert.title for one in console.sent] == notice
    if free_after:
        assert [one for one in archive.outbox.due(NOON + free_after - MINUTE / 60) if one.channel == "desk"] == []
        assert [one.alert.title for one in archive.outbox.due(NOON + free_after)] == ["one"]


def test_after_a_day_of_a_server_in_trouble_the_flood_is_one_digest():
    """It answers each time, and takes nothing: that is an outage like any other."""
    archive, console = make_archive(), FakeChannel("console")
    with Site({PATH: Canned(b"try later", 503)}) as site:
        for number in range(96):
            now = NOON + number * 15 * MINUTE
            promise_chat(archive, f"news {number}", now)
            deliver(archive, {"desk": chat(site), "console": console}, now)
        assert len(site.asked) < 96  # a channel at rest is left alone
        before = len(site.asked)
        site.routes[PATH] = Canned(b"ok")
        for minute in range(0, 121, 10):
            deliver(archive, {"desk": chat(site), "console": console}, now + minute * MINUTE)
        assert len(site.asked) - before == 2  # the one it was tried with, and all others
    states = "select state, count(*) from deliveries where channel = 'desk' group by 1"
    assert rows(archive, states) == [("folded", 95), ("sent", 2)]
    assert [one.alert.title for one in console.sent] == [
        "Channel desk takes no alerts: slack_503",
        "Channel desk works again",
    ]

"""What waits is gathered, what breaks is told of, and nothing is lost by it."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from monitor.alert.console import ConsoleTable
from monitor.archive import Archive, ArchiveError
from monitor.archive.promises import add_alert, cap_dispatches
from monitor.assembly import assemble_parts, make_channels
from monitor.config.settings import AlertsTable, EngineTable, Settings
from monitor.model import AlertTiming, Delivery, Dispatch, Failure, Judgement, Sent, StageError, Story
from monitor.policy import ALWAYS_AWAKE, AlertPolicy, QuietHours, schedule_alert
from tests.alerts import make_alert
from tests.build import (
    HOUR,
    NOON,
    SEED,
    alerting,
    due_entries,
    due_feeds,
    entry,
    make_archive,
    open_archive,
    poll_of,
    promising,
    reading_of,
    rows,
)

MINUTE = timedelta(minutes=1)
STATES = "select channel, state, count(*) from deliveries group by 1, 2 order by 1, 2"


class Desk:
    """An archive that alerts are promised in, one after the other."""

    def __init__(self, archive: Archive | None = None, quiet: QuietHours = ALWAYS_AWAKE) -> None:
        self.archive = archive or make_archive()
        self._quiet = quiet
        self._count = 0

    def alert(self, *to: Dispatch, at: datetime = NOON, thread: str = "") -> None:
        """Promise one more alert to some addresses."""
        self._count += 1
        (feed,) = self.archive.feeds.due(at + timedelta(days=30)) and due_feeds(self.archive, at + timedelta(days=31))
        self.archive.feeds.save(poll_of(feed, entry(f"n{self._count}")), at)
        for found in due_entries(self.archive, at + timedelta(days=40)):
            reading = reading_of(found)
            (judged,) = alerting(reading).decisions
            self.archive.entries.save(reading, Judgement((promising(judged, to, thread=thread),)), at)

    def due(self, at: datetime) -> list[Delivery]:
        return self.archive.outbox.due(at, quiet=self._quiet)

    def send(self, at: datetime) -> list[Delivery]:
        """Send whatever is due, to channels that take everything."""
        sent = []
        while due := self.due(at):
            for delivery in due:
                self.archive.outbox.save(Sent(delivery, "ok"), at)
                sent.append(delivery)
        return sent


HOURS = (time(12, 30), time(21))
NIGHT = QuietHours(AlertPolicy(("desk", "mail"), default_timing=AlertTiming(quiet=HOURS)), [SEED])
"""Nobody is woken from half past noon until nine."""


def digest(channel="desk", due=NOON + HOUR, **changes) -> Dispatch:
    return Dispatch(channel, due=due, digest=True, why="hourly digest", **changes)


def titles(delivery: Delivery) -> list[str]:
    return [one.title for one in delivery.alert.items]


def test_what_waits_for_a_digest_becomes_one_message():
    desk = Desk()
    for _ in range(3):
        desk.alert(digest())
    assert desk.due(NOON + HOUR - MINUTE) == []
    (one,) = desk.send(NOON + HOUR)
    assert (one.alert.kind, sorted(titles(one))) == ("digest", ["Title n1", "Title n2", "Title n3"])
    assert one.alert.archive_url == "http://archive.example/monitor/hits"
    assert rows(desk.archive, STATES) == [("desk", "folded", 3), ("desk", "sent", 1)]
    assert rows(desk.archive, "select distinct folded_into from deliveries where state = 'folded'") == [(one.id,)]


def test_a_digest_of_one_is_that_one():
    desk = Desk()
    desk.alert(digest())
    (one,) = desk.send(NOON + HOUR)
    assert (one.alert.kind, one.alert.title) == ("hit", "Title n1")


def test_no_digest_is_sent_that_has_nothing_to_tell():
    desk = Desk()
    desk.alert(digest())
    desk.send(NOON + HOUR)
    assert desk.due(NOON + 50 * HOUR) == []


def test_each_recipient_gets_a_digest_of_its_own():
    desk = Desk()
    for _ in range(2):
        desk.alert(digest("mail", recipient="a@x.example"), digest("mail", recipient="b@x.example"))
    assert sorted(one.recipient for one in desk.send(NOON + HOUR)) == ["a@x.example", "b@x.example"]


def test_an_alert_at_once_stays_out_of_the_digest():
    desk = Desk()
    desk.alert(digest())
    desk.alert(Dispatch("desk"))
    desk.alert(digest())
    assert [one.alert.title for one in desk.send(NOON)] == ["Title n2"]
    assert sorted(titles(desk.send(NOON + HOUR)[0])) == ["Title n1", "Title n3"]


def test_over_the_cap_alerts_wait_for_one_digest_and_none_is_dropped():
    desk = Desk()
    for number in range(5):
        desk.alert(Dispatch("desk", cap_per_hour=2), at=NOON + number * MINUTE)
    assert [one.alert.title for one in desk.send(NOON + 5 * MINUTE)] == ["Title n1", "Title n2"]
    (one,) = desk.send(NOON + HOUR + 5 * MINUTE)
    assert sorted(titles(one)) == ["Title n3", "Title n4", "Title n5"]
    told = rows(desk.archive, "select told from decisions order by id")
    assert told == [("desk",)] * 2 + [("desk (digest, after 2 in an hour)",)] * 3


def test_a_seeds_cap_counts_that_seed_alone():
    """However much a busy seed tells a channel, a rare one has its own place there."""
    archive = make_archive(seeds=(SEED, replace(SEED, slug="dam")))
    conn = archive._connection.conn
    for number in range(3):
        add_alert(conn, make_alert(title=f"news {number}"), [Dispatch("desk")], f"k{number}", NOON, seed_id=1)
    dam = [Dispatch("desk", seed_cap_per_hour=1)]
    assert cap_dispatches(conn, dam, NOON, seed_id=2) == tuple(dam)
    add_alert(conn, make_alert(title="The dam breaks"), dam, "dam", NOON + MINUTE, seed_id=2)
    (over,) = cap_dispatches(conn, dam, NOON + 2 * MINUTE, seed_id=2)
    assert (over.digest, over.due, over.why) == (
        True,
        NOON + HOUR + MINUTE,
        "digest, after 1 of this seed in an hour",
    )


def test_what_is_over_a_cap_wakes_nobody_in_the_quiet_hours():
    desk = Desk(quiet=NIGHT)
    for number in range(3):
        desk.alert(Dispatch("desk", cap_per_hour=1), at=NOON + number * MINUTE)
    assert [one.alert.title for one in desk.send(NOON + 20 * MINUTE)] == ["Title n1"]
    assert desk.send(NOON + 8 * HOUR) == []
    assert sorted(titles(desk.send(NOON + 9 * HOUR)[0])) == ["Title n2", "Title n3"]


def test_a_second_try_wakes_nobody_and_is_told_in_the_digest_of_the_morning():
    desk = Desk(quiet=NIGHT)
    desk.alert(Dispatch("desk"), at=NOON + 29 * MINUTE)
    (tried,) = desk.due(NOON + 29 * MINUTE)
    desk.archive.outbox.save(StageError("http_503").about(tried), NOON + 29 * MINUTE)
    desk.alert(digest(due=NOON + 9 * HOUR), at=NOON + 5 * HOUR)
    assert desk.send(NOON + 40 * MINUTE) == desk.send(NOON + 8 * HOUR) == []
    (one,) = desk.send(NOON + 9 * HOUR)
    assert sorted(titles(one)) == ["Title n1", "Title n2"]


def test_a_digest_that_failed_and_a_notice_of_ours_wait_for_the_morning_too():
    desk = Desk(quiet=NIGHT)
    for _ in range(2):
        desk.alert(digest(due=NOON))
    (tried,) = desk.due(NOON + 29 * MINUTE)
    trouble = StageError("revoked", channel_down=True).about(tried)
    desk.archive.outbox.save(trouble, NOON + 31 * MINUTE, [Dispatch("mail")])
    assert desk.send(NOON + 8 * HOUR) == []
    assert sorted((one.channel, one.alert.kind) for one in desk.send(NOON + 9 * HOUR)) == [
        ("desk", "digest"),
        ("mail", "notice"),
    ]


def test_what_waits_for_the_morning_outlives_a_silence():
    desk = Desk(quiet=NIGHT)
    desk.archive.outbox_admin.silence(None, "dinner", NOON + 30 * MINUTE, NOON + 3 * HOUR)
    desk.alert(digest(due=NOON + HOUR))
    assert desk.send(NOON + HOUR) == []
    assert [one.alert.title for one in desk.send(NOON + 9 * HOUR)] == ["Title n1"]


def test_what_may_have_arrived_is_in_no_digest_of_the_morning():
    desk = Desk(quiet=NIGHT)
    for _ in range(2):
        desk.alert(Dispatch("desk"), at=NOON + 29 * MINUTE)
    (tried,) = desk.due(NOON + 29 * MINUTE)
    desk.archive.outbox.save(StageError("timeout").about(tried), NOON + 29 * MINUTE + MINUTE / 2)
    assert desk.send(NOON + HOUR) == []
    assert [(one.alert.title, one.in_doubt) for one in desk.send(NOON + 9 * HOUR)] == [
        ("Title n1", True),
        ("Title n2", False),
    ]


def test_an_urgent_seed_wakes_people_whatever_it_waited_for():
    urgent = replace(SEED, timing=AlertTiming(urgent=True))
    desk = Desk(quiet=QuietHours(AlertPolicy(("desk",), default_timing=AlertTiming(quiet=HOURS)), [urgent]))
    for _ in range(2):
        desk.alert(digest(due=NOON + 2 * HOUR))
    assert [one.alert.kind for one in desk.send(NOON + 2 * HOUR)] == ["digest"]


def test_what_may_be_a_repetition_waits_by_itself():
    """It keeps its message id, so that whoever has it already can tell."""
    desk = Desk(quiet=NIGHT)
    desk.alert(Dispatch("desk"), at=NOON + 29 * MINUTE)
    (cut_off,) = desk.due(NOON + 29 * MINUTE)
    assert desk.due(NOON + HOUR) == []
    (again,) = desk.due(NOON + 9 * HOUR)
    assert (again.message_id, again.in_doubt) == (cut_off.message_id, True)


def test_a_test_of_a_channel_uses_up_no_cap():
    desk = Desk()
    desk.archive.outbox_admin.begin_test(make_alert(), [Dispatch("desk")], NOON)
    desk.alert(Dispatch("desk", cap_per_hour=1))
    assert rows(desk.archive, "select told from decisions") == [("desk",)]


def test_after_an_hour_the_cap_is_free_again():
    desk = Desk()
    for at in (NOON, NOON + HOUR):
        desk.alert(Dispatch("desk", cap_per_hour=1), at=at)
    assert len(desk.send(NOON + HOUR)) == 2


def test_a_flood_becomes_one_digest():
    desk = Desk()
    for _ in range(21):
        desk.alert(Dispatch("desk"))
    (one,) = desk.send(NOON + MINUTE)
    assert (len(one.alert.items), one.alert.lead) == (21, "21 alerts were waiting for desk.")


def through_the_day(desk: Desk, old_news: int, every: timedelta, hours: int) -> list[tuple[timedelta, int]]:
    """Old news comes in steady intervals; when messages were sent, and how many reports each holds."""
    told = []
    for number in range(hours * 60):
        now = NOON + number * MINUTE
        told += [(now - NOON, len(one.alert.items)) for one in desk.send(now)]
        if number % (every / MINUTE) == 0 and number < old_news * every / MINUTE:
            when = schedule_alert(AlertTiming(), now, old="published 3 days ago")
            desk.alert(replace(when, channel="desk"), at=now)
    return told


def test_old_news_of_a_first_run_is_told_in_one_digest():
    """A first run reads for minutes; the digest waits until a quarter of an hour after the last of it."""
    assert through_the_day(Desk(), 30, MINUTE, hours=2) == [(44 * MINUTE, 30)]


def test_old_news_that_goes_on_coming_does_not_wait_for_ever():
    told = through_the_day(Desk(), 25, 10 * MINUTE, hours=6)
    assert told == [(115 * MINUTE, 11), (225 * MINUTE, 11), (255 * MINUTE, 3)]


def test_a_digest_that_fails_is_tried_again_whole():
    desk = Desk()
    for _ in range(2):
        desk.alert(digest())
    (one,) = desk.due(NOON + HOUR)
    desk.archive.outbox.save(Failure(one, "timeout"), NOON + HOUR)
    (again,) = desk.due(NOON + 2 * HOUR)
    assert (again.id, again.message_id, titles(again)) == (one.id, one.message_id, titles(one))


def test_later_messages_know_what_the_provider_called_the_first_of_their_thread():
    desk = Desk()
    desk.alert(Dispatch("desk"), thread="story")
    (first,) = desk.due(NOON)
    desk.archive.outbox.save(Sent(first, "ok", provider_id="1699.42"), NOON)
    desk.alert(Dispatch("desk"), Dispatch("mail"), thread="story")
    desk.alert(Dispatch("desk"), thread="another")
    assert {(one.channel, one.thread_id) for one in desk.send(NOON)} == {
        ("desk", "1699.42"),
        ("mail", None),
        ("desk", None),
    }


SETTINGS = Settings(Path("config"), Path("seeds"), engine=EngineTable("inline"))
OTHERS = (Dispatch("mail", "a@x.example"), Dispatch("mail", "b@x.example"), Dispatch("console"))


def fail(desk: Desk, at: datetime, reason: str, title: str = "") -> None:
    """The desk's channel fails with whatever is due, or with one alert only; all else is taken."""
    for one in desk.due(at):
        fails = one.channel == "desk" and title in ("", one.alert.title)
        desk.archive.outbox.save(Failure(one, reason) if fails else Sent(one, "ok"), at, OTHERS)


def notices(desk: Desk) -> list[str]:
    return [title for (title,) in rows(desk.archive, "select title from alerts where kind = 'notice' order by id")]


def test_one_message_that_never_gets_through_does_not_break_its_channel():
    """A server may hang on one message and take all others: the message is at fault, and in the end given up."""
    desk = Desk()
    desk.alert(Dispatch("desk"))
    for minute in range(5 * 24 * 60):
        now = NOON + minute * MINUTE
        if minute and minute % 60 == 0:
            desk.alert(Dispatch("desk"), at=now)
        fail(desk, now, "timeout", title="Title n1")
    states = "select state, count(*) from deliveries where channel = 'desk' group by 1"
    assert rows(desk.archive, states) == [("dead", 1), ("sent", 119)]
    assert notices(desk)[-1] == "Alerts by desk are given up: timeout"


def test_what_waits_for_a_channel_that_cannot_be_reached_does_not_grow_old():
    desk = Desk()
    for _ in range(10):
        desk.alert(Dispatch("desk"))
    for minute in range(6 * 24 * 60):
        fail(desk, NOON + minute * MINUTE, "connect")
    assert rows(desk.archive, "select distinct state from deliveries where channel = 'desk'") == [("pending",)]
    assert notices(desk) == ["Channel desk takes no alerts: connect"]
    sent = [one.alert.title for one in desk.send(NOON + 6 * 24 * HOUR + HOUR) if one.channel == "desk"]
    assert sent == [f"Title n{number}" for number in range(1, 11)]


def test_who_cannot_be_reached_is_not_asked_once_more_for_each_message():
    desk = Desk()
    for _ in range(3):
        desk.alert(Dispatch("desk"))
    fail(desk, NOON, "connect")
    assert desk.due(NOON + MINUTE / 4) == []
    assert [one.alert.title for one in desk.send(NOON + MINUTE)] == ["Title n1", "Title n2", "Title n3"]


def test_changed_settings_try_a_broken_channel_at_once():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    refuse(desk, NOON)
    desk.send(NOON)
    assert desk.due(NOON + MINUTE / 2) == []
    assemble_parts(SETTINGS, desk.archive, NOON + MINUTE / 2)
    assert [one.channel for one in desk.due(NOON + MINUTE / 2)] == ["desk"]


def test_what_waits_for_a_channel_that_is_gone_is_given_up_in_the_end():
    """A channel that was broken when it was taken away is not broken any more: it is not there."""
    desk = Desk()
    desk.alert(Dispatch("old"))
    (tried,) = desk.due(NOON)
    others = [Dispatch("mail")]
    desk.archive.outbox.save(StageError("revoked", channel_down=True).about(tried), NOON, others)
    desk.archive.outbox.follow_channels(["mail"])
    for hour in range(80):
        for one in desk.due(NOON + hour * HOUR):
            outcome = Sent(one, "ok") if one.channel == "mail" else StageError("no_such_channel").about(one)
            desk.archive.outbox.save(outcome, NOON + hour * HOUR, others)
    assert rows(desk.archive, STATES) == [("mail", "sent", 2), ("old", "dead", 1)]
    assert rows(desk.archive, "select title from alerts where kind = 'notice'") == [
        ("Channel old takes no alerts: revoked",),
        ("Alerts by old are given up: no_such_channel",),
    ]


def test_after_a_long_outage_what_waited_has_its_time_again():
    """One hiccup after it must not kill what could not be sent for days."""
    desk = Desk()
    for _ in range(2):
        desk.alert(Dispatch("desk"))
    for now in (NOON + minutes * MINUTE for minutes in range(0, 80 * 60, 7)):
        for one in desk.due(now):
            desk.archive.outbox.save(StageError("timeout").about(one), now)
    first, second = (NOON + 85 * HOUR, NOON + 85 * HOUR + MINUTE)
    (one,) = desk.due(first)
    desk.archive.outbox.save(Sent(one, "ok"), first)
    (other,) = desk.due(second)
    assert desk.archive.outbox.save(StageError("http_503").about(other), second) == "pending"


def test_changed_settings_do_not_shorten_a_pause_that_was_asked_for():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    (one,) = desk.due(NOON)
    desk.archive.outbox.save(Failure(one, "slack_429", retry_after=10 * MINUTE), NOON)
    assemble_parts(SETTINGS, desk.archive, NOON)
    assert desk.due(NOON + 9 * MINUTE) == []


def test_the_channels_that_alerts_go_to_anyway_are_the_first_to_hear_of_trouble():
    """A notice about our own affairs is nothing for a reader of a single seed."""
    tables = {"console": ConsoleTable("console"), "reader": ConsoleTable("console"), "desk": ConsoleTable("console")}
    settings = replace(SETTINGS, channels=tables, alerts=AlertsTable(channels=("desk",)))
    assert list(make_channels(settings)) == ["desk", "console", "reader"]


def refuse(desk: Desk, at: datetime, **failure: object) -> None:
    (one,) = [one for one in desk.due(at) if one.channel == "desk"]
    desk.archive.outbox.save(Failure(one, "slack_404", channel_down=True, **failure), at, OTHERS)


def test_a_broken_channel_rests_keeps_its_alerts_and_another_is_told_once():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    desk.alert(Dispatch("desk"))
    refuse(desk, NOON)
    notices = desk.send(NOON)
    assert [(one.channel, one.recipient, one.alert.kind) for one in notices] == [
        ("mail", "a@x.example", "notice"),
        ("mail", "b@x.example", "notice"),
    ]
    assert notices[0].alert.title == "Channel desk takes no alerts: slack_404"
    refuse(desk, NOON + MINUTE)
    assert desk.send(NOON + 2 * MINUTE) == []
    assert rows(desk.archive, "select state from deliveries where channel = 'desk'") == [("pending",)] * 2


def test_what_keeps_alerts_from_being_told_is_said_in_lines():
    desk = Desk()
    desk.alert(Dispatch("desk"), Dispatch("mail"))
    for one in desk.due(NOON):
        down = one.channel == "desk"
        desk.archive.outbox.save(Failure(one, "slack_404", channel_down=down, final=not down), NOON)
    dead = "1 given up in the last 24 hours: `monitor alerts dead` lists them"
    assert desk.archive.outbox.list_troubles(NOON) == (
        "channel desk takes no alerts since 2025-11-03T12:00:00Z: slack_404",
        dead,
    )
    desk.send(NOON + HOUR)
    assert desk.archive.outbox.list_troubles(NOON + HOUR) == (dead,)
    assert desk.archive.outbox.list_troubles(NOON + 25 * HOUR) == ()


def test_a_channel_that_breaks_is_logged_once_and_once_when_it_works_again(caplog):
    """With no other channel to tell it on, the log is where it stands."""
    caplog.set_level("INFO")
    desk = Desk()
    desk.alert(Dispatch("desk"))
    for at in (NOON, NOON + HOUR):
        (one,) = desk.due(at)
        desk.archive.outbox.save(Failure(one, "slack_404", channel_down=True), at)
    desk.send(NOON + 3 * HOUR)
    assert [record.message for record in caplog.records if record.name.endswith("channels")] == [
        "channel desk takes no alerts: slack_404; they wait, and it is tried again by itself",
        "channel desk works again; it took no alerts since 2025-11-03T12:00:00Z",
    ]


def test_a_broken_channel_is_tried_at_least_once_an_hour_for_as_long_as_it_takes():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    now = NOON
    for _ in range(100):
        refuse(desk, now)
        now += HOUR
    (one,) = [one for one in desk.due(now) if one.channel == "desk"]
    desk.archive.outbox.save(Sent(one, "ok"), now, OTHERS)
    assert rows(desk.archive, "select state from deliveries where channel = 'desk'") == [("sent",)]


def test_a_channel_at_rest_keeps_no_run_waiting():
    """`monitor once` ends when nothing is due; alerts that wait for a broken channel are not."""
    desk = Desk()
    desk.alert(Dispatch("desk"))
    assert desk.archive.has_due(NOON, NOON - HOUR)
    refuse(desk, NOON)
    desk.send(NOON)
    assert not desk.archive.has_due(NOON, NOON - HOUR)
    assert desk.archive.has_due(NOON + MINUTE, NOON - HOUR)


def test_a_channel_that_works_again_is_told_of():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    refuse(desk, NOON)
    desk.send(NOON)
    (one,) = desk.due(NOON + HOUR)
    desk.archive.outbox.save(Sent(one, "ok"), NOON + HOUR, OTHERS)
    assert {two.alert.title for two in desk.send(NOON + HOUR)} == {"Channel desk works again"}
    assert rows(desk.archive, "select count(*) from channels") == [(0,)]


def test_a_notice_that_fails_makes_no_notice():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    refuse(desk, NOON)
    for one in desk.due(NOON):
        desk.archive.outbox.save(Failure(one, "smtp_550", final=True), NOON, [Dispatch("console")])
    assert rows(desk.archive, "select count(*) from alerts where kind = 'notice'") == [(1,)]


def test_a_delivery_given_up_is_told_of_once_an_hour():
    desk = Desk()
    for _ in range(3):
        desk.alert(Dispatch("mail", "gone@x.example"))
    for _ in range(3):
        (one,) = desk.archive.outbox.due(NOON, busy=["desk"])
        desk.archive.outbox.save(Failure(one, "smtp_550", final=True), NOON, [Dispatch("desk")])
    told = [one.alert.title for one in desk.send(NOON)]
    assert told == ["Alerts by mail to gone@x.example are given up: smtp_550"]


def test_a_channel_that_asks_for_a_pause_gets_it_for_all_its_alerts():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    desk.alert(Dispatch("desk"))
    (one,) = desk.due(NOON)
    desk.archive.outbox.save(Failure(one, "slack_429", retry_after=10 * MINUTE), NOON)
    assert desk.due(NOON + 9 * MINUTE) == []
    assert len(desk.send(NOON + 10 * MINUTE)) == 2


def test_what_was_given_up_can_be_sent_after_all():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    (one,) = desk.due(NOON)
    desk.archive.outbox.save(Failure(one, "slack_400", final=True), NOON)
    assert [row.state for row in desk.archive.outbox_admin.deliveries()] == ["dead"]
    assert desk.archive.outbox_admin.retry([one.id], None, NOON) == 1
    assert [two.message_id for two in desk.send(NOON)] == [one.message_id]


def test_a_mended_channel_can_be_tried_at_once():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    refuse(desk, NOON)
    assert desk.archive.outbox_admin.retry([], "desk", NOON + MINUTE / 2) == 1
    assert "desk" in {one.channel for one in desk.due(NOON + MINUTE / 2)}


def test_to_retry_one_channel_leaves_the_pause_that_another_asked_for():
    desk = Desk()
    desk.alert(Dispatch("desk"), Dispatch("mail"))
    for one in desk.due(NOON):
        wait = HOUR if one.channel == "mail" else None
        desk.archive.outbox.save(StageError("http_429", retry_after=wait).about(one), NOON)
    desk.alert(Dispatch("mail"), at=NOON + MINUTE)
    assert desk.archive.outbox_admin.retry([], "desk", NOON + MINUTE) == 1
    assert [one.channel for one in desk.due(NOON + MINUTE)] == ["desk"]


def test_a_delivery_that_is_named_is_tried_at_once_though_its_channel_rests():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    (one,) = desk.due(NOON)
    desk.archive.outbox.save(Failure(one, "slack_404", channel_down=True), NOON)
    assert desk.due(NOON + MINUTE / 2) == []
    assert desk.archive.outbox_admin.retry([one.id], None, NOON + MINUTE / 2) == 1
    assert [again.id for again in desk.due(NOON + MINUTE / 2)] == [one.id]


def test_a_silence_holds_for_its_seed_and_its_time():
    admin, outbox = (archive := make_archive()).outbox_admin, archive.outbox
    number = admin.silence("ceasefire", "summit day", NOON, NOON + HOUR)
    admin.silence(None, "holiday", NOON + 2 * HOUR, NOON + 3 * HOUR)
    assert outbox.silences(NOON) == {"ceasefire": "silenced until 2025-11-03T13:00:00Z: summit day"}
    assert outbox.silences(NOON + HOUR) == {}
    assert outbox.silences(NOON + 2 * HOUR) == {"*": "silenced until 2025-11-03T15:00:00Z: holiday"}
    assert admin.end_silence(number, NOON + MINUTE)
    assert not admin.end_silence(number, NOON + 2 * MINUTE)
    assert outbox.silences(NOON + MINUTE) == {}


SILENT = "silenced until 2025-11-03T14:00:00Z: summit day"


def test_a_silence_also_holds_for_what_already_waits():
    desk = Desk()
    desk.alert(Dispatch("desk"), Dispatch("mail"))
    desk.alert(digest())
    desk.alert(digest(due=NOON + 3 * HOUR))
    desk.archive.outbox_admin.silence("ceasefire", "summit day", NOON, NOON + 2 * HOUR)
    assert desk.send(NOON) == desk.send(NOON + HOUR) == []
    assert [one.alert.title for one in desk.send(NOON + 3 * HOUR)] == ["Title n3"]
    assert (
        rows(desk.archive, "select state, problem, problem_detail from deliveries order by id limit 3")
        == [("suppressed", "silenced", SILENT)] * 3
    )
    assert rows(desk.archive, "select silent_because from decisions order by id") == [
        (f"desk {SILENT}; mail {SILENT}",),
        (f"desk {SILENT}",),
        (None,),
    ]


def test_a_silence_of_all_seeds_leaves_notices_and_tests_alone():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    refuse(desk, NOON)
    desk.archive.outbox_admin.silence(None, "holiday", NOON, NOON + HOUR)
    assert [one.alert.kind for one in desk.send(NOON + MINUTE)] == ["notice", "notice"]


def test_a_silence_of_another_seed_changes_nothing():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    desk.archive.outbox_admin.silence("dam", "flood drill", NOON, NOON + HOUR)
    assert len(desk.send(NOON)) == 1


def test_what_waits_for_a_channel_at_rest_outlives_a_silence():
    desk = Desk()
    desk.alert(Dispatch("desk"))
    (one,) = desk.due(NOON)
    desk.archive.outbox.save(Failure(one, "slack_429", retry_after=3 * HOUR), NOON)
    desk.archive.outbox_admin.silence("ceasefire", "summit day", NOON, NOON + 2 * HOUR)
    assert desk.due(NOON + HOUR) == []
    assert [two.id for two in desk.due(NOON + 3 * HOUR)] == [one.id]


def test_two_tests_in_one_second_are_two_messages():
    admin = make_archive().outbox_admin
    ids = {admin.begin_test(make_alert(), [Dispatch("desk")], NOON)[0].message_id for _ in range(2)}
    assert len(ids) == 2


def test_no_daemon_sends_a_test_while_whoever_asked_for_it_is_at_it():
    """Each recipient of a slow server may take as long as a delivery ever does."""
    archive = make_archive()
    to = [Dispatch("mail", f"{name}@x.example") for name in "abcd"]
    tested = archive.outbox_admin.begin_test(make_alert(), to, NOON)
    assert archive.outbox.due(NOON + 7 * MINUTE) == []
    archive.outbox.save(Sent(tested[0], "ok"), NOON + MINUTE)
    archive.outbox_admin.end_test(tested)  # broken off
    assert rows(archive, "select state, problem from deliveries order by id") == [
        ("sent", None),
        *[("suppressed", "not_tried")] * 3,
    ]


def test_a_daemon_may_start_beside_a_short_verb(tmp_path):
    beside = Archive(tmp_path / "a.db", beside=True)
    running = open_archive(tmp_path / "a.db")
    beside.outbox_admin.silence(None, "lunch", NOON, NOON + HOUR)
    beside.close()
    assert "*" in running.outbox.silences(NOON)


def test_a_short_verb_may_write_beside_a_running_daemon(tmp_path):
    running = open_archive(tmp_path / "a.db")
    beside = Archive(tmp_path / "a.db", beside=True)
    beside.outbox_admin.silence(None, "lunch", NOON, NOON + HOUR)
    beside.close()
    assert "*" in running.outbox.silences(NOON)


def test_no_verb_migrates_an_archive_under_a_running_daemon(tmp_path):
    """After an upgrade the old daemon may still be at work, with the old tables."""
    running = open_archive(tmp_path / "a.db")
    running._connection.conn.execute("pragma user_version = 3")
    with pytest.raises(ArchiveError, match=r"earlier version \(this one has schema \d+\): restart the daemon"):
        Archive(tmp_path / "a.db", beside=True)


@pytest.mark.parametrize("until", ["2025-11-04T12:00:00Z", None])
def test_many_waiting_deliveries_cost_little(until):
    """Some look-ups a channel, whatever waits behind it: with two thousand rows, reading each would take more."""
    archive = make_archive()
    conn = archive._connection.conn
    with archive.transaction():
        for number in range(2000):
            add_alert(conn, make_alert(title=f"news {number}"), [Dispatch("mail")], f"k{number}", NOON)
        conn.execute("insert into channels (channel, down_since, not_before) values ('mail', 'd', ?)", (until,))
    assert len(archive.outbox.due(NOON)) == (0 if until else 1)
    hundreds = itertools.count()
    conn.set_progress_handler(lambda: next(hundreds) and None, 100)
    archive.outbox.due(NOON)
    conn.set_progress_handler(None, 0)
    assert next(hundreds) < 10


@pytest.mark.parametrize("what", ["quiet hours", "who knows a story"])
def test_what_was_sent_long_ago_costs_nothing(what):
    """A monitor runs for years: neither the quiet hours nor a new hit look through all that was ever told."""
    archive = make_archive()
    conn = archive._connection.conn
    with archive.transaction():
        for number in range(2000):
            alert = make_alert(title=f"news {number}", thread=f"{number}")
            add_alert(conn, alert, [Dispatch("desk")], f"k{number}", NOON, hit_id=None)
        conn.execute("update deliveries set state = 'sent'")
    story = Story(SEED.slug, "https://news.example/one", "One", "News", NOON)
    hundreds = itertools.count()
    conn.set_progress_handler(lambda: next(hundreds) and None, 100)
    if what == "quiet hours":
        archive.outbox.due(NOON + HOUR, quiet=NIGHT)
    else:
        archive.outbox.past_alerts(story.thread)
    conn.set_progress_handler(None, 0)
    assert next(hundreds) < 10

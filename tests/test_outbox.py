"""The outbox: at least once, never lost, and a repetition is recognisable."""

from dataclasses import replace
from datetime import timedelta

from monitor.model import Failure, Sent
from monitor.pace import GIVE_UP_SENDING
from tests.build import HOUR, NOON, alerting, due_entries, due_feeds, entry, make_archive, poll_of, reading_of, rows

SECOND = timedelta(seconds=1)


def with_alerts(*channels, names=("one",)):
    archive = make_archive()
    (feed,) = due_feeds(archive)
    archive.feeds.save(poll_of(feed, *(entry(name) for name in names)), NOON)
    for found in due_entries(archive):
        reading = reading_of(found)
        archive.entries.save(reading, alerting(reading, *channels), NOON)
    return archive


def test_a_delivery_carries_the_facts_and_the_address_of_its_hit():
    (delivery,) = with_alerts("desk").outbox.due(NOON)
    assert (delivery.channel, delivery.attempts, delivery.in_doubt) == ("desk", 0, False)
    assert delivery.alert.title == "Title one"
    assert delivery.alert.passages[0].marks == ((4, 13),)
    assert delivery.alert.archive_url == "http://archive.example/monitor/hits/1"


def test_each_channel_has_one_message_in_flight():
    archive = with_alerts("desk", "mail", names=("one", "two"))
    assert [delivery.channel for delivery in archive.outbox.due(NOON)] == ["desk", "mail"]
    archive = with_alerts("desk", "mail", names=("one", "two"))
    assert [delivery.channel for delivery in archive.outbox.due(NOON, busy=["desk"])] == ["mail"]


def test_what_is_sent_is_never_sent_again():
    archive = with_alerts("desk")
    (delivery,) = archive.outbox.due(NOON)
    assert archive.outbox.save(Sent(delivery, "ok"), NOON) == "sent"
    assert archive.outbox.due(NOON + timedelta(days=30)) == []
    assert rows(archive, "select state, answer, attempts from deliveries") == [("sent", "ok", 1)]


def test_what_cannot_be_sent_is_tried_again_with_the_same_message_id():
    archive = with_alerts("desk")
    (delivery,) = archive.outbox.due(NOON)
    archive.outbox.save(Failure(delivery, "http_503"), NOON)
    assert archive.outbox.due(NOON + 29 * SECOND) == []
    (again,) = archive.outbox.due(NOON + 30 * SECOND)
    assert again == replace(delivery, attempts=1, first_tried=NOON)


def test_a_channel_is_tried_at_least_once_an_hour():
    archive = with_alerts("desk")
    now = NOON
    for _ in range(20):
        (delivery,) = archive.outbox.due(now)
        archive.outbox.save(Failure(delivery, "timeout"), now)
        now += HOUR
    assert len(archive.outbox.due(now)) == 1


def test_a_refusal_for_good_is_dead_at_once():
    archive = with_alerts("desk")
    (delivery,) = archive.outbox.due(NOON)
    assert archive.outbox.save(Failure(delivery, "slack_404", final=True), NOON) == "dead"
    assert archive.outbox.due(NOON + timedelta(days=30)) == []


def test_a_delivery_is_given_up_after_days_of_trying():
    archive = with_alerts("desk")
    (delivery,) = archive.outbox.due(NOON)
    archive.outbox.save(Failure(delivery, "timeout"), NOON)
    later = NOON + GIVE_UP_SENDING + HOUR
    (again,) = archive.outbox.due(later)
    assert archive.outbox.save(Failure(again, "timeout"), later) == "dead"


def test_a_delivery_cut_off_before_its_answer_is_repeated_and_says_so():
    archive = with_alerts("desk")
    (delivery,) = archive.outbox.due(NOON)
    assert archive.outbox.due(NOON + SECOND) == []
    assert archive.recover(NOON + SECOND) == 1
    (again,) = archive.outbox.due(NOON + SECOND)
    assert (again.in_doubt, again.message_id) == (True, delivery.message_id)
    archive.outbox.save(Sent(again, "ok"), NOON)
    assert rows(archive, "select state, problem_detail from deliveries") == [("sent", "may have been sent twice")]


def test_a_try_without_an_answer_leaves_the_next_one_in_doubt():
    archive = with_alerts("desk")
    (delivery,) = archive.outbox.due(NOON)
    archive.outbox.save(Failure(delivery, "timeout"), NOON)
    (again,) = archive.outbox.due(NOON + 30 * SECOND)
    assert again.in_doubt


def test_no_answer_for_minutes_means_in_doubt_without_a_restart():
    archive = with_alerts("desk")
    archive.outbox.due(NOON)
    (again,) = archive.outbox.due(NOON + timedelta(minutes=2))
    assert again.in_doubt

"""What becomes of what failed: every rule by itself, at the moments where it changes its mind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import pace
from monitor.model import Delivery, Dispatch, Entry, Failure, Feed, Notice, Sent
from monitor.retry import (
    ANSWER_LOST,
    NEVER_LEFT,
    NOT_THE_CHANNELS_FAULT,
    ChannelState,
    after_bug,
    after_failure,
    after_poll,
    after_reading,
    after_success,
    is_last_try_of_page,
    may_be_outage,
    whom_to_notify,
)
from tests.alerts import make_alert, make_digest, make_notice
from tests.build import HOUR, MINUTE, NOON

SECOND = timedelta(seconds=1)
DESK = ChannelState("desk")


def feed(attempts: int = 0) -> Feed:
    return Feed(1, "https://news.example/rss", "News", attempts=attempts)


def entry_tried(attempts: int = 0) -> Entry:
    return Entry(1, 1, "one", "https://news.example/one", "One", attempts=attempts)


def delivery(**facts: Any) -> Delivery:
    return Delivery(**{"id": 1, "channel": "desk", "recipient": "", "message_id": "m", "alert": make_alert()} | facts)


def tried(times: int, since: timedelta = HOUR, **facts: Any) -> Delivery:
    """A delivery that failed so often, for the first time so long ago."""
    return delivery(attempts=times, first_tried=NOON - since if times else None, **facts)


def fails(
    item: Delivery,
    reason: str = "http_503",
    channel: ChannelState = DESK,
    *,
    others_got_through: bool = False,
    **facts: Any,
):
    return after_failure(Failure(item, reason, **facts), channel, NOON, others_got_through=others_got_through)


# --- feeds -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failed_before", "waits"),
    [
        (0, 5 * MINUTE),
        (1, 10 * MINUTE),
        (6, 320 * MINUTE),
        (7, 6 * HOUR),
        (28, 6 * HOUR),  # the twenty-ninth failure in a row
        (29, 24 * HOUR),
        (1000, 24 * HOUR),
    ],
)
def test_a_feed_that_fails_is_looked_at_ever_less_often_and_at_last_once_a_day(failed_before, waits):
    assert after_poll(Failure(feed(failed_before), "http_503"), NOON) == NOON + waits


def test_a_feed_that_is_gone_for_good_is_looked_at_once_a_week():
    assert after_poll(Failure(feed(), "gone", final=True), NOON) == NOON + timedelta(days=7)


def test_a_feed_that_killed_its_workers_is_looked_at_once_a_day():
    assert after_poll(Failure(feed(), "poison", final=True), NOON) == NOON + timedelta(days=1)


@pytest.mark.parametrize(
    ("asked", "waits"), [(4 * MINUTE, 5 * MINUTE), (6 * MINUTE, 6 * MINUTE), (25 * HOUR, 24 * HOUR)]
)
def test_a_feeds_server_is_obeyed_for_a_day_at_most(asked, waits):
    assert after_poll(Failure(feed(), "http_429", asked), NOON) == NOON + waits


# --- entries -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failed_before", "state", "due"),
    [
        (0, "due", NOON + 5 * MINUTE),
        (6, "due", NOON + 320 * MINUTE),  # the seventh failure
        (7, "skipped", None),
    ],
)
def test_an_entry_that_meets_our_bugs_is_given_up_at_the_eighth(failed_before, state, due):
    assert after_reading(Failure(entry_tried(failed_before), "bug"), NOON) == (state, due)


def test_a_pages_server_is_obeyed():
    assert after_reading(Failure(entry_tried(), "http_429", 2 * HOUR), NOON) == ("due", NOON + 2 * HOUR)


@pytest.mark.parametrize(("failed_before", "last"), [(0, False), (1, False), (2, True), (9, True)])
def test_at_its_third_failure_an_entry_is_judged_by_its_feeds_words(failed_before, last):
    assert is_last_try_of_page(Failure(entry_tried(failed_before), "timeout")) is last


def test_a_page_that_is_gone_for_good_needs_no_second_try():
    assert is_last_try_of_page(Failure(entry_tried(), "http_404", final=True))


# --- a message that was not taken --------------------------------------------------------------


def test_a_first_failure_waits_half_a_minute_and_starts_the_clock():
    change = fails(tried(0))
    assert (change.state, change.attempts, change.due, change.first_tried) == ("pending", 1, NOON + 30 * SECOND, NOON)
    assert (change.channel, change.notices, change.renews_waiting) == (DESK, (), False)


@pytest.mark.parametrize(
    ("failed_before", "waits"), [(1, MINUTE), (2, 2 * MINUTE), (6, 32 * MINUTE), (7, HOUR), (500, HOUR)]
)
def test_a_message_waits_twice_as_long_each_time_up_to_an_hour(failed_before, waits):
    assert fails(tried(failed_before), others_got_through=True).due == NOON + waits


def test_the_clock_of_a_message_is_started_once():
    assert fails(tried(3, since=2 * HOUR)).first_tried == NOON - 2 * HOUR


@pytest.mark.parametrize(("asked", "waits"), [(29 * SECOND, 30 * SECOND), (31 * SECOND, 31 * SECOND)])
def test_a_channels_server_is_obeyed_and_the_whole_channel_rests(asked, waits):
    change = fails(tried(0), retry_after=asked)
    assert (change.due, change.channel) == (NOON + waits, replace(DESK, rests_until=NOON + waits))


def test_no_server_keeps_a_channel_waiting_for_more_than_a_day():
    assert fails(tried(0), retry_after=timedelta(days=9)).due == NOON + timedelta(days=1)


@pytest.mark.parametrize(("rests", "until"), [(10 * SECOND, 30 * SECOND), (MINUTE, MINUTE)])
def test_a_channel_that_rests_already_does_not_rest_for_less(rests, until):
    resting = replace(DESK, rests_until=NOON + rests)
    assert fails(tried(0), "connect", resting).channel.rests_until == NOON + until


@pytest.mark.parametrize("reason", NEVER_LEFT)
def test_a_server_that_cannot_be_reached_rests_the_whole_channel(reason):
    """Nothing was said to it yet, so every other message would fare the same."""
    assert fails(tried(0), reason).channel == replace(DESK, rests_until=NOON + 30 * SECOND)


@pytest.mark.parametrize("reason", [*ANSWER_LOST, *NOT_THE_CHANNELS_FAULT, "http_503", "smtp_451"])
def test_any_other_failure_leaves_the_channel_to_other_messages(reason):
    assert fails(tried(0), reason).channel == DESK


def test_the_reasons_of_each_rule_are_few():
    """Channels name their trouble by these words: see the glossary."""
    assert (ANSWER_LOST, NEVER_LEFT) == (("timeout", "connection_lost"), ("connect", "dns", "tls"))
    assert NOT_THE_CHANNELS_FAULT == ("no_such_channel", "no_such_recipient", "bug")


# --- given up ----------------------------------------------------------------------------------


def test_a_message_that_is_refused_for_good_is_given_up_at_once():
    change = fails(tried(0), "slack_400", final=True, detail="invalid blocks")
    assert (change.state, change.attempts, change.due, change.first_tried) == ("dead", 1, NOON, NOON)
    ((key, notice),) = [(keyed.key, keyed.notice) for keyed in change.notices]
    assert key == "dead/desk//slack_400/2025110312"
    assert notice == Notice(
        "Alerts by desk are given up: slack_400",
        "invalid blocks. The first was “Kremlin turns down the truce”. `monitor alerts dead` lists them, "
        "`monitor alerts retry` sends them after all.",
        NOON,
    )


@pytest.mark.parametrize(
    ("age", "state"), [(timedelta(hours=72), "pending"), (timedelta(hours=72, seconds=1), "dead")]
)
def test_a_message_is_given_up_after_three_days_of_trying(age, state):
    assert fails(tried(80, since=age), others_got_through=True).state == state


def test_a_recipient_is_named_when_its_message_is_given_up():
    (keyed,) = fails(tried(0, recipient="a@x.example"), "smtp_550", final=True).notices
    assert keyed.key == "dead/desk/a@x.example/smtp_550/2025110312"
    assert keyed.notice.title == "Alerts by desk to a@x.example are given up: smtp_550"
    assert keyed.notice.lead.startswith("The first was “")  # the other side said no more


def test_the_same_trouble_is_told_once_an_hour():
    """Its key is the same within the hour, for the same address and reason."""

    def keys(now, **facts):
        failure = Failure(delivery(**{"id": 2, "message_id": "n"} | facts), "smtp_550", final=True)
        return {keyed.key for keyed in after_failure(failure, DESK, now, others_got_through=False).notices}

    assert keys(NOON) == keys(NOON + 59 * MINUTE, alert=make_digest())
    assert keys(NOON) != keys(NOON + HOUR)
    assert keys(NOON) != keys(NOON, recipient="a@x.example")


# --- a channel that takes nothing --------------------------------------------------------------


def test_a_channel_that_says_it_is_broken_is_down_at_once():
    change = fails(tried(2), "slack_403", channel_down=True, detail="no such token")
    assert change.channel == ChannelState("desk", NOON, 1, NOON + MINUTE, "slack_403", "no such token")
    (keyed,) = change.notices
    assert keyed.key == "down/desk/2025-11-03T12:00:00Z"
    assert keyed.notice == Notice(
        "Channel desk takes no alerts: slack_403",
        "no such token. Its alerts wait, and it is tried again by itself at least once an hour. When it is mended, "
        "`monitor alerts retry --channel desk` tries at once.",
        NOON,
    )


@pytest.mark.parametrize("age", [HOUR, timedelta(days=30)])
def test_while_a_channel_says_it_is_broken_no_message_grows_old(age):
    """It is due at once, behind the channel's rest, and its tries do not count."""
    change = fails(tried(7, since=age), "slack_403", channel_down=True)
    assert (change.state, change.attempts, change.due, change.first_tried) == ("pending", 7, NOON, None)


@pytest.mark.parametrize(("failed_before", "waits"), [(0, 1), (1, 2), (5, 32), (6, 60), (99, 60)])
def test_a_channel_that_is_down_rests_longer_each_time_up_to_an_hour(failed_before, waits):
    down = ChannelState("desk", NOON - HOUR, failed_before, NOON, "slack_403")
    change = fails(tried(0), "slack_404", down, channel_down=True)
    assert change.channel == ChannelState("desk", NOON - HOUR, failed_before + 1, NOON + waits * MINUTE, "slack_404")
    assert [keyed.key for keyed in change.notices] == ["down/desk/2025-11-03T11:00:00Z"]


def test_a_channel_that_is_down_is_not_tried_sooner_than_its_server_asked():
    change = fails(tried(0), "slack_403", channel_down=True, retry_after=3 * HOUR)
    assert change.channel.rests_until == NOON + 3 * HOUR


@pytest.mark.parametrize(("failed_before", "down"), [(3, False), (4, True)])
def test_at_the_fifth_failure_with_nothing_else_through_the_channel_is_down(failed_before, down):
    change = fails(tried(failed_before))
    assert (change.channel.is_down, [keyed.key for keyed in change.notices]) == (
        down,
        ["down/desk/2025-11-03T12:00:00Z"] if down else [],
    )
    assert (change.state, change.attempts) == ("pending", failed_before + 1)


def test_where_others_got_through_it_is_the_message():
    change = fails(tried(20), others_got_through=True)
    assert (change.channel, change.notices) == (DESK, ())


def test_a_message_that_was_never_tried_since_its_clock_was_reset_breaks_no_channel():
    assert not may_be_outage(Failure(delivery(attempts=9), "http_503"))


@pytest.mark.parametrize("reason", NOT_THE_CHANNELS_FAULT)
def test_what_is_not_the_channels_fault_never_breaks_it(reason):
    assert not may_be_outage(Failure(tried(50), reason))
    assert fails(tried(50), reason).channel == DESK


@pytest.mark.parametrize("facts", [{"final": True}, {"channel_down": True}])
def test_where_the_other_side_says_whose_fault_it_is_nobody_is_asked(facts):
    assert not may_be_outage(Failure(tried(50), "slack_400", **facts))


def test_a_message_that_an_outage_holds_back_is_not_given_up():
    change = fails(tried(100, since=timedelta(days=9)))
    assert (change.state, change.channel.is_down) == ("pending", True)
    known = ChannelState("desk", NOON - HOUR, 3, NOON, "http_503")
    assert fails(tried(100, since=timedelta(days=9)), channel=known, others_got_through=True).state == "pending"


def test_what_an_unreachable_server_holds_back_is_due_when_its_channel_is_free():
    """Of any other outage, this one message goes on by its own schedule: it may be the one that is refused."""
    unreachable, troubled = fails(tried(4), "connect"), fails(tried(4))
    assert unreachable.due == unreachable.channel.rests_until == NOON + MINUTE
    assert troubled.due == NOON + 8 * MINUTE


@pytest.mark.parametrize(
    ("item", "facts"), [(tried(0), {"channel_down": True}), (tried(4), {}), (tried(0), {"final": True})]
)
def test_a_notice_that_fails_makes_no_notice(item, facts):
    assert fails(replace(item, alert=make_notice()), **facts).notices == ()


# --- a message that was taken ------------------------------------------------------------------


def taken(channel: ChannelState = DESK, item: Delivery | None = None):
    return after_success(Sent(item or tried(2), "ok"), channel, NOON)


def test_a_message_that_was_taken_is_sent_and_nobody_is_notified():
    change = taken()
    assert (change.state, change.attempts, change.channel, change.notices) == ("sent", 3, DESK, ())
    assert not change.renews_waiting


def test_a_channel_that_took_something_need_not_rest():
    assert taken(replace(DESK, rests_until=NOON + HOUR)).channel == DESK


def test_the_end_of_an_outage_is_told_once():
    """All messages that follow find a channel that works."""
    change = taken(ChannelState("desk", NOON - HOUR, 5, NOON, "http_503", "Service Unavailable"))
    assert change.channel == DESK
    (keyed,) = change.notices
    assert keyed.key == "up/desk/2025-11-03T11:00:00Z"
    assert keyed.notice == Notice(
        "Channel desk works again", "It took no alerts since 2025-11-03T11:00:00Z. They follow now.", NOON
    )


@pytest.mark.parametrize(("lasted", "renews"), [(24 * HOUR, False), (24 * HOUR + SECOND, True)])
def test_after_an_outage_of_more_than_a_day_what_waited_has_all_its_time_again(lasted, renews):
    assert taken(ChannelState("desk", NOON - lasted, 5)).renews_waiting is renews


# --- a bug while that is saved -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "facts", "state", "due"),
    [
        (tried(0), {}, "pending", NOON + 30 * SECOND),
        (tried(1), {"channel_down": True}, "pending", NOON + MINUTE),
        (tried(0), {"retry_after": HOUR}, "pending", NOON + HOUR),
        (tried(90, since=timedelta(hours=72)), {}, "pending", NOON + HOUR),
        (tried(90, since=timedelta(hours=73)), {}, "dead", NOON),
        (tried(0), {"final": True}, "dead", NOON),
    ],
)
def test_a_failure_that_cannot_be_saved_whole_still_has_its_schedule(item, facts, state, due):
    assert after_bug(Failure(item, "http_503", **facts), NOON) == (state, due)


# --- who is notified ---------------------------------------------------------------------------

OTHERS = [Dispatch("mail", "a@x.example"), Dispatch("mail", "b@x.example"), Dispatch("console")]


@pytest.mark.parametrize(
    ("down", "told"),
    [
        ((), OTHERS[:2]),
        (("console",), OTHERS[:2]),
        (("mail",), OTHERS[2:]),
        (("mail", "console"), OTHERS[:2]),  # it waits with the best
    ],
)
def test_all_addresses_of_the_first_channel_that_works_are_notified(down, told):
    assert whom_to_notify(OTHERS, frozenset(down)) == tuple(told)


def test_where_all_are_down_the_notice_waits_with_the_best():
    others = [Dispatch("pager"), Dispatch("mail")]
    assert whom_to_notify(others, frozenset({"mail", "pager"})) == (Dispatch("pager"),)


def test_without_another_channel_nobody_is_notified():
    assert whom_to_notify([], frozenset({"desk"})) == ()


# --- whatever happens --------------------------------------------------------------------------

moments = st.timedeltas(timedelta(0), timedelta(days=9)).map(lambda ago: NOON - ago)
channel_states = st.builds(
    ChannelState,
    st.just("desk"),
    st.none() | moments,
    st.integers(0, 50),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=1)).map(lambda ahead: NOON + ahead),
    st.none() | st.just("http_503"),
)
failures = st.builds(
    Failure,
    st.builds(
        delivery,
        attempts=st.integers(0, 200),
        first_tried=st.none() | moments,
        alert=st.sampled_from([make_alert(), make_digest(), make_notice()]),
    ),
    st.sampled_from([*ANSWER_LOST, *NEVER_LEFT, *NOT_THE_CHANNELS_FAULT, "http_503", "smtp_550"]),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=3)),
    st.booleans(),
    st.sampled_from(["", "busy"]),
    st.booleans(),
)


@given(failures, channel_states, st.booleans())
def test_whatever_fails_is_tried_again_within_a_day_or_given_up_aloud(failure, channel, others):
    """Nothing is lost: it is due again, or dead with a notice, unless it was one itself."""
    change = after_failure(failure, channel, NOON, others_got_through=others)
    if change.state == "pending":
        assert NOON <= change.due <= NOON + pace.RETRY_AFTER_OBEYED
    else:
        is_notice = isinstance(failure.item.alert, Notice)
        assert (change.state, [keyed.key[:5] for keyed in change.notices]) == ("dead", [] if is_notice else ["dead/"])
    assert len(change.notices) <= 1


@given(failures, channel_states, st.booleans())
def test_no_failure_makes_a_channel_work_again_or_shortens_its_outage(failure, channel, others):
    after = after_failure(failure, channel, NOON, others_got_through=others).channel
    assert (after.down_since or NOON) <= (channel.down_since or NOON)
    assert after.is_down or not channel.is_down


@given(failures, channel_states)
def test_where_others_got_through_only_its_own_word_takes_a_channel_down(failure, channel):
    after = after_failure(failure, channel, NOON, others_got_through=True).channel
    assert after.is_down == (channel.is_down or failure.channel_down)


@given(failures, channel_states, st.booleans())
def test_a_message_is_given_up_only_for_good_or_for_age(failure, channel, others):
    change = after_failure(failure, channel, NOON, others_got_through=others)
    first = failure.item.first_tried
    old = first is not None and NOON - first > pace.GIVE_UP_SENDING
    if failure.channel_down:
        assert change.state == "pending"
    elif failure.final:
        assert change.state == "dead"
    else:
        assert (change.state == "dead") == (old and not change.channel.is_down)


@given(failures, channel_states)
def test_what_is_taken_makes_the_channel_work(failure, channel):
    change = after_success(Sent(failure.item, "ok"), channel, NOON)
    assert (change.state, change.channel) == ("sent", DESK)
    assert [keyed.key[:3] for keyed in change.notices] == (["up/"] if channel.is_down else [])


@given(failures)
def test_what_cannot_be_saved_whole_is_never_due_at_once(failure):
    """Its channel's rest may not have been saved, so its own wait is all that there is."""
    state, due = after_bug(failure, NOON)
    assert state == "dead" or due >= NOON + pace.FIRST_RESEND

"""Who is told of a hit, when and how."""

from __future__ import annotations

import time as clocks
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from monitor.model import AlertTiming, Dispatch, Seed
from monitor.pace import CATCH_UP_WAIT, next_full_hour, next_time_of_day, quiet_until
from monitor.policy import AlertPolicy, Hit, QuietHours, Route, describe_alerting, merge_timings, schedule_alert

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2025, 11, 3, 12, tzinfo=UTC)
NIGHT = (time(22), time(7))
SEED = Seed("ceasefire", "A ceasefire", ())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "at", "due"),
    [
        ("2025-11-03 06:59", time(8), "2025-11-03 07:00"),
        ("2025-11-03 07:00", time(8), "2025-11-04 07:00"),
        ("2025-11-03 12:00", time(8), "2025-11-04 07:00"),
        # Summer time begins on 29 March 2026 at 02:00: 08:00 comes an hour earlier in UTC.
        ("2026-03-28 12:00", time(8), "2026-03-29 06:00"),
        # 02:30 does not exist on that day, and is taken as 03:30.
        ("2026-03-28 12:00", time(2, 30), "2026-03-29 01:30"),
        # It ends on 25 October 2026 at 03:00: 02:30 comes twice, and the digest once.
        ("2026-10-24 12:00", time(2, 30), "2026-10-25 00:30"),
        ("2026-10-25 00:30", time(2, 30), "2026-10-26 01:30"),
        ("2026-10-24 12:00", time(8), "2026-10-25 07:00"),
    ],
)
def test_a_time_of_day_is_that_of_the_readers_clocks(now, at, due):
    assert next_time_of_day(utc(now), at, BERLIN) == utc(due)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2025-11-03 20:59", None),
        ("2025-11-03 21:00", "2025-11-04 06:00"),
        ("2025-11-04 05:59", "2025-11-04 06:00"),
        ("2025-11-04 06:00", None),
        ("2026-03-29 00:30", "2026-03-29 05:00"),  # the night in which summer time begins is an hour shorter
        ("2026-10-25 00:30", "2026-10-25 06:00"),
    ],
)
def test_quiet_hours_reach_over_midnight_and_follow_summer_time(now, until):
    assert quiet_until(utc(now), NIGHT, BERLIN) == (utc(until) if until else None)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        # Summer time ends on 25 October 2026: 02:30 comes at 00:30 and at 01:30 UTC.
        ("2026-10-24 23:00", "2026-10-25 01:30"),
        ("2026-10-25 00:45", "2026-10-25 01:30"),
        ("2026-10-25 01:10", "2026-10-25 01:30"),
        ("2026-10-25 01:30", None),
        # It begins on 29 March: 02:30 does not exist, and is taken as 03:30.
        ("2026-03-29 00:59", "2026-03-29 01:30"),
        ("2026-03-29 01:29", "2026-03-29 01:30"),
        ("2026-03-29 01:30", None),
    ],
)
def test_quiet_hours_that_end_when_the_clocks_change_are_one_stretch(now, until):
    assert quiet_until(utc(now), (time(22), time(2, 30)), BERLIN) == (utc(until) if until else None)


@given(
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - bounds
    start=st.times().map(lambda at: at.replace(microsecond=0, fold=0)),
    end=st.times().map(lambda at: at.replace(microsecond=0, fold=0)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
)
def test_quiet_hours_end_within_a_day_and_are_over_then(now, start, end, zone):
    assume(start != end)
    until = quiet_until(now, (start, end), ZoneInfo(zone))
    if until:
        assert now < until <= now + timedelta(hours=26)
        assert quiet_until(until, (start, end), ZoneInfo(zone)) is None


def test_quiet_hours_may_be_within_a_day():
    lunch = (time(12), time(13))
    assert quiet_until(NOON + timedelta(minutes=30), lunch, UTC) == NOON + timedelta(hours=1)
    assert quiet_until(NOON + timedelta(hours=1), lunch, UTC) is None


def test_full_hours_are_those_of_the_zone():
    kolkata = ZoneInfo("Asia/Kolkata")  # half an hour off
    assert next_full_hour(NOON + timedelta(minutes=5), UTC) == NOON + timedelta(hours=1)
    assert next_full_hour(NOON, kolkata) == NOON + timedelta(minutes=30)


@pytest.mark.parametrize(
    ("timing", "now", "told"),
    [
        (AlertTiming(), NOON, Dispatch("")),
        (
            AlertTiming(when="hourly"),
            NOON,
            Dispatch("", due=utc("2025-11-03 13:00"), digest=True, why="hourly digest"),
        ),
        (
            AlertTiming(when="daily", at=time(9), zone=BERLIN),
            NOON,
            Dispatch("", due=utc("2025-11-04 08:00"), digest=True, why="daily digest"),
        ),
        (
            AlertTiming(quiet=NIGHT, zone=BERLIN),
            utc("2025-11-03 23:00"),
            Dispatch("", due=utc("2025-11-04 06:00"), digest=True, why="after the quiet hours"),
        ),
        (
            AlertTiming(quiet=NIGHT, zone=BERLIN),
            NOON,
            Dispatch(""),
        ),
        (AlertTiming(quiet=NIGHT, urgent=True), utc("2025-11-03 23:00"), Dispatch("")),
        (
            AlertTiming(when="hourly", quiet=NIGHT),
            utc("2025-11-03 23:00"),
            Dispatch("", due=utc("2025-11-04 07:00"), digest=True, why="hourly digest"),
        ),
    ],
)
def test_a_timing_says_when(timing, now, told):
    assert schedule_alert(timing, now) == told


def test_what_is_old_wakes_nobody_and_is_told_in_one_digest():
    told = schedule_alert(AlertTiming(), NOON, old="published 3 days ago")
    why = "catch-up digest: published 3 days ago"
    assert told == Dispatch("", due=NOON + CATCH_UP_WAIT, digest=True, catch_up=True, why=why)
    quiet = schedule_alert(AlertTiming(quiet=(time(12), time(14))), NOON, old="published 3 days ago")
    assert quiet.due == NOON + timedelta(hours=2)


@pytest.mark.parametrize("when", ["hourly", "daily"])
def test_what_is_old_waits_for_a_digest_that_goes_out_anyway(when):
    assert schedule_alert(AlertTiming(when), NOON, old="published 3 days ago") == schedule_alert(
        AlertTiming(when), NOON
    )


def test_a_seeds_word_outranks_its_channels_and_that_the_general():
    general, channel, seed = (
        AlertTiming("daily", min_score=0.6),
        AlertTiming("hourly", zone=BERLIN),
        AlertTiming(zone=UTC),
    )
    assert merge_timings(seed, channel, general) == AlertTiming("hourly", zone=UTC, min_score=0.6)


def test_a_least_score_spares_a_channel_and_says_so():
    policy = AlertPolicy(("desk", "mail"), by_channel={"mail": AlertTiming(min_score=0.7)})
    assert policy.dispatches(Hit(SEED, 0.6), NOON) == ((Dispatch("desk"),), ("mail is told from 0.70 on",))
    assert [one.channel for one in policy.dispatches(Hit(SEED, 0.7), NOON)[0]] == ["desk", "mail"]


def test_a_seeds_cap_stands_beside_that_of_the_channel():
    """A seed that is noisy is bounded for itself; a channel is bounded whatever the seed."""
    noisy = Seed("noisy", "Noisy", (), timing=AlertTiming(cap_per_hour=1))
    policy = AlertPolicy(
        ("desk", "mail"), default_timing=AlertTiming(cap_per_hour=9), by_channel={"desk": AlertTiming(cap_per_hour=5)}
    )
    assert policy.dispatches(Hit(noisy), NOON)[0] == (
        Dispatch("desk", cap_per_hour=5, seed_cap_per_hour=1),
        Dispatch("mail", cap_per_hour=9, seed_cap_per_hour=1),
    )
    assert "desk at once, at most 1 an hour of this seed and 5 an hour of all seeds" in describe_alerting(
        policy, noisy
    )


@pytest.mark.parametrize(
    ("hit", "channels"),
    [
        (Hit(SEED, 0.9, "BBC", "en"), ("phone",)),
        (Hit(SEED, 0.7, "TASS", "ru"), ("moscow",)),
        (Hit(SEED, 0.7, "BBC", "en"), ("desk",)),
        (Hit(Seed("dam", "A dam", (), channels=("water",)), 0.7), ("water",)),
        (Hit(Seed("dam", "A dam", (), channels=("water",)), 0.7, "TASS", "ru"), ("moscow",)),
    ],
)
def test_the_first_route_that_fits_counts(hit, channels):
    routes = (Route(("phone",), seed="ceasefire", min_score=0.8), Route(("moscow",), source="TASS", language="ru"))
    assert AlertPolicy(("desk",), routes=routes).channels(hit) == channels


def test_who_is_told_is_said_in_a_sentence():
    policy = AlertPolicy(
        ("desk", "mail", "pager"),
        routes=(Route(("phone",), min_score=0.8),),
        default_timing=AlertTiming(zone=BERLIN),
        by_channel={
            "mail": AlertTiming("daily", time(8, 30), min_score=0.6),
            "pager": AlertTiming(quiet=NIGHT, cap_per_hour=3),
        },
    )
    assert describe_alerting(policy, SEED) == (
        "desk at once; mail in a daily digest at 08:30 (Europe/Berlin), from a score of 0.60 on; "
        "pager at once, but not from 22:00 to 07:00 (Europe/Berlin), at most 3 an hour of all seeds, "
        "the rest in one digest; "
        "phone instead from a score of 0.80 on"
    )
    assert describe_alerting(AlertPolicy(), SEED) == "nobody"


@pytest.mark.parametrize(
    ("seed_timing", "route", "said"),
    [
        (AlertTiming("hourly", cap_per_hour=3), Route(()), "desk in a digest every hour; nobody instead always"),
        (AlertTiming("daily"), None, "desk in a daily digest at 08:00 (UTC)"),
        (
            AlertTiming("instant", cap_per_hour=3),
            None,
            "desk at once, at most 3 an hour of this seed, the rest in one digest",
        ),
        (AlertTiming(quiet=NIGHT), None, "desk at once, but not from 22:00 to 07:00 (UTC)"),
        (AlertTiming(quiet=NIGHT, urgent=True), None, "desk at once, also in the quiet hours"),
        (AlertTiming(urgent=True), None, "desk at once"),
        (AlertTiming(), Route(("boss",), seed="dam"), "desk at once"),
        (
            AlertTiming(),
            Route(("boss", "mail"), seed="ceasefire", source="TASS", language="ru", min_score=0.7),
            "desk at once; boss, mail instead from a score of 0.70 on and for TASS and for texts in 'ru'",
        ),
    ],
)
def test_what_a_timing_or_a_route_asks_for_is_said(seed_timing, route, said):
    policy = AlertPolicy(("desk",), routes=(route,) if route else ())
    assert describe_alerting(policy, Seed("ceasefire", "A ceasefire", (), timing=seed_timing)) == said


def test_a_route_fits_from_its_least_score_on():
    routes = (Route(("phone",), min_score=0.8),)
    assert AlertPolicy(("desk",), routes=routes).channels(Hit(SEED, 0.8)) == ("phone",)


def test_a_hit_may_go_to_its_usual_channels_and_those_of_its_routes():
    routes = (
        Route(("phone", "desk"), min_score=0.8),
        Route(("boss",), seed="ceasefire"),
        Route(("water",), seed="dam"),
    )
    assert AlertPolicy(("desk",), routes=routes).possible_channels(SEED) == ("desk", "phone", "boss")


def test_a_hit_that_goes_nowhere_says_so():
    assert AlertPolicy().dispatches(Hit(SEED), NOON) == (
        (),
        ("no channel is set for this seed, or for hits like this one",),
    )


def test_every_recipient_of_a_channel_is_told():
    policy = AlertPolicy(("mail",), {"mail": ("a@x.example", "b@x.example")})
    assert [one.recipient for one in policy.dispatches(Hit(SEED), NOON)[0]] == ["a@x.example", "b@x.example"]


def test_a_daily_digest_goes_out_at_eight_unless_it_says_otherwise():
    assert schedule_alert(AlertTiming("daily"), NOON).due == utc("2025-11-04 08:00")


@pytest.fixture
def tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine that stands in Tokyo."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    clocks.tzset()
    yield
    monkeypatch.undo()
    clocks.tzset()


@pytest.mark.usefixtures("tokyo")
def test_hours_without_a_zone_are_in_utc_wherever_the_machine_stands():
    assert schedule_alert(AlertTiming("daily"), NOON).due == utc("2025-11-04 08:00")
    assert schedule_alert(AlertTiming(quiet=(time(11), time(14))), NOON).due == utc("2025-11-03 14:00")


# --- who sleeps --------------------------------------------------------------------------------

LUNCH = (time(11), time(14))
LATER_LUNCH = (time(12), time(15))
EARLY = Seed("early", "Early", (), timing=AlertTiming(quiet=LUNCH))
LATE = Seed("late", "Late", (), timing=AlertTiming(quiet=LATER_LUNCH))
URGENT = Seed("urgent", "Urgent", (), timing=AlertTiming(quiet=LUNCH, urgent=True))
AWAKE = Seed("awake", "Awake", ())
SLEEPY = QuietHours(
    AlertPolicy(("desk", "console"), by_channel={"desk": AlertTiming(quiet=NIGHT)}), [EARLY, LATE, URGENT, AWAKE]
)


@pytest.mark.parametrize(
    ("slugs", "until"),
    [
        (["early"], "2025-11-03 14:00"),
        (["late", "early"], "2025-11-03 14:00"),
        (["early", "urgent"], None),
        (["early", "awake"], None),
        (["early", "gone"], "2025-11-03 14:00"),
        (["gone"], None),
        ([], None),
    ],
)
def test_a_channel_is_told_of_several_seeds_when_the_first_of_them_may_wake_it(slugs, until):
    assert SLEEPY.until(slugs, "desk", NOON) == (utc(until) if until else None)


def test_notices_of_our_own_and_of_seeds_that_are_gone_wait_for_the_channels_own_hours():
    night, morning = utc("2025-11-03 23:00"), utc("2025-11-04 07:00")
    assert SLEEPY.until([], "desk", night) == SLEEPY.until(["gone"], "desk", night) == morning
    assert SLEEPY.until([], "console", night) is None


def test_a_channel_sleeps_when_anything_for_it_may_have_to_wait():
    assert SLEEPY.asleep(utc("2025-11-03 09:00")) == set()
    assert SLEEPY.asleep(NOON) == {"desk", "console"}
    assert SLEEPY.asleep(utc("2025-11-03 23:00")) == {"desk"}
    of_seeds = QuietHours(AlertPolicy(("desk",)), [EARLY])
    assert (of_seeds.asleep(NOON), of_seeds.asleep(NOON + timedelta(hours=2))) == ({"desk"}, set())
    of_itself = QuietHours(AlertPolicy(("desk",), by_channel={"desk": AlertTiming(quiet=LUNCH)}))
    assert of_itself.asleep(NOON) == {"desk"}  # for our own notices

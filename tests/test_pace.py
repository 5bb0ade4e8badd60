"""When next."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pace import (
    LONGEST_RETRY,
    RETRY_AFTER_OBEYED,
    is_old_news,
    next_poll,
    next_resend,
    next_retry,
    spread_of_name,
)
from tests.build import HOUR, MINUTE, NOON


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 5), (2, 10), (3, 20), (7, 320), (8, 360), (99, 360)])
def test_a_retry_waits_twice_as_long_each_time_up_to_six_hours(attempts, minutes):
    assert next_retry(NOON, attempts) == NOON + minutes * MINUTE


@given(st.integers(0, 10_000), st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_retry_obeys_the_server_within_reason(attempts, asked):
    wait = next_retry(NOON, attempts, asked) - NOON
    assert min(asked, RETRY_AFTER_OBEYED) <= wait <= max(LONGEST_RETRY, RETRY_AFTER_OBEYED)


def test_a_delivery_is_tried_again_within_the_hour():
    assert [next_resend(NOON, n) - NOON for n in (1, 2, 8, 50)] == [MINUTE / 2, MINUTE, HOUR, HOUR]


@given(st.text())
def test_polls_drift_by_a_tenth_at_most(name):
    wait = next_poll(NOON, 10 * MINUTE, name) - NOON
    assert 9 * MINUTE <= wait <= 11 * MINUTE


def test_due_times_spread_evenly():
    places = sorted(spread_of_name(f"https://news.example/{n}") for n in range(1000))
    assert 0.45 < places[500] < 0.55


def test_news_is_old_by_its_own_date_else_by_when_it_was_seen():
    assert is_old_news(NOON, NOON - 25 * HOUR, NOON, 24 * HOUR)
    assert not is_old_news(NOON, None, NOON - HOUR, 24 * HOUR)

"""Feedback: a profile moves, within bounds."""

from dataclasses import replace
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import Background, Matcher
from monitor.match.feedback import apply_rocchio
from monitor.model import Article, Example, Seed, Topic

VECTORS = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 10), min_size=1)

TRUCE = "Russia and Ukraine spoke of a truce on Monday. The truce would hold along the front line."
GANGS = "Two harbour gangs spoke of a truce on Monday. The truce would hold in the harbour and its streets."


def likeness(seed: Seed, text: str) -> float:
    (decision,) = Matcher([seed], Background()).decide(Article("", "A truce", text, "en"))
    return next(part.value for part in decision.parts if part.name == "likeness")


def seed_of(*counter_examples: str, topics: tuple[Topic, ...] = ()) -> Seed:
    return Seed(
        "truce",
        "Talks on a truce",
        (Example("Talks on a truce", TRUCE, "en"),),
        topics,
        counter_examples=tuple(Example("Not this", text, "en") for text in counter_examples),
    )


def test_what_is_like_a_counter_example_is_less_like_the_seed():
    plain, taught = seed_of(), seed_of(GANGS)
    assert likeness(taught, GANGS) < likeness(plain, GANGS)
    assert likeness(taught, TRUCE) > 0.9 * likeness(plain, TRUCE)


def test_what_is_like_a_hit_labelled_relevant_is_more_like_the_seed():
    plain = seed_of()
    taught = replace(plain, relevant=(Example("This too", GANGS, "en"),))
    assert likeness(taught, GANGS) > likeness(plain, GANGS)
    assert likeness(taught, TRUCE) > 0.8 * likeness(plain, TRUCE)


def test_a_counter_example_cannot_switch_off_a_required_topic():
    seed = seed_of(TRUCE, topics=(Topic("Ukraine", {"*": ("Ukraine",)}, required=True),))
    (with_it,) = Matcher([seed], Background()).decide(Article("", "A truce", TRUCE, "en"))
    (without,) = Matcher([seed], Background()).decide(Article("", "A truce", GANGS, "en"))
    assert "required" not in with_it.reason
    assert without.reason.startswith("required topic missing: Ukraine")


@given(VECTORS, st.lists(VECTORS, max_size=4), st.lists(VECTORS, max_size=4))
def test_a_moved_profile_keeps_its_length_and_has_no_negative_word(profile, yes, no):
    moved = apply_rocchio(profile, yes, no)
    assert all(weight > 0 for weight in moved.values())
    length = sqrt(sum(weight * weight for weight in profile.values()))
    assert isclose(sqrt(sum(weight * weight for weight in moved.values())), length, rel_tol=1e-9)


def test_without_feedback_nothing_moves():
    assert apply_rocchio({"a": 1.0, "b": 2.0}) == pytest.approx({"a": 1.0, "b": 2.0})


def test_the_same_feedback_a_hundred_times_moves_it_no_further():
    profile, no = {"a": 1.0, "b": 1.0}, {"b": 1.0}
    assert apply_rocchio(profile, no=[no] * 100) == pytest.approx(apply_rocchio(profile, no=[no]))

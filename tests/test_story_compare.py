"""Two articles side by side: the rules by which they are copies, reports of one news, or of different things."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import partial
from math import exp, sqrt
from typing import Any

import pytest

from monitor.model import Article, Story
from monitor.story import PlacedHit
from monitor.story.compare import (
    are_contradictory,
    are_opposed,
    compare_leads,
    crosslingual_features,
    has_other_tolls,
    is_instalment,
    measure_containment,
    weighted_cosine,
)
from monitor.story.figures import Figure
from monitor.story.fingerprint import Fingerprint, fingerprint_article
from monitor.story.tracker import measure_sameness
from tests.build import HOUR, NOON

EMPTY = fingerprint_article(Article("", "", "", "en"))
ALIKE: defaultdict[str, float] = defaultdict(lambda: 1.0)
"""Features that all set a story apart as much."""


def known_by(**facts: Any) -> Fingerprint:
    """An article of which only this is known; `names` are facts of their own."""
    names = replace(EMPTY.names, **facts.pop("names", {}))
    return replace(EMPTY, names=names, **facts)


def figures(*found: str) -> tuple[Figure, ...]:
    """Numbers with what they count: `12 nth`."""
    return tuple(Figure(one.partition(" ")[0], one.partition(" ")[2], one) for one in found)


# --- copies and instalments --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "shared", "share"), [(20, 40, 15, 0.75), (40, 20, 15, 0.75), (14, 99, 7, 0.5), (13, 99, 13, 0.0)]
)
def test_a_text_is_contained_by_the_share_of_the_shorter_one(one, other, shared, share):
    """A text of fewer than fourteen sequences is too short to tell."""
    texts = [known_by(shingles=frozenset(range(size))) for size in (one, other)]
    assert measure_containment(*texts, shared) == share


BRIEFING = known_by(title=("five", "things", "to", "know"), domain="one.example")


@pytest.mark.parametrize(
    ("other", "copied", "is_one"),
    [
        (BRIEFING, 0.19, True),
        (BRIEFING, 0.2, False),
        (replace(BRIEFING, domain="two.example"), 0.0, False),
        (replace(BRIEFING, title=("six", "things", "to", "know")), 0.0, False),
    ],
)
def test_one_publishers_texts_under_one_title_are_instalments(other, copied, is_one):
    assert is_instalment(BRIEFING, other, copied) == is_one


def test_articles_without_a_title_of_their_own_are_no_instalments():
    assert not is_instalment(replace(BRIEFING, title=()), replace(BRIEFING, title=()), 0.0)


# --- what speaks against -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "opposed"),
    [
        (["12 nth"], ["13 nth"], True),
        (["12 nth"], ["12 nth", "13 nth"], False),
        (["12 nth"], [], False),
        ([], ["12 nth"], False),
        (["7 no boreas"], ["8 no boreas"], True),
        (["7 no boreas"], ["7 no boreas"], False),
        (["7 no boreas"], ["8 no argo"], False),
        (["7 no boreas", "1 no argo"], ["7 no boreas", "2 no argo"], True),
        (["7 ship"], ["8 ship"], False),
        (["12 nth", "7 ship"], ["7 nth"], True),
    ],
)
def test_what_is_numbered_differently_is_another_thing(one, other, opposed):
    first, second = (known_by(headline_figures=figures(*found)) for found in (one, other))
    assert are_opposed(first, second, 0.0) == opposed
    assert are_contradictory(first, second, 1.0) == opposed


@pytest.mark.parametrize(
    ("one", "other", "copied", "opposed"),
    [
        (("tarnov", "borgen"), ("borgen", "tarnov"), 0.0, True),
        (("tarnov", "borgen"), ("borgen", "tarnov"), 0.84, True),
        (("tarnov", "borgen"), ("borgen", "tarnov"), 0.85, False),
        (("tarnov", "borgen"), ("tarnov", "borgen"), 0.0, False),
        (("tarnov", "borgen"), ("olsen", "tarnov", "borgen"), 0.0, False),
        (("tarnov", "borgen"), ("borgen",), 0.0, False),
        (("tarnov",), ("borgen",), 0.0, False),
    ],
)
def test_who_acts_first_in_both_headlines_decides_whether_the_roles_are_swapped(one, other, copied, opposed):
    first, second = (known_by(names={"title_actors": actors}) for actors in (one, other))
    assert are_opposed(first, second, copied) == opposed


@pytest.mark.parametrize(("language", "opposed"), [("en", True), ("de", False)])
def test_the_first_sentences_count_too_in_one_language(language, opposed):
    """The order of words is the language's."""
    one = known_by(names={"opening_actors": ("tarnov", "borgen")})
    other = known_by(names={"opening_actors": ("borgen", "tarnov")}, language=language)
    assert are_opposed(one, other, 0.0) == opposed


SANDHOLM = {"title": ("sandholm",), "maybe": frozenset({"sandholm"})}
VARGOY = {"title": ("vargoy",), "maybe": frozenset({"vargoy"})}


@pytest.mark.parametrize(
    ("one", "other", "contradictory"),
    [
        (SANDHOLM, VARGOY, True),
        (SANDHOLM, VARGOY | {"maybe": frozenset({"vargoy", "sandholm"})}, False),
        (SANDHOLM | {"maybe": frozenset({"vargoy", "sandholm"})}, VARGOY, False),
        (SANDHOLM, {}, False),
        (SANDHOLM | {"title": ("sandholm", "okeru")}, SANDHOLM, False),
    ],
)
def test_articles_contradict_when_each_names_whom_the_other_does_not_know(one, other, contradictory):
    assert are_contradictory(known_by(names=one), known_by(names=other), 1.0) == contradictory
    assert not are_opposed(known_by(names=one), known_by(names=other), 0.0)


@pytest.mark.parametrize(
    ("own", "other", "others"),
    [
        ({"headline_figures": figures("23 dead")}, {"values": frozenset({"5"})}, True),
        ({"headline_figures": figures("23 dead")}, {"values": frozenset({"23"})}, False),
        ({"headline_figures": figures("450 island")}, {}, True),
        ({"opening_figures": figures("23 dead")}, {"tolls": frozenset({("dead", "5")})}, True),
        ({"opening_figures": figures("23 dead")}, {"tolls": frozenset({("dead", "23")})}, False),
        ({"opening_figures": figures("23 hurt")}, {"tolls": frozenset({("dead", "23")})}, True),
        ({"opening_figures": figures("450 island")}, {}, False),
        ({}, {"headline_figures": figures("23 dead")}, False),
    ],
)
def test_a_copy_with_another_number_in_its_headline_or_another_toll_is_an_update(own, other, others):
    assert has_other_tolls(known_by(**own), known_by(**other)) == others


# --- how alike ---------------------------------------------------------------------------------


def test_the_cosine_weighs_each_feature_once_more():
    one, other, weights = {"a": 3.0, "b": 4.0}, {"a": 3.0, "c": 4.0}, defaultdict(lambda: 1.0)
    assert weighted_cosine(one, one, weights) == pytest.approx(1.0)
    assert weighted_cosine(one, other, weights) == pytest.approx(9 / 25)
    weights["a"] = 2.0
    assert weighted_cosine(one, other, weights) == pytest.approx(36 / 52)
    assert weighted_cosine({"a": 1.0}, {"b": 1.0}, weights) == weighted_cosine({}, one, weights) == 0.0


LEAD = known_by(lead={"en strike": 1.0, "en ferry": 1.0})


def acting(*actors: str, title: tuple[str, ...] = ()) -> Fingerprint:
    names = {"title_actors": actors, "title": title or actors, "opening": frozenset(title or actors)}
    return replace(LEAD, names=replace(LEAD.names, **names))


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (LEAD, LEAD, 1.0),
        (acting("borgen"), acting("borgen"), 1.0),
        (acting("borgen"), LEAD, 0.6),
        (LEAD, acting("borgen"), 0.6),
        (acting("borgen"), acting("tarnov"), 0.36),
        (acting("borgen", "tarnov"), acting("borgen"), 1.0),
        (acting("borgen", "tarnov", "olsen"), acting("borgen"), 0.6),
        (acting(title=("sandholm", "vargoy")), acting(title=("sandholm",)), 1.0),
    ],
)
def test_leads_are_less_alike_where_who_acts_in_one_is_missing_from_the_other(one, other, alike):
    """Or most of those that a headline names: half of them may be missing."""
    assert compare_leads(one, other, ALIKE) == pytest.approx(alike)


def in_language(language: str, *names: str, maybe: tuple[str, ...] = (), values: tuple[str, ...] = ()) -> Fingerprint:
    """A lead that is known by its names, and those that only may be names, and numbers."""
    lead = frozenset(names)
    return known_by(
        language=language, values=frozenset(values), names={"lead": lead, "lead_maybe": lead | frozenset(maybe)}
    )


english, german = partial(in_language, "en"), partial(in_language, "de")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (english("borgen", "sandholm"), german("borgen", "sandholm"), 1.0),
        (english("borgen"), german("borgen"), 0.0),
        (english("borgen", values=("6",)), german("borgen", values=("6",)), 0.0),
        (english("borgen", "sandholm"), german("borgen", maybe=("sandholm",)), 1.0),
        (english("borgen", maybe=("sandholm",)), german("borgen", maybe=("sandholm",)), 0.0),
        (english("a", "b", "c", "d"), german("a", "b"), 2 / sqrt(4 * 2)),
        (english("a", "b", values=("450",)), german("a", "b"), 2 / sqrt(3 * 2)),
        (english("a", "b", values=("450",)), german("a", "b", "c", values=("450",)), 3 / sqrt(12)),
        (english("a", "b", values=("6",)), german("a", "b", "c", values=("6",)), 2.3 / sqrt(2.3 * 3.3)),
    ],
)
def test_two_languages_are_compared_by_names_and_numbers(one, other, alike):
    """At least two names must be shared, each a sure one on one side; a number of one digit says little."""
    assert compare_leads(one, other, ALIKE) == pytest.approx(alike)


def test_what_sets_a_story_apart_counts_more_in_another_language_too():
    one, other = in_language("en", "a", "b", "c", values=("450",)), in_language("de", "a", "b", values=("450", "12"))
    weights = defaultdict(lambda: 1.0, {"name c": 0.5, "number 450": 2.0, "number 12": 0.1})
    assert compare_leads(one, other, weights) == pytest.approx(4 / sqrt(4.5 * 4.1))


def test_names_and_numbers_are_what_another_language_may_find():
    assert crosslingual_features(in_language("en", "b", maybe=("a",), values=("6", "450"))) == [
        "name a",
        "name b",
        "number 450",
        "number 6",
    ]


# --- all of it together ------------------------------------------------------------------------

STORY = Story("ferries", "https://one.example/a", "Ferry captains call off strike", "One", NOON)


def sameness(own: Fingerprint, told: Fingerprint, copied: float = 0.0, later: timedelta = timedelta()):
    hit = PlacedHit(STORY, "One", "first", told, NOON, "urn:one")
    return measure_sameness(own, hit, copied, ALIKE, NOON + later)


HEADLINE = ("ferry", "captains", "call", "off")
ADDRESSED = known_by(addresses=frozenset({"one.example/a"}), headline="Ferry captains call off", title=HEADLINE)


@pytest.mark.parametrize(
    ("own", "told", "copied", "found"),
    [
        (ADDRESSED, ADDRESSED, 0.0, (3.0, "copy")),
        (replace(ADDRESSED, headline="Strike is off"), ADDRESSED, 0.0, (3.0, "report")),
        (LEAD, replace(LEAD, lead={}), 0.6, (1.6, "copy")),
        (LEAD, replace(LEAD, lead={}), 0.59, (0.0, "first")),
        (replace(LEAD, headline_figures=figures("23 dead")), LEAD, 0.9, (1.9, "report")),
        (known_by(title=HEADLINE), known_by(title=HEADLINE, domain="two.example"), 0.3, (1.3, "copy")),
        (known_by(title=HEADLINE), known_by(title=HEADLINE, domain="two.example"), 0.29, (1.29, "report")),
        (known_by(title=HEADLINE), known_by(title=HEADLINE), 0.1, (0.0, "first")),
        (known_by(names=SANDHOLM), known_by(names=VARGOY), 0.9, (0.0, "first")),
        (known_by(), known_by(), 0.0, (0.0, "first")),
    ],
)
def test_the_surest_sign_of_sameness_counts(own, told, copied, found):
    alike, relation = sameness(own, told, copied)
    assert (pytest.approx(alike), relation) == found


@pytest.mark.parametrize(
    ("product", "language", "hours", "relation"),
    [
        (0.25, "en", 0, "report"),
        (0.249, "en", 0, "first"),
        (0.251 * exp(1), "en", 60, "report"),
        (0.251 * exp(1), "en", 61, "first"),
        (0.251 * exp(1), "en", -61, "first"),
    ],
)
def test_leads_must_be_alike_enough_and_their_likeness_fades(product, language, hours, relation):
    """In sixty hours to about a third, whichever was there first."""
    other = known_by(lead={"en strike": product, "en other": sqrt(1 - product**2)}, language=language)
    found = sameness(known_by(lead={"en strike": 1.0}), other, later=hours * HOUR)
    assert found == (pytest.approx(product * exp(-abs(hours) / 60) if relation == "report" else 0.0), relation)


@pytest.mark.parametrize(("size", "relation"), [(22, "report"), (23, "first")])
def test_in_two_languages_leads_must_be_more_alike(size, relation):
    """Both names of the one, of so many of the other: 2 / √44 is 0.301."""
    names = [f"name{number}" for number in range(size)]
    own, other = in_language("en", "name0", "name1"), in_language("de", *names)
    assert sameness(own, other)[1] == relation

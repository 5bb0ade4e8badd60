"""Topics: nearness, wildcards, what is excluded."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.match import Background, Matcher
from monitor.match.near import Near, parse_near, trouble_with
from monitor.match.topics import Finder
from monitor.match.words import flat, surfaces
from monitor.model import Article, Example, Seed, Topic


def seed_of(*topics: Topic) -> Seed:
    return Seed("s", "Talks on a ceasefire", (Example("Talks", "Talks on a ceasefire went on.", "en"),), topics)


def found(text: str, *terms: str, language: str = "en") -> list[str]:
    """The stretches of a text in which a topic's terms are met."""
    tokens = flat(surfaces(text))
    finder = Finder(language, [seed_of(Topic("t", {"*": terms}))])
    return [" ".join(tokens[one.start : one.end]) for one in finder.find(tokens)]


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("Lavrov rejects a ceasefire", ["Lavrov rejects a ceasefire"]),
        ("A ceasefire, said Lavrov, is no option", ["ceasefire said Lavrov"]),
        ("Lavrov flew to Minsk and spoke of many things before any ceasefire", []),
        ("Lavrovsky ceasefires", []),
        ("The ceasefire holds", []),
    ],
)
def test_near_wants_both_within_so_many_words(text, met):
    assert found(text, "Lavrov NEAR/3 ceasefire") == met


def test_onear_also_wants_them_in_order():
    assert found("Lavrov rejects a ceasefire", "Lavrov ONEAR/3 ceasefire") == ["Lavrov rejects a ceasefire"]
    assert found("A ceasefire, said Lavrov", "Lavrov ONEAR/3 ceasefire") == []


def test_near_takes_phrases_wildcards_and_other_alphabets():
    assert found("the foreign minister called cease-fires useless", "foreign minister NEAR/2 ceasefir*") == []
    assert found("foreign minister called ceasefires useless", "foreign minister NEAR/2 ceasefir*") == [
        "foreign minister called ceasefires"
    ]
    assert found("Лавров и НАТО", "Lavrov NEAR/3 НАТО", language="ru") == ["Лавров и НАТО"]


def test_near_does_not_reach_what_merely_begins_alike():
    assert found("Lavrovsky rejects a ceasefire", "Lavrov NEAR/3 ceasefire") == []


def test_a_near_term_is_parsed_into_its_parts():
    assert parse_near("foreign minister ONEAR/7 NATO") == Near("foreign minister", "NATO", 7, in_order=True)
    assert parse_near("near the border") is None


@pytest.mark.parametrize(
    "term",
    ["NEAR/3 ceasefire", "Lavrov NEAR ceasefire", "a NEAR/3 b NEAR/3 c", "x NEAR/500 y", "*", "ab*", "cea*fire", "!"],
)
def test_a_malformed_term_is_explained(term):
    assert trouble_with(term)


@pytest.mark.parametrize(
    "term", ["ceasefir*", "Lavrov NEAR/10 ceasefir*", "U.S.", "12th package", "прекращение огня", "F-16"]
)
def test_a_well_formed_term_is_left_alone(term):
    assert trouble_with(term) is None


LETTERS = st.text(string.ascii_lowercase, min_size=1, max_size=6)


@settings(deadline=None, max_examples=200)
@given(LETTERS, LETTERS)
def test_no_term_is_ever_met_inside_a_word(before, after):
    """NATO is not in anatomy, whatever stands around it."""
    assert found(f"The {before}zqwert{after} was seen", "zqwert") == []


@pytest.mark.parametrize(
    "text", ["Cease-fire talks", "the CEASEFIRE", "ceasefire's end", "ceasefires", "cease fire", "ｃｅａｓｅｆｉｒｅ"]
)
def test_case_hyphens_possessives_and_compatibility_forms_are_one_word(text):
    assert len(found(text, "ceasefire")) == 1


GAZA = Topic("Gaza", {"*": ("Gaza", "Hamas")}, excluded=True)
CEASEFIRE = Topic("ceasefire", {"*": ("ceasefire",)})
UKRAINE = Seed(
    "ukraine",
    "Moscow rejects a ceasefire in Ukraine",
    (
        Example(
            "Moscow rejects a ceasefire in Ukraine",
            "Russia rejected a ceasefire in Ukraine on Monday. Foreign minister Lavrov said that a ceasefire would "
            "not last, and that Ukraine must stay out of NATO.",
            "en",
        ),
    ),
    (CEASEFIRE, GAZA),
)


def decide(title: str, text: str):
    (decision,) = Matcher([UKRAINE], Background()).decide(Article("", title, text, "en"))
    return decision


REPORT = "Russia rejected a ceasefire in Ukraine again. Lavrov said that a ceasefire in Ukraine would not last. "


def test_an_excluded_topic_bars_a_hit_and_says_so():
    decision = decide("Lavrov compares Ukraine's ceasefire with Gaza", REPORT + "Gaza is another matter, he said.")
    assert decision.score >= decision.threshold
    assert not decision.hit
    assert decision.reason.startswith("excluded topic Gaza in the title; ")
    assert decision.topics == ("ceasefire",)
    assert sum(part.value for part in decision.parts) == pytest.approx(decision.score, abs=1e-9)


def test_an_excluded_topic_in_passing_bars_nothing():
    padding = "The talks went on in the capital for hours, and the delegations said little about them. " * 14
    decision = decide("Lavrov rejects a ceasefire in Ukraine", REPORT + padding + "He will also speak of Gaza.")
    assert decision.hit
    assert "excluded" not in decision.reason


def test_an_excluded_topic_is_not_among_those_that_count():
    assert "1 of 2" not in decide("Lavrov rejects a ceasefire in Ukraine", REPORT).reason


def test_an_article_that_only_speaks_of_what_is_excluded_gets_no_decision():
    assert Matcher([UKRAINE], Background()).decide(Article("", "Gaza", "Hamas spoke in Gaza City.", "en")) == ()


def test_a_near_miss_says_what_is_lacking():
    topics = (CEASEFIRE, Topic("NATO", {"*": ("NATO",)}))
    seed = Seed("ukraine", UKRAINE.title, UKRAINE.examples, topics, threshold=0.9)
    gangs = (
        "Gangs of the old harbour keep theirs for a second month, and shopkeepers paint their shutters again. " * 3
    )
    (decision,) = Matcher([seed], Background()).decide(Article("", "Harbour ceasefire lasts", gangs, "en"))
    assert not decision.hit
    assert decision.reason.startswith("lacking: NATO; 1 of 2 topics in the title; ")

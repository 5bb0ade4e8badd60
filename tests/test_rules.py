"""The rules of a seed: what is excluded, and what a near miss lacks."""

from __future__ import annotations

import pytest

from monitor.match import Background, Matcher
from monitor.model import Article, Example, Seed, Topic

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

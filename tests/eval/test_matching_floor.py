"""What matching reaches on our own small gold set. A floor rises with the matcher and never falls."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.match import Background, Matcher, propose_topics
from monitor.model import Article, Decision, Example, Seed, Topic

HERE = Path(__file__).parent
PRECISION = 0.85
RECALL = 0.97


def read_seed(table: dict[str, Any]) -> Seed:
    example = Example(table["title"], table["text"].strip(), "en")
    topics = tuple(read_topic(name, topic) for name, topic in table.get("topics", {}).items())
    topics = topics or propose_topics(example.title, example.text, example.language)
    return Seed(table["slug"], example.title, (example,), topics)


def read_topic(name: str, table: dict[str, Any]) -> Topic:
    terms = table["terms"] if isinstance(table["terms"], dict) else {"*": table["terms"]}
    terms = {language: tuple(words) for language, words in terms.items()}
    return Topic(name, terms, required=table.get("required", False))


@pytest.fixture(scope="module")
def seeds() -> list[Seed]:
    tables = tomllib.loads((HERE / "matching_seeds.toml").read_text("utf-8"))["seed"]
    return [read_seed(table) for table in tables]


@pytest.fixture(scope="module")
def gold() -> list[dict[str, Any]]:
    lines = (HERE / "matching_articles.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def pairs(seeds: list[Seed], gold: list[dict[str, Any]]) -> list[tuple[dict[str, Any], str, Decision | None]]:
    """Every article × seed with its decision, in the order of the stream."""
    return list(decide_all(seeds, gold))


def decide_all(
    seeds: list[Seed], gold: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], str, Decision | None]]:
    matcher = Matcher(seeds, Background())
    for row in gold:
        article = Article("", row["title"], row["text"], row["language"])
        decided = {decision.seed: decision for decision in matcher.decide(article)}
        yield from ((row, seed.slug, decided.get(seed.slug)) for seed in seeds)
        matcher.learn(article)


def is_hit(decision: Decision | None) -> bool:
    return decision is not None and decision.hit


def test_precision_and_recall_keep_their_floors(pairs):
    right = sum(is_hit(decision) for row, seed, decision in pairs if seed in row["about"])
    wrong = [(row["title"], seed) for row, seed, decision in pairs if seed not in row["about"] and is_hit(decision)]
    missed = [(row["title"], seed) for row, seed, decision in pairs if seed in row["about"] and not is_hit(decision)]
    assert right / (right + len(wrong)) >= PRECISION, wrong
    assert right / (right + len(missed)) >= RECALL, missed


def test_no_passing_mention_is_a_hit(pairs):
    """An article that names a topic once, far down, is about something else."""
    wrong = [(row["title"], seed) for row, seed, decision in pairs if row["kind"] == "passing" and is_hit(decision)]
    assert wrong == []


def test_what_is_far_away_is_no_hit(pairs):
    wrong = [(row["title"], seed) for row, seed, decision in pairs if row["kind"] == "far" and is_hit(decision)]
    assert wrong == []


@pytest.mark.parametrize("language", ["de", "fr", "es", "ru", "uk"])
def test_the_same_news_is_found_in_other_languages(pairs, language):
    missed = [
        row["title"]
        for row, seed, decision in pairs
        if row["language"] == language and seed in row["about"] and not is_hit(decision)
    ]
    assert missed == []


def test_every_score_is_the_sum_of_its_parts(pairs):
    decisions = [decision for _, _, decision in pairs if decision]
    assert decisions
    for decision in decisions:
        assert 0 < decision.score < 1
        assert abs(sum(part.value for part in decision.parts) - decision.score) < 1e-9


def test_every_passage_stands_where_it_says(pairs):
    shown = [(row, passage) for row, _, decision in pairs if decision for passage in decision.passages]
    assert shown
    for row, passage in shown:
        assert row["text"][passage.start : passage.start + len(passage.text)] == passage.text


def test_deciding_twice_decides_the_same(seeds, gold, pairs):
    assert list(decide_all(seeds, gold)) == pairs

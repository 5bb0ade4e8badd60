"""What reading reaches on our own pages. A floor rises with the code, and falls only by an explained change."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

import pytest

from monitor.extract import extract_article
from monitor.model import Article, Page

GOLD = Path(__file__).parent.parent / "data" / "pages" / "gold"
EXPECTED = json.loads((GOLD / "expected.json").read_text("utf-8"))
NOW = datetime(2025, 12, 1, tzinfo=UTC)

MEAN_F1 = 0.985
LEAST_F1 = 0.90

WORD = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]|[^\W\u3040-\u30ff\u4e00-\u9fff]+")


@pytest.fixture(scope="module")
def articles() -> dict[str, Article]:
    return {name: read_gold(name) for name in EXPECTED}


def read_gold(name: str) -> Article:
    told = EXPECTED[name]
    return extract_article(Page(told["url"], (GOLD / f"{name}.html").read_bytes(), told["content_type"]), NOW)


def shingles(text: str) -> Counter[tuple[str, ...]]:
    found = WORD.findall(text)
    return Counter(tuple(found[start : start + 4]) for start in range(max(1, len(found) - 3)))


def f1(expected: str, text: str) -> float:
    one, other = shingles(expected), shingles(text)
    return 2 * (one & other).total() / (one.total() + other.total())


def test_texts_are_read_nearly_whole_and_without_their_surroundings(articles: dict[str, Article]) -> None:
    reached = {name: f1(EXPECTED[name]["text"], article.text) for name, article in articles.items()}
    assert mean(reached.values()) >= MEAN_F1
    assert min(reached.values()) >= LEAST_F1, reached


@pytest.mark.parametrize("name", EXPECTED)
def test_title_time_authors_and_language_are_as_the_page_shows_them(name: str, articles: dict[str, Article]) -> None:
    told, article = EXPECTED[name], articles[name]
    published = article.published.isoformat() if article.published else None
    assert {
        "title": article.title,
        "published": published,
        "authors": list(article.authors),
        "language": article.language,
    } == {key: told[key] for key in ("title", "published", "authors", "language")}

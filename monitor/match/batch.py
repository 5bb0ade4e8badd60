"""The batch verb `score`: articles as JSON Lines in, decisions as JSON Lines out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from monitor.match.background import Background
from monitor.match.matcher import DEFAULT_THRESHOLD, Matcher, index_meanings
from monitor.meaning import with_meaning
from monitor.model import Article, Decision, Seed, StageError
from monitor.text import clean_line, clean_text

SCORED_TEXT_LIMIT = 1_000_000
"""Characters of a text that are read."""


def score_lines(
    lines: Iterable[str],
    seeds: Sequence[Seed],
    *,
    explain: bool = False,
    threshold: float = DEFAULT_THRESHOLD,
    semantic: bool = False,
) -> Iterator[str]:
    """One line for each article × seed with a score above 0, in the order of the stream.

    Begins with the shipped background and learns from each article after it was decided.
    """
    matcher = Matcher(seeds, Background(), threshold, index_meanings(seeds) if semantic else None)
    for number, line in enumerate(lines, 1):
        if line.strip():
            identity, article = _parse_article_line(line, number)
            article = with_meaning(article) if semantic else article
            for decision in matcher.decide(article):
                yield json.dumps(_decision_to_row(identity, decision, explain=explain), ensure_ascii=False)
            matcher.learn(article)


def _parse_article_line(line: str, number: int) -> tuple[object, Article]:
    try:
        given = json.loads(line)
    except ValueError as error:
        raise StageError("bad_line", final=True, detail=f"line {number} is not JSON") from error
    if not isinstance(given, dict) or "id" not in given:
        raise StageError("bad_line", final=True, detail=f"line {number} is not an article with an id")
    title, text, language = (given.get(name) for name in ("title", "text", "language"))
    return given["id"], Article(
        url="",
        title=clean_line(str(title or "")),
        text=clean_text(str(text or ""), SCORED_TEXT_LIMIT),
        language=str(language).lower()[:2] if language else None,
    )


def _decision_to_row(identity: object, decision: Decision, *, explain: bool) -> dict[str, Any]:
    row = {"id": identity, "seed": decision.seed, "score": decision.score, "hit": decision.hit}
    if explain:
        fields = asdict(decision)
        row |= {name: fields[name] for name in ("threshold", "reason", "parts", "topics", "passages")}
    return row

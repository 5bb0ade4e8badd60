"""What a judgement changes in the archive: decisions, hits, stories, alerts with their deliveries, words."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, replace
from datetime import datetime

import msgspec

from monitor.archive.promises import add_alert, cap_dispatches, describe_dispatches
from monitor.archive.times import time_to_text
from monitor.model import Article, Decision, JudgedDecision, Judgement, Promise, Reading, Report, Story


def save_judgement(
    conn: sqlite3.Connection,
    reading: Reading,
    article_id: int,
    judgement: Judgement,
    now: datetime,
    edition: int = 0,
) -> None:
    """Save all that follows from one reading; the caller holds the transaction.

    `edition` counts the changes of an article that was read before, and is 0 for a new one. What was a hit stays as
    it was decided, unless the change has news for somebody.
    """
    for judged in judgement.decisions:
        _save_judged(conn, reading.article, article_id, judged, now, edition)
    conn.executemany(
        """insert into document_frequencies values (?, ?, ?)
           on conflict do update set articles = articles + excluded.articles""",
        [(language, stem, count) for (language, stem), count in judgement.learned.items()],
    )
    conn.executemany(
        "insert into languages values (?, ?) on conflict do update set articles = articles + excluded.articles",
        list(judgement.learned_articles.items()),
    )


def _save_judged(
    conn: sqlite3.Connection, article: Article, article_id: int, judged: JudgedDecision, now: datetime, edition: int
) -> None:
    decision = judged.decision
    seed = conn.execute("select id from seeds where slug = ?", (decision.seed,)).fetchone()
    if seed is None:  # the seed was taken away while the article was being read
        return
    (seed_id,) = seed
    if edition and not judged.promises and _was_hit(conn, article_id, seed_id):
        return
    promises = [replace(promise, to=cap_dispatches(conn, promise.to, now, seed_id)) for promise in judged.promises]
    judged = replace(judged, promises=tuple(promises))
    _save_decision(conn, judged, article_id, seed_id, now)
    if not decision.hit:
        return
    story_id = _save_story(conn, judged.story, seed_id, judged.independent) if judged.story else None
    hit_id = _save_hit(conn, judged, article, article_id, seed_id, story_id, now)
    for promise in judged.promises:
        _add_promise(conn, promise, hit_id, seed_id, story_id, now, edition)


def _save_decision(
    conn: sqlite3.Connection, judged: JudgedDecision, article_id: int, seed_id: int, now: datetime
) -> None:
    decision = judged.decision
    conn.execute(
        """insert into decisions (article_id, seed_id, score, threshold, hit, reason, parts, topics, passages, told,
             silent_because, decided_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (article_id, seed_id) do update set score = excluded.score, threshold = excluded.threshold,
             hit = excluded.hit, reason = excluded.reason, parts = excluded.parts, topics = excluded.topics,
             passages = excluded.passages, told = excluded.told, silent_because = excluded.silent_because,
             decided_at = excluded.decided_at""",
        (
            article_id,
            seed_id,
            decision.score,
            decision.threshold,
            int(decision.hit),
            decision.reason,
            _json_column([asdict(part) for part in decision.parts]),
            ", ".join(decision.topics) or None,
            # A hit's are kept with the hit.
            _passages_column(decision) if decision.passages and not decision.hit else None,
            describe_dispatches(judged.to) or None,
            judged.silent_because,
            time_to_text(now),
        ),
    )


def _save_story(conn: sqlite3.Connection, story: Story, seed_id: int, independent: int) -> int:
    conn.execute(
        """insert into stories (seed_id, url, title, source, first_seen_at, independent) values (?, ?, ?, ?, ?, ?)
           on conflict do update set independent = excluded.independent""",
        (seed_id, story.url, story.title, story.source, time_to_text(story.first_seen), independent),
    )
    row = conn.execute("select id from stories where seed_id = ? and url = ?", (seed_id, story.url)).fetchone()
    return int(row[0])


def _save_hit(
    conn: sqlite3.Connection,
    judged: JudgedDecision,
    article: Article,
    article_id: int,
    seed_id: int,
    story_id: int | None,
    now: datetime,
) -> int:
    decision = judged.decision
    # An edited article stays in its story, as what it was there and with the day it was found.
    conn.execute(
        """insert into hits (article_id, seed_id, story_id, relation, title, score, reason, topics, passages,
             matched_at, day)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           on conflict (article_id, seed_id) do update set title = excluded.title, score = excluded.score,
             reason = excluded.reason, topics = excluded.topics, passages = excluded.passages""",
        (
            article_id,
            seed_id,
            story_id,
            judged.relation,
            article.title,
            decision.score,
            decision.reason,
            ", ".join(decision.topics) or None,
            _passages_column(decision),
            time_to_text(now),
            time_to_text(now)[:10],
        ),
    )
    row = conn.execute("select id from hits where article_id = ? and seed_id = ?", (article_id, seed_id)).fetchone()
    return int(row[0])


def _was_hit(conn: sqlite3.Connection, article_id: int, seed_id: int) -> bool:
    row = conn.execute("select 1 from hits where article_id = ? and seed_id = ?", (article_id, seed_id)).fetchone()
    return row is not None


def _add_promise(
    conn: sqlite3.Connection,
    promise: Promise,
    hit_id: int,
    seed_id: int,
    story_id: int | None,
    now: datetime,
    edition: int,
) -> None:
    alert = promise.alert
    key = f"{alert.kind}/{alert.seed}/{hit_id}{f'/{edition}' if edition else ''}"
    add_alert(
        conn,
        _link_to_hit(alert, hit_id),
        promise.to,
        key,
        now,
        seed_id=seed_id,
        story_id=story_id,
        hit_id=hit_id,
    )


def _link_to_hit(alert: Report, hit_id: int) -> Report:
    """An alert with the pages of its hit, where the archive is served."""
    if not alert.archive_url:
        return alert
    archive = alert.archive_url
    return replace(alert, archive_url=f"{archive}/hits/{hit_id}", label_url=f"{archive}/-/label/{hit_id}")


def _passages_column(decision: Decision) -> str:
    return _json_column([asdict(passage) for passage in decision.passages])


def _json_column(value: object) -> str:
    return msgspec.json.encode(value).decode()

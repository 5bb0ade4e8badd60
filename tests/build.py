"""Values for tests, each with only what the test is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.archive import Archive, FeedSettings, Intake
from monitor.desk import Desk, Known
from monitor.model import (
    Article,
    Decision,
    Dispatch,
    Entry,
    Example,
    Feed,
    JudgedDecision,
    Judgement,
    Part,
    Passage,
    PastAlert,
    Poll,
    Promise,
    Reading,
    Report,
    Seed,
    Story,
    Topic,
)

NOON = datetime(2025, 11, 3, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AMPLE_S = 600.0
"""A limit that is never reached, however slow the machine: what a test waits for comes, or the test is broken."""

SEED = Seed(
    slug="ceasefire",
    title="Moscow rejects a ceasefire",
    examples=(Example("Moscow rejects a ceasefire", "Lavrov rejects the ceasefire that Washington demands.", "en"),),
    topics=(Topic("ceasefire", {"*": ("ceasefire", "truce")}), Topic("NATO", {"*": ("NATO",)})),
)
FEED_URL = "https://news.example/rss"


OPEN: list[Archive] = []
"""Archives to be closed when the test is over."""


def open_archive(path: Path | None = None, intake: Intake | None = None) -> Archive:
    """An archive that is closed when the test is over."""
    archive = Archive(path, intake)
    OPEN.append(archive)
    return archive


def make_archive(*urls: str, seeds: tuple[Seed, ...] = (SEED,)) -> Archive:
    """An archive in memory that follows these feeds; its lanes need no rest."""
    archive = open_archive(intake=Intake(pause=timedelta()))
    archive.feeds.follow([FeedSettings(url, "News") for url in urls or (FEED_URL,)], NOON)
    archive.seeds.follow(seeds, NOON)
    return archive


def due_feeds(archive: Archive, now: datetime = NOON) -> list[Feed]:
    return [feed for batch in archive.feeds.due(now) for feed in batch]


def due_entries(archive: Archive, now: datetime = NOON) -> list[Entry]:
    return [entry for batch in archive.entries.due(now) for entry in batch]


def entry(name: str = "one", *, feed_id: int = 1, age: timedelta | None = HOUR, url: str | None = "") -> Entry:
    """An entry as a poll finds it."""
    link = f"https://news.example/{name}" if url == "" else url
    published = None if age is None else NOON - age
    return Entry(0, feed_id, name, link, f"Title {name}", f"Summary of {name}.", published, "en", source="News")


def poll_of(feed: Feed, *entries: Entry, etag: str | None = "v1") -> Poll:
    return Poll(feed, entries, "new", 200, etag=etag, body_hash="h1", body_bytes=100)


def reading_of(entry: Entry, text: str = "The ceasefire was rejected.\n") -> Reading:
    article = Article(
        entry.url or "", entry.title, text, "en", entry.published, canonical_url=entry.url, method="trafilatura"
    )
    return Reading(entry, article)


def hit(seed: str = "ceasefire", score: float = 0.8) -> Decision:
    passage = Passage("The ceasefire was rejected.", 0, ((4, 13),))
    parts = (Part("likeness", score - 0.3), Part("ceasefire", 0.3))
    return Decision(seed, score, 0.5, True, "1 of 2 topics in the lead", parts, ("ceasefire",), (passage,))


def alerting(reading: Reading, *channels: str, now: datetime = NOON) -> Judgement:
    """A judgement that alerts these channels of a reading."""
    article, decision = reading.article, hit()
    story = Story(decision.seed, article.url, article.title, "News", now)
    alert = Report(
        decision.seed,
        SEED.title,
        article.title,
        article.url,
        "News",
        article.published,
        now,
        "en",
        decision.score,
        decision.reason,
        decision.topics,
        decision.passages,
        "http://archive.example/monitor",
    )
    to = tuple(Dispatch(channel) for channel in channels)
    return Judgement((JudgedDecision(decision, story, (Promise(alert, to),)),), {("en", "ceasefir"): 1}, {"en": 1})


def alert_of(judged: JudgedDecision) -> Report:
    """The one alert of a hit."""
    (promise,) = judged.promises
    return promise.alert


def promising(judged: JudgedDecision, to: tuple[Dispatch, ...], **changes: object) -> JudgedDecision:
    """The same hit with its alert changed, and for other addresses."""
    return replace(judged, promises=(Promise(replace(alert_of(judged), **changes), to),))


class Past(list[tuple[Story, PastAlert]]):
    """Who was told of stories, as an archive would know it."""

    def of(self, thread: str) -> list[PastAlert]:
        return [alert for story, alert in self if story.thread == thread]


def judge_with(
    desk: Desk,
    reading: Reading,
    now: datetime,
    past: Past | None = None,
    silences: Mapping[str, str] | None = None,
    edited: Mapping[str, str] | None = None,
) -> Judgement:
    """What a desk makes of a reading, given what an archive would know."""
    draft = desk.draft(reading, now)
    told = {thread: (past or Past()).of(thread) for thread in draft.threads}
    return desk.judge(draft, Known(told, silences or {}, edited), now)


def rows(archive: Archive, sql: str) -> list[tuple[object, ...]]:
    """What the archive's file says."""
    return [tuple(row) for row in archive._connection.conn.execute(sql)]

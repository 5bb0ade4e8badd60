"""Settings → the parts that work together: archive, engine, desk and channels."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from importlib.metadata import version

from monitor.alert import Channel, open_channel
from monitor.archive import Archive, FeedSettings, Intake
from monitor.config.policy import policy_from_settings
from monitor.config.settings import FeedTable, Settings
from monitor.config.timing import timing_from_table
from monitor.desk import Desk, DeskRules
from monitor.engine import Engine, InlineEngine, PoolSettings, ProcessEngine, Stage
from monitor.match import DEFAULT_THRESHOLD, Background, Matcher, complete_seeds, index_meanings
from monitor.meaning import MODEL_MEMORY_MB, MeaningIndex
from monitor.model import Entry, Reading, StageError
from monitor.pace import STORY_OPEN_AFTER_LAST
from monitor.policy import QuietHours
from monitor.read import read_article, read_article_with_meaning
from monitor.story import PlacedHit, StoryTracker
from monitor.web import GuardedWeb, WebSettings

log = logging.getLogger(__name__)

LOOK_BACK_ARTICLES = 800
"""Articles from which a new desk learns what is usual for each seed; under a second's work."""


@dataclass(slots=True)
class Assembly:
    """The parts of a running monitor. `desk` is replaced by a fresh one when a save failed."""

    settings: Settings
    archive: Archive
    engine: Engine
    desk: Desk
    channels: Mapping[str, Channel]
    quiet: QuietHours

    @property
    def reading(self) -> Stage[Entry, Reading]:
        """How entries are read."""
        return read_article_with_meaning if self.settings.match.semantic else read_article

    def renew_desk(self, now: datetime) -> None:
        """Set up the desk from the archive again: what it remembered of an unsaved reading is gone."""
        self.desk = make_desk(self.settings, self.archive, now)


def assemble_parts(settings: Settings, archive: Archive, now: datetime) -> Assembly:
    """Bring the archive's feeds and seeds up to the settings, and set up everything that works on them.

    The settings have the seeds as written; from here on they are complete.
    """
    settings = replace(settings, seeds=complete_seeds(settings.seeds))
    archive.feeds.follow([_feed_settings(feed, settings) for feed in settings.feeds], now)
    # Before the desk is made, which takes labels, words and hits of these seeds from the archive.
    _log_seed_changes(*archive.seeds.follow(settings.seeds, now))
    archive.outbox.follow_channels(settings.channels)
    return Assembly(
        settings,
        archive,
        make_engine(settings),
        make_desk(settings, archive, now),
        make_channels(settings),
        QuietHours(policy_from_settings(settings), settings.seeds),
    )


def open_archive(settings: Settings, now: datetime) -> Archive:
    """Open the archive of these settings for writing, and take back what an ended process had in hand."""
    archive = Archive(settings.archive_path, _make_intake(settings))
    if doubtful := archive.recover(now):
        log.warning("%s deliveries were cut off before their answer: they are sent again", doubtful)
    return archive


def web_settings(settings: Settings) -> WebSettings:
    """How this installation shows itself on the net, and where it may go."""
    contact = f" (+{settings.web.contact})" if settings.web.contact else ""
    return WebSettings(
        user_agent=f"monitor/{version('monitor')}{contact}",
        allow_networks=settings.web.allow_networks,
        timeout_s=settings.web.timeout.total_seconds(),
    )


def make_engine(settings: Settings) -> Engine:
    """The engine that the settings ask for."""
    web = web_settings(settings)
    if settings.engine.kind == "inline":
        return InlineEngine(GuardedWeb(web))
    memory_mb = settings.engine.memory_mb + (MODEL_MEMORY_MB if settings.match.semantic else 0)
    return ProcessEngine(PoolSettings(workers=settings.engine.workers, memory_mb=memory_mb), web)


def make_desk(settings: Settings, archive: Archive, now: datetime) -> Desk:
    """A desk that judges as if it had never stopped: words, stories and what is usual come from the archive."""
    background = Background(archive.seeds.document_frequencies(), archive.seeds.articles_by_language())
    threshold = DEFAULT_THRESHOLD if settings.match.threshold is None else settings.match.threshold
    matcher = Matcher(archive.labels.teach_seeds(settings.seeds), background, threshold, _seed_meanings(settings))
    # What is usual is measured with the labels in: they change how like a seed an article is.
    matcher.look_back(archive.seeds.recent_articles(LOOK_BACK_ARTICLES))
    placed = [PlacedHit.of(*row) for row in archive.seeds.placed_hits(now - STORY_OPEN_AFTER_LAST)]
    rules = _make_rules(settings)
    families = {feed.source: feed.family for feed in settings.feeds if feed.family}
    return Desk(settings.seeds, matcher, StoryTracker(placed, families), rules)


def _seed_meanings(settings: Settings) -> MeaningIndex | None:
    """What the seeds mean, where that is asked for. A model that fails has said so: it keeps nobody from work."""
    if not settings.match.semantic:
        return None
    try:
        return index_meanings(settings.seeds)
    except StageError:
        return None


def make_channels(settings: Settings) -> dict[str, Channel]:
    """The channels by name, the default ones first, each with its secrets; they tell times in the reader's zone."""
    zone = reader_zone(settings)
    tables = sorted(settings.channels.items(), key=lambda item: item[0] not in settings.alerts.channels)
    return {
        name: open_channel(name, table, settings.secrets, timing_from_table(table).zone or zone)
        for name, table in tables
    }


def reader_zone(settings: Settings) -> tzinfo:
    """In which zone times are told, unless a channel has its own."""
    return timing_from_table(settings.alerts).zone or UTC


def _make_rules(settings: Settings) -> DeskRules:
    url = settings.archive.url
    return DeskRules(
        policy=policy_from_settings(settings),
        max_age=settings.alerts.max_age,
        follow_ups_a_day=settings.alerts.follow_ups_a_day,
        archive_url=f"{url.rstrip('/')}/{_tilde_encode(settings.archive_path.stem)}" if url else None,
    )


def _tilde_encode(name: str) -> str:
    """A database's name as Datasette writes it into addresses: `my.news` is `my~2Enews`."""
    return re.sub(r"[^A-Za-z0-9_-]", lambda sign: "".join(f"~{byte:02X}" for byte in sign[0].encode()), name)


def _make_intake(settings: Settings) -> Intake:
    return Intake(
        pause=settings.web.pause,
        first_max_age=settings.poll.first_max_age,
        first_max_entries=settings.poll.first_max_entries,
    )


def _feed_settings(feed: FeedTable, settings: Settings) -> FeedSettings:
    return FeedSettings(
        url=feed.url,
        source=feed.source,
        language=feed.language,
        country=feed.country,
        kind=feed.kind,
        note=feed.note,
        interval=feed.interval or settings.poll.interval,
    )


def _log_seed_changes(new: list[str], changed: list[str], gone: list[str]) -> None:
    lines: dict[str, tuple[Callable[..., None], list[str]]] = {
        "new seed %s: articles are compared with it from now on": (log.info, new),
        "seed %s has changed: the next article is compared with its new text and topics": (log.info, changed),
        "seed %s is gone: nothing is compared with it any more": (log.warning, gone),
    }
    for line, (say, slugs) in lines.items():
        for slug in slugs:
            say(line, slug)

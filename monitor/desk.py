"""The desk: what the newsroom knows now, and the judgement it passes on each article.

`judge` is pure given the desk's state: it compares the article with every profile, places each hit in a
story, and decides who is told. It also says why nobody is told, which is what the ledger of decisions keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.match import NOTED_SHARE, Matcher
from monitor.model import (
    EVERY_SEED,
    Decision,
    Dispatch,
    JudgedDecision,
    Judgement,
    PastAlert,
    Promise,
    Reading,
    Report,
    Seed,
)
from monitor.pace import DAY, is_old_news
from monitor.policy import AlertPolicy, Hit
from monitor.story import Placement, StoryTracker, new_facts

NAMED_OUTLETS = 5
"""Outlets that a silent hit's reason names; the archive's page of the story has them all."""


@dataclass(frozen=True, slots=True)
class DeskRules:
    """Who is told, and what is news."""

    policy: AlertPolicy = field(default_factory=AlertPolicy)
    max_age: timedelta = timedelta(hours=24)
    """What was published longer ago wakes nobody: it is told in a catch-up digest."""
    archive_url: str | None = None
    """Address of the archive's database pages, to which `/hits/ID` is added."""
    follow_ups_a_day: int = 3
    """So many follow-ups one story may have within 24 hours."""
    confirmed_by: int = 3
    """Told by so many independent publishers, a story's confirmation is news."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What an article is by itself: what each seed makes of it, and the story that each hit belongs to."""

    reading: Reading
    decisions: tuple[Decision, ...]
    placements: Mapping[str, Placement]
    """Seed → where its hit belongs; seeds whose hit it is not are left out."""

    @property
    def threads(self) -> tuple[str, ...]:
        """The stories it belongs to, as messages know them: what people were told of these must be asked."""
        return tuple(placement.story.thread for placement in self.placements.values())


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive knows when an article is judged: gathered before, so that judging asks nobody."""

    past: Mapping[str, Sequence[PastAlert]] = field(default_factory=dict)
    """A story's thread → who was told of it by now."""
    silences: Mapping[str, str] = field(default_factory=dict)
    """Seed, or `EVERY_SEED` → why nobody is told of its hits just now."""
    edited: Mapping[str, str] | None = None
    """Of an article that was edited since it was judged: each seed whose hit it is already, with the address of its
    story. None for a new article."""


class Desk:
    """Judges one reading after the other, learning as it goes."""

    def __init__(self, seeds: Iterable[Seed], matcher: Matcher, tracker: StoryTracker, rules: DeskRules) -> None:
        self._seeds = {seed.slug: seed for seed in seeds}
        self._matcher = matcher
        self._tracker = tracker
        self._rules = rules

    def draft(self, reading: Reading, now: datetime) -> Draft:
        """Compare an article with every profile, and find the stories of its hits."""
        decisions = self._matcher.decide(reading.article, NOTED_SHARE)
        slugs = [decision.seed for decision in decisions if decision.hit]
        return Draft(reading, decisions, {slug: self._tracker.place(slug, reading, now) for slug in slugs})

    def judge(self, draft: Draft, known: Known, now: datetime) -> Judgement:
        """Every decision this article gets, who is told, and the words it teaches: none again when it was edited.

        The desk itself stays as it was: `remember` follows once the judgement is saved, so that nothing unsaved
        makes the same news look like a repetition.
        """
        judged = tuple(self._judge_one(decision, draft, known, now) for decision in draft.decisions)
        if known.edited is not None:
            return Judgement(judged, edited=True)
        learned = self._matcher.lesson(draft.reading.article)
        articles = {language: 1 for language, _ in learned}
        return Judgement(judged, learned, articles)

    def remember(self, reading: Reading, judgement: Judgement, now: datetime) -> None:
        """Take in a judgement that is saved: its stories and its words."""
        for judged in judgement.decisions:
            # An edit that nobody was told of leaves the story as people know it.
            if judged.story and (judged.promises or judged.is_new):
                self._tracker.add(judged.story, reading, now, judged.relation or "first")
        if not judgement.edited:
            self._matcher.learn(reading.article)

    def _judge_one(self, decision: Decision, draft: Draft, known: Known, now: datetime) -> JudgedDecision:
        if not decision.hit:
            return JudgedDecision(decision)
        seed, reading = self._seeds[decision.seed], draft.reading
        placed, own_story = draft.placements[seed.slug], (known.edited or {}).get(seed.slug)
        if own_story and (placed.relation == "first" or placed.story.url != own_story):
            return JudgedDecision(decision, silent_because="edited when its story had ended")
        old = self._why_too_old(reading, now)
        hit = Hit(seed, decision.score, reading.entry.source, reading.article.language, old)
        to, spared = self._rules.policy.dispatches(hit, now)
        past = known.past.get(placed.story.thread, ())
        adds = {channel: self._adds(placed, past, channel) for channel in _channel_names(to)}
        # A catch-up digest may be long: who has a story in one is told of a fresh report all the same.
        reached = {one.channel for one in past if old or not one.catch_up}
        anew = tuple(one for one in to if one.channel not in reached)
        idle = {
            channel: why
            for channel, news in adds.items()
            if channel in reached and (why := self._adds_nothing(placed, news, past, reading, now, channel))
        }
        again = tuple(one for one in to if one.channel in reached and one.channel not in idle)
        spared = (*spared, *_not_again(idle, among=len(adds)))
        silent = known.silences.get(seed.slug) or known.silences.get(EVERY_SEED)
        if silent and (anew or again):
            anew, again, spared = (), (), (silent,)
        promises = tuple(
            Promise(self._make_alert(decision, seed, placed, reading, now, news), group)
            for news, group in (((), anew), (_news_for(adds, again), again))
            if group
        )
        why_not = "; ".join(spared) or None
        return JudgedDecision(
            decision, placed.story, promises, why_not, placed.relation, placed.independent, is_new=own_story is None
        )

    def _adds(self, placed: Placement, past: Sequence[PastAlert], channel: str) -> tuple[str, ...]:
        """What a hit adds to what a channel was told of its story."""
        return new_facts(placed, [one for one in past if one.channel == channel], self._rules.confirmed_by)

    def _why_too_old(self, reading: Reading, now: datetime) -> str | None:
        """Why a hit is too old to wake anybody, if it is."""
        published = reading.article.published or reading.entry.published
        if not is_old_news(now, published, now, self._rules.max_age):
            return None
        return f"published {_age_in_words(now, published)} ago"

    def _adds_nothing(
        self,
        placed: Placement,
        news: Sequence[str],
        past: Sequence[PastAlert],
        reading: Reading,
        now: datetime,
        channel: str,
    ) -> str | None:
        """Why a story that a channel was told of is not told once more; None when there is news in it."""
        told = f"same story as “{placed.story.title}” ({placed.story.source})"
        if not news:
            others = [name for name in placed.outlets if name not in (placed.story.source, reading.entry.source)]
            new = "" if placed.relation == "copy" else ", and nothing new in it"
            return f"{told}{new}{_name_other_outlets(others)}"
        earlier = [one for one in past if one.channel == channel and one.follow_up and one.at > now - DAY]
        if len({(one.article, one.at) for one in earlier}) >= self._rules.follow_ups_a_day:
            return f"{told}, which had its follow-ups of the day; {'; '.join(news)}"
        return None

    def _make_alert(
        self,
        decision: Decision,
        seed: Seed,
        placed: Placement,
        reading: Reading,
        now: datetime,
        news: tuple[str, ...],
    ) -> Report:
        article = reading.article
        return Report(
            seed=seed.slug,
            seed_title=seed.title,
            title=article.title,
            url=article.url or None,
            source=reading.entry.source,
            published=article.published or reading.entry.published,
            seen=now,
            language=article.language,
            score=decision.score,
            reason=decision.reason,
            topics=decision.topics,
            passages=decision.passages,
            archive_url=self._rules.archive_url,
            kind="follow_up" if news else "hit",
            also=tuple(name for name in placed.outlets if name != reading.entry.source),
            independent=placed.independent,
            news=news,
            thread=placed.story.thread,
            story_title=placed.story.title,
        )


def _channel_names(dispatches: Iterable[Dispatch]) -> list[str]:
    return list(dict.fromkeys(one.channel for one in dispatches))


def _not_again(idle: Mapping[str, str], among: int) -> Iterator[str]:
    """Why channels are not told once more; they are named where others are."""
    for why in dict.fromkeys(idle.values()):
        names = [channel for channel in idle if idle[channel] == why]
        yield why if len(names) == among else f"not again to {', '.join(names)}: {why}"


def _news_for(adds: Mapping[str, tuple[str, ...]], to: Iterable[Dispatch]) -> tuple[str, ...]:
    """What is new to any of these channels."""
    return tuple(dict.fromkeys(phrase for one in to for phrase in adds[one.channel]))


def _name_other_outlets(outlets: list[str]) -> str:
    """Who else has a story: the first few by name."""
    if not outlets:
        return ""
    more = f" and {len(outlets) - NAMED_OUTLETS} more" if len(outlets) > NAMED_OUTLETS else ""
    return f"; also in {', '.join(outlets[:NAMED_OUTLETS])}{more}"


def _age_in_words(now: datetime, then: datetime | None) -> str:
    return _span_in_words(now - (then or now))


def _span_in_words(span: timedelta) -> str:
    hours = round(span.total_seconds() / 3600)
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"  # noqa: PLR2004 - three days

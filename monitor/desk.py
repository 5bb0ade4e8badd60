"""The desk: what the newsroom knows now, and the judgement it passes on each article, in three steps.

    draft     compare the article with every profile, and place each hit in a story
    judge     decide who is told of each hit, given what the archive knows of its story
    remember  take in the judgement, once it is saved

Nothing here asks the archive: what `judge` must know of it is gathered before, as a value. A judgement also says why
somebody is not told, and the archive keeps that in `decisions`.
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
    own_stories: Mapping[str, str] | None = None
    """Of an article that was edited since it was judged: each seed whose hit it is already, with the address of its
    story. None for a new article."""


@dataclass(frozen=True, slots=True)
class _DraftedHit:
    """A hit of a draft: where it belongs, and who was told of its story by now."""

    decision: Decision
    seed: Seed
    reading: Reading
    placed: Placement
    past: Sequence[PastAlert]
    now: datetime

    @property
    def source(self) -> str:
        return self.reading.entry.source

    @property
    def published(self) -> datetime | None:
        """When its page says that it was published, else when its feed does."""
        return self.reading.article.published or self.reading.entry.published

    def has_left(self, story_url: str) -> bool:
        """Whether, edited, it is placed elsewhere than in its own story: an edit keeps to that, and begins none."""
        return self.placed.relation == "first" or self.placed.story.url != story_url

    def past_on(self, channel: str) -> list[PastAlert]:
        """What a channel was told of its story."""
        return [alert for alert in self.past if alert.channel == channel]

    def for_policy(self, old: str | None) -> Hit:
        """What of it decides who is told."""
        return Hit(self.seed, self.decision.score, self.source, self.reading.article.language, old)


@dataclass(frozen=True, slots=True)
class _Audience:
    """Who is told of a hit, and why others are not."""

    new_to: tuple[Dispatch, ...] = ()
    """To whom its story is new."""
    told_again: tuple[Dispatch, ...] = ()
    """Who know the story, and for whom there is news in it."""
    news: tuple[str, ...] = ()
    """What is new to any of the latter."""
    why_not: tuple[str, ...] = ()


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
        judged = tuple(self._judge_decision(decision, draft, known, now) for decision in draft.decisions)
        if known.own_stories is not None:
            return Judgement(judged, edited=True)
        learned = self._matcher.lesson(draft.reading.article)
        articles = {language: 1 for language, _ in learned}
        return Judgement(judged, learned, articles)

    def remember(self, reading: Reading, judgement: Judgement, now: datetime) -> None:
        """Take in a judgement that is saved: its stories and its words."""
        for judged in judgement.decisions:
            # An edit that nobody was told of leaves the story as people know it.
            if judged.story and (judged.promises or judged.is_new_hit):
                self._tracker.add(judged.story, reading, now, judged.relation or "first")
        if not judgement.edited:
            self._matcher.learn(reading.article)

    def _judge_decision(self, decision: Decision, draft: Draft, known: Known, now: datetime) -> JudgedDecision:
        if not decision.hit:
            return JudgedDecision(decision)
        placed = draft.placements[decision.seed]
        past = known.past.get(placed.story.thread, ())
        hit = _DraftedHit(decision, self._seeds[decision.seed], draft.reading, placed, past, now)
        own_story = (known.own_stories or {}).get(decision.seed)
        if own_story and hit.has_left(own_story):
            return JudgedDecision(decision, silent_because="edited when its story had ended", is_new_hit=False)
        audience = _silence_audience(self._choose_audience(hit), known.silences, decision.seed)
        return JudgedDecision(
            decision,
            placed.story,
            self._make_promises(hit, audience),
            "; ".join(audience.why_not) or None,
            placed.relation,
            placed.independent,
            is_new_hit=own_story is None,
        )

    def _choose_audience(self, hit: _DraftedHit) -> _Audience:
        """Of the addresses that the policy gives, those that have not heard of the story, or for whom it has news."""
        old = self._why_too_old(hit)
        addresses, why_not = self._rules.policy.dispatches(hit.for_policy(old), hit.now)
        knowing = _channels_that_know(hit.past, old)
        news = {channel: self._news_for_channel(hit, channel) for channel in _channel_names(addresses)}
        not_again = {
            channel: why
            for channel in news
            if channel in knowing and (why := self._why_not_again(hit, channel, news[channel]))
        }
        again = tuple(
            address for address in addresses if address.channel in knowing and address.channel not in not_again
        )
        return _Audience(
            tuple(address for address in addresses if address.channel not in knowing),
            again,
            _news_to_any(news, again),
            (*why_not, *_explain_not_again(not_again, of_channels=len(news))),
        )

    def _why_too_old(self, hit: _DraftedHit) -> str | None:
        """Why a hit is too old to wake anybody, if it is."""
        # An undated hit counts as first seen now, so it never is.
        if not is_old_news(hit.now, hit.published, hit.now, self._rules.max_age):
            return None
        return f"published {_age_in_words(hit.now, hit.published)} ago"

    def _news_for_channel(self, hit: _DraftedHit, channel: str) -> tuple[str, ...]:
        """What a hit adds to what a channel was told of its story."""
        return new_facts(hit.placed, hit.past_on(channel), self._rules.confirmed_by)

    def _why_not_again(self, hit: _DraftedHit, channel: str, news: Sequence[str]) -> str | None:
        """Why a channel that was told of a story is not told once more; None when there is news in it for that."""
        placed = hit.placed
        same = f"same story as “{placed.story.title}” ({placed.story.source})"
        if not news:
            others = [name for name in placed.outlets if name not in (placed.story.source, hit.source)]
            nothing_new = "" if placed.relation == "copy" else ", and nothing new in it"
            return f"{same}{nothing_new}{_name_other_outlets(others)}"
        follow_ups = {(past.article, past.at) for past in hit.past_on(channel) if past.follow_up}
        if sum(at > hit.now - DAY for _, at in follow_ups) >= self._rules.follow_ups_a_day:
            return f"{same}, which had its follow-ups of the day; {'; '.join(news)}"
        return None

    def _make_promises(self, hit: _DraftedHit, audience: _Audience) -> tuple[Promise, ...]:
        """An alert to whom the story is new, and a follow-up to those who know it."""
        groups = (((), audience.new_to), (audience.news, audience.told_again))
        return tuple(Promise(self._make_report(hit, news), addresses) for news, addresses in groups if addresses)

    def _make_report(self, hit: _DraftedHit, news: tuple[str, ...]) -> Report:
        decision, placed, article = hit.decision, hit.placed, hit.reading.article
        return Report(
            seed=hit.seed.slug,
            seed_title=hit.seed.title,
            title=article.title,
            url=article.url or None,
            source=hit.source,
            published=hit.published,
            seen=hit.now,
            language=article.language,
            score=decision.score,
            reason=decision.reason,
            topics=decision.topics,
            passages=decision.passages,
            archive_url=self._rules.archive_url,
            kind="follow_up" if news else "hit",
            also=tuple(name for name in placed.outlets if name != hit.source),
            independent=placed.independent,
            news=news,
            thread=placed.story.thread,
            story_title=placed.story.title,
        )


def _channel_names(dispatches: Iterable[Dispatch]) -> list[str]:
    return list(dict.fromkeys(address.channel for address in dispatches))


def _channels_that_know(past: Iterable[PastAlert], old: str | None) -> set[str]:
    """The channels that were told of a story, or will be."""
    # A catch-up digest may be long: who has a story in one is told of a fresh report all the same.
    return {alert.channel for alert in past if old or not alert.catch_up}


def _news_to_any(news: Mapping[str, tuple[str, ...]], addresses: Iterable[Dispatch]) -> tuple[str, ...]:
    """What is new to any of these addresses: they get one and the same alert."""
    return tuple(dict.fromkeys(phrase for address in addresses for phrase in news[address.channel]))


def _explain_not_again(not_again: Mapping[str, str], of_channels: int) -> Iterator[str]:
    """Why channels are not told once more. They are named, unless one reason holds for all that the hit goes to."""
    for why in dict.fromkeys(not_again.values()):
        names = [channel for channel in not_again if not_again[channel] == why]
        yield why if len(names) == of_channels else f"not again to {', '.join(names)}: {why}"


def _silence_audience(audience: _Audience, silences: Mapping[str, str], slug: str) -> _Audience:
    """Nobody, where a silence holds. Where nobody would have been told anyway, the reason for that stands."""
    why = silences.get(slug) or silences.get(EVERY_SEED)
    return _Audience(why_not=(why,)) if why and (audience.new_to or audience.told_again) else audience


def _name_other_outlets(outlets: list[str]) -> str:
    """Who else has a story: the first few by name."""
    if not outlets:
        return ""
    more = f" and {len(outlets) - NAMED_OUTLETS} more" if len(outlets) > NAMED_OUTLETS else ""
    return f"; also in {', '.join(outlets[:NAMED_OUTLETS])}{more}"


def _age_in_words(now: datetime, then: datetime | None) -> str:
    hours = round((now - (then or now)).total_seconds() / 3600)
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"  # noqa: PLR2004 - three days

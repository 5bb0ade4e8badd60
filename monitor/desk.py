"""The desk: what the newsroom knows now, and the judgement it passes on each article.

`judge` is pure given the desk's state: it compares the article with every profile, places each hit in a
story, and decides who is told. It also says why nobody is told, which is what the ledger of decisions keeps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.match import NOTED, Matcher
from monitor.model import Address, Alert, Decision, Judged, Judgement, Reading, Seed, Story
from monitor.pace import is_old_news
from monitor.story import Newsstand


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is told, and what is too old to tell."""

    default_channels: tuple[str, ...] = ()
    recipients: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Channel → its recipients; `("",)` where a channel has just one place to go to."""
    max_age: timedelta = timedelta(hours=24)
    archive_url: str | None = None
    """Address of the archive's database pages, to which `/hits/ID` is added."""

    def addresses(self, seed: Seed) -> tuple[Address, ...]:
        """Every address that is told of a seed's hits."""
        channels = self.default_channels if seed.channels is None else seed.channels
        return tuple(
            Address(channel, recipient) for channel in channels for recipient in self.recipients.get(channel, ("",))
        )


class Desk:
    """Judges one reading after the other, learning as it goes."""

    def __init__(self, seeds: Iterable[Seed], matcher: Matcher, newsstand: Newsstand, rules: Rules) -> None:
        self._seeds = {seed.slug: seed for seed in seeds}
        self._matcher = matcher
        self._newsstand = newsstand
        self._rules = rules

    def judge(self, reading: Reading, now: datetime) -> Judgement:
        """Every decision this article gets, who is told, and the words it teaches.

        The desk itself stays as it was: `remember` follows once the judgement is saved, so that nothing unsaved
        makes the same news look like a repetition.
        """
        decisions = self._matcher.decide(reading.article, NOTED)
        judged = tuple(self._judge_one(decision, reading, now) for decision in decisions)
        learned = self._matcher.lesson(reading.article)
        articles = {language: 1 for language, _ in learned}
        return Judgement(judged, learned, articles)

    def remember(self, reading: Reading, judgement: Judgement, now: datetime) -> None:
        """Take in a judgement that is saved: its stories and its words."""
        for judged in judgement.decisions:
            if judged.story:
                self._newsstand.add(judged.story, reading.article, now, alerted=bool(judged.to))
        self._matcher.learn(reading.article)

    def _judge_one(self, decision: Decision, reading: Reading, now: datetime) -> Judged:
        if not decision.hit:
            return Judged(decision)
        seed = self._seeds[decision.seed]
        told = self._newsstand.place(seed.slug, reading.article, now)
        story = told or Story(seed.slug, reading.article.url, reading.article.title, reading.entry.source, now)
        if why := self._silent_because(told, seed, reading, now):
            return Judged(decision, story, silent_because=why)
        return Judged(decision, story, self._alert(decision, seed, reading, now), self._rules.addresses(seed))

    def _silent_because(self, told: Story | None, seed: Seed, reading: Reading, now: datetime) -> str | None:
        """Why a hit alerts nobody; None when it does."""
        if told and self._newsstand.has_told(told):
            return f"same story as “{told.title}” ({told.source})"
        published = reading.article.published or reading.entry.published
        if is_old_news(now, published, now, self._rules.max_age):
            return f"published {_age(now, published)} ago; only news of the last {_hours(self._rules.max_age)} alerts"
        if not self._rules.addresses(seed):
            return "no channel is set for this seed"
        return None

    def _alert(self, decision: Decision, seed: Seed, reading: Reading, now: datetime) -> Alert:
        article = reading.article
        return Alert(
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
        )


def _age(now: datetime, then: datetime | None) -> str:
    return _hours(now - (then or now))


def _hours(span: timedelta) -> str:
    hours = round(span.total_seconds() / 3600)
    return f"{hours} hours" if hours < 72 else f"{hours // 24} days"  # noqa: PLR2004 - three days

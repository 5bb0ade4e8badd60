"""Article × seeds → decisions, each with its parts, its reason and its passages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from monitor.match.abroad import AbroadIndex
from monitor.match.background import Background
from monitor.match.evidence import Presence, Reading, presence
from monitor.match.likeness import LikenessIndex
from monitor.match.passages import passages
from monitor.match.reason import PASSING, reason
from monitor.match.topics import Finder, Mention
from monitor.match.usual import Usual
from monitor.match.weigh import Weigher
from monitor.match.words import guess_language, lexicon
from monitor.model import Article, Decision, Passage, Seed

DEFAULT_THRESHOLD = 0.5
"""As much evidence as is needed to be told, for every seed: half of the scale."""

UNLIKE = 0.03
"""Less than this in common with a seed, and none of its topics, is nothing worth writing down."""

NEAR = 0.8
"""From this share of its threshold on, a score comes with passages."""

BLEND = 0.5
"""What the lead says of the likeness of a long text; the whole text says the rest."""


class Matcher:
    """Compares articles with seeds. Give it articles in the order of the stream: decide, then learn."""

    def __init__(self, seeds: Sequence[Seed], background: Background, threshold: float = DEFAULT_THRESHOLD) -> None:
        self._seeds = tuple(seeds)
        self._background = background
        self._threshold = threshold
        self._index = LikenessIndex(self._seeds, background)
        self._abroad = AbroadIndex(self._seeds, background)
        self._weigher = Weigher(self._seeds, background)
        self._usual: dict[bool, Usual] = defaultdict(Usual)
        self._finders: dict[str, Finder] = {}
        self._last: tuple[Article, Reading] | None = None

    def decide(self, article: Article) -> tuple[Decision, ...]:
        """A decision for every seed that the article has something in common with, in the seeds' order."""
        reading = self._read(article)
        likeness = self._likeness(reading)
        mentions = self._mentions(reading)
        spoken_of = {n for n, met in mentions.items() if any(self._is_wanted(one) for one in met)}
        numbers = sorted(spoken_of | {n for n, alike in likeness.items() if alike >= UNLIKE})
        decisions = tuple(
            self._decide(reading, number, likeness.get(number, 0.0), mentions.get(number, [])) for number in numbers
        )
        hits = {number for number, decision in zip(numbers, decisions, strict=True) if decision.hit}
        reading.background = {number: alike for number, alike in likeness.items() if number not in hits}
        return decisions

    def lesson(self, article: Article) -> Mapping[tuple[str, str], int]:
        """What `learn` would return, without learning it."""
        reading = self._read(article)
        return {(reading.language, stem): 1 for stem in reading.counts}

    def learn(self, article: Article) -> Mapping[tuple[str, str], int]:
        """Add the article to the background; return by how much each (language, stem) was seen more."""
        reading = self._read(article)
        self._background.learn(reading.language, reading.counts.keys())
        self._index.learned(reading.language, reading.counts.keys())
        self._usual[reading.is_long].add(reading.background)
        return self.lesson(article)

    def look_back(self, articles: Iterable[Article]) -> None:
        """Take past articles, oldest first, as what is usual: a restart then judges as if there had been none."""
        for article in articles:
            self.decide(article)
            reading = self._read(article)
            self._usual[reading.is_long].add(reading.background)

    def _read(self, article: Article) -> Reading:
        """An article is decided on and then learned from: it is read once."""
        if self._last is None or self._last[0] is not article:
            self._last = article, Reading(article, language_of(article))
        return self._last[1]

    def _likeness(self, reading: Reading) -> dict[int, float]:
        whole = self._index.compare(reading.language, reading.counts)
        if reading.lead_counts is not None:
            lead = self._index.compare(reading.language, reading.lead_counts)
            whole = {n: (1 - BLEND) * alike + BLEND * lead.get(n, 0.0) for n, alike in whole.items()}
        if all(reading.language in languages for languages in self._index.languages):
            return whole
        return whole | self._abroad.compare(reading.language, reading.tokens)

    def _mentions(self, reading: Reading) -> dict[int, list[Mention]]:
        finder = self._finders.get(reading.language)
        if finder is None:
            finder = self._finders[reading.language] = Finder(reading.language, self._seeds)
        by_seed: dict[int, list[Mention]] = defaultdict(list)
        for mention in finder.find(reading.tokens):
            by_seed[mention.term.seed].append(mention)
        return by_seed

    def _is_wanted(self, mention: Mention) -> bool:
        return not self._seeds[mention.term.seed].topics[mention.term.topic].excluded

    def _decide(self, reading: Reading, number: int, likeness: float, mentions: list[Mention]) -> Decision:
        seed = self._seeds[number]
        present = _presences(seed, reading, mentions)
        found = tuple(one for one in present if not seed.topics[one.topic].excluded)
        barring = tuple(one for one in present if seed.topics[one.topic].excluded and one.strength >= PASSING)
        factor = self._usual[reading.is_long].factor(number)
        parts = self._weigher.parts(number, reading.language, likeness, found, factor)
        score = sum(part.value for part in parts)
        threshold = self._threshold if seed.threshold is None else seed.threshold
        enough = score >= threshold
        return Decision(
            seed=seed.slug,
            score=score,
            threshold=threshold,
            hit=enough and not barring and not _missing(seed, found),
            reason=reason(seed, likeness, found, barring, enough=enough),
            parts=parts,
            topics=tuple(topic.name for topic in found),
            passages=self._passages(reading, number, mentions) if score >= NEAR * threshold else (),
        )

    def _passages(self, reading: Reading, number: int, mentions: Sequence[Mention]) -> tuple[Passage, ...]:
        language, stems = reading.language, lexicon(reading.language).stems
        at_home = language in self._index.languages[number]

        def weigh(token: str) -> float:
            if at_home:
                return sum(self._index.weight(number, language, stem) for stem in stems(token))
            return self._abroad.weight(number, language, token)

        before = reading.title_tokens
        spans = {span for one in mentions if self._is_wanted(one) for span in one.marks}
        topics = sorted((start - before, end - before) for start, end in spans if start >= before)
        return passages(reading.layout(), topics, weigh)


def language_of(article: Article) -> str:
    """The article's language: as detected, else as its words look."""
    return article.language or guess_language(f"{article.title}\n{article.text}")


def _presences(seed: Seed, reading: Reading, mentions: Sequence[Mention]) -> tuple[Presence, ...]:
    """The topics found, in the seed's order."""
    by_topic: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_topic[mention.term.topic].append(mention)
    return tuple(presence(reading, topic, seed.topics[topic].name, by_topic[topic]) for topic in sorted(by_topic))


def _missing(seed: Seed, found: Sequence[Presence]) -> tuple[str, ...]:
    """The required topics that are not there."""
    names = {topic.name for topic in found}
    return tuple(topic.name for topic in seed.topics if topic.required and topic.name not in names)

"""The open stories of one seed, findable by what a new hit has in common with theirs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from monitor.model import Article, Relation, Story
from monitor.pace import STORY_OPEN_AFTER_FIRST, STORY_OPEN_AFTER_LAST
from monitor.story.compare import COPIED_SHARE, crosslingual_features, measure_containment
from monitor.story.fingerprint import Fingerprint, fingerprint_article

IndexKey = TypeVar("IndexKey", bound=Hashable)
IndexValue = TypeVar("IndexValue", int, str)

MOST_CANDIDATES = 12
"""Hits that are compared in full, those with most words in common first.

More find no more reports, but sibling events: with a hundred, 15 pairs of tests/eval become one story.
"""

LEAST_FEATURE_RARITY = 0.05
"""What sets a story apart less than this finds no candidates: nearly every story of the seed has it."""


@dataclass(frozen=True, slots=True)
class PlacedHit:
    """A hit that was placed in a story."""

    story: Story
    source: str
    relation: Relation
    fingerprint: Fingerprint
    seen: datetime
    article: str
    """Which article it is: its `identity`."""

    @classmethod
    def of(cls, story: Story, article: Article, source: str, relation: Relation, seen: datetime) -> PlacedHit:
        """What is remembered of a hit. To the second, as the archive keeps it."""
        own = fingerprint_article(article)
        return cls(story, source, relation, own, seen.replace(microsecond=0), article.identity)


@dataclass(slots=True)
class OpenStory:
    """One story with its hits, in their order."""

    story: Story
    hits: list[PlacedHit] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    """For each hit, the place of the first one with the same text."""

    def is_open(self, now: datetime) -> bool:
        """Whether a hit may still join it."""
        return (
            now - self.hits[-1].seen <= STORY_OPEN_AFTER_LAST
            and now - self.story.first_seen <= STORY_OPEN_AFTER_FIRST
        )


class _Rarities(dict[str, float]):
    """Feature → how much it sets one story of a seed apart: little when most of them have it.

    As if three more stories had it not: of a seed's first stories, no word is all too common.
    """

    def __init__(self, stories_by_feature: Mapping[str, Sized], stories: int) -> None:
        super().__init__()
        self._stories_by_feature, self._stories = stories_by_feature, stories

    def __missing__(self, feature: str) -> float:
        share = len(self._stories_by_feature.get(feature, ())) / (self._stories + 3.0)
        self[feature] = rarity = (1.0 - share) ** 2
        return rarity


class StoryIndex:
    """The open stories of one seed."""

    def __init__(self) -> None:
        self._open_stories: dict[str, OpenStory] = {}
        self._hits: dict[int, tuple[OpenStory, int]] = {}
        """The number of a hit → its story, and its place there."""
        self._hits_by_feature: defaultdict[Hashable, set[int]] = defaultdict(set)
        self._stories_by_feature: defaultdict[str, set[str]] = defaultdict(set)
        """Feature → the stories that have it."""
        self._added = 0
        """Counts up, so that a hit that was replaced never gives its number to another."""

    def add(self, hit: PlacedHit, copied: Mapping[int, float]) -> None:
        """Put a hit with its story; an article that is there already was edited, and keeps its place."""
        open_story = self._open_stories.setdefault(hit.story.url, OpenStory(hit.story))
        place = next((place for place, old in enumerate(open_story.hits) if old.article == hit.article), None)
        if place is None:
            open_story.texts.append(self.same_text(open_story, copied))
            open_story.hits.append(hit)
            self._index(hit, open_story, len(open_story.hits) - 1)
        else:
            self._replace(hit, open_story, place)

    def _replace(self, hit: PlacedHit, open_story: OpenStory, place: int) -> None:
        before = open_story.hits[place]
        (number,) = (number for number, at in self._hits.items() if at == (open_story, place))
        self._forget(number)
        open_story.hits[place] = replace(hit, relation=before.relation, seen=before.seen)
        for other in open_story.hits:  # words that they share with the old one went with it
            self._index_words(other)
        self._index(hit, open_story, place)

    def _index_words(self, hit: PlacedHit) -> None:
        for feature, _ in _weighted_features(hit.fingerprint):
            self._stories_by_feature[feature].add(hit.story.url)

    def _index(self, hit: PlacedHit, open_story: OpenStory, place: int) -> None:
        self._hits[self._added] = (open_story, place)
        for feature in _all_features(hit.fingerprint):
            self._hits_by_feature[feature].add(self._added)
        self._index_words(hit)
        self._added += 1

    def close(self, now: datetime) -> None:
        """Forget the stories that no hit can join any more."""
        gone = {url for url, open_story in self._open_stories.items() if not open_story.is_open(now)}
        for number in [number for number, (open_story, _) in self._hits.items() if open_story.story.url in gone]:
            self._forget(number)
        for url in gone:
            del self._open_stories[url]

    def _forget(self, number: int) -> None:
        own = self._placed_hit(number).fingerprint
        open_story, _ = self._hits.pop(number)
        for feature in _all_features(own):
            _discard_from_index(self._hits_by_feature, feature, number)
        for feature, _ in _weighted_features(own):
            _discard_from_index(self._stories_by_feature, feature, open_story.story.url)

    def alike(
        self, own: Fingerprint, copied: Mapping[int, float], rarities: _Rarities
    ) -> Iterator[tuple[OpenStory, PlacedHit, float]]:
        """The hits that may be the same news, each with how much of the text both share."""
        numbers = dict.fromkeys(
            [*copied, *self._with_same_address_or_title(own), *self._with_most_in_common(own, rarities)]
        )
        for number in sorted(numbers):
            open_story, place = self._hits[number]
            yield open_story, open_story.hits[place], copied.get(number, 0.0)

    def copied(self, own: Fingerprint) -> dict[int, float]:
        """The hits whose text shares more than a little with this one, each with how much.

        Exact: every shared sequence is counted.
        """
        shared: Counter[int] = Counter()
        for shingle in self._hits_by_feature.keys() & own.shingles:
            for number in self._hits_by_feature[shingle]:
                shared[number] += 1
        found = {
            number: measure_containment(own, self._placed_hit(number).fingerprint, times)
            for number, times in shared.items()
        }
        # Less than any share that a comparison asks for: RELATED_SHARE, or half of COPIED_SHARE under one title.
        return {number: share for number, share in found.items() if share >= COPIED_SHARE / 4}

    def rarities(self) -> _Rarities:
        """How much each feature sets one story of this seed apart, as it is now."""
        return _Rarities(self._stories_by_feature, len(self._open_stories))

    def _placed_hit(self, number: int) -> PlacedHit:
        open_story, place = self._hits[number]
        return open_story.hits[place]

    def _with_same_address_or_title(self, own: Fingerprint) -> Iterator[int]:
        for feature in (*own.addresses, own.title):
            yield from self._hits_by_feature.get(feature, ()) if feature else ()

    def _with_most_in_common(self, own: Fingerprint, rarities: _Rarities) -> Sequence[int]:
        found: dict[int, float] = {}
        for feature, value in _weighted_features(own):
            worth = value * rarities[feature]
            for number in self._hits_by_feature.get(feature, ()) if rarities[feature] > LEAST_FEATURE_RARITY else ():
                found[number] = found.get(number, 0.0) + worth
        return [number for number, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_CANDIDATES]]

    def same_text(self, open_story: OpenStory, shared: Mapping[int, float]) -> int:
        """The place in a story of the first hit with this text; where it would come when there is none."""
        copied = {
            self._hits[number][1]: share
            for number, share in shared.items()
            if self._hits[number][0] is open_story and share >= COPIED_SHARE
        }
        if not copied:
            return len(open_story.hits)
        return open_story.texts[max(copied, key=lambda place: (copied[place], -place))]


def _discard_from_index(index: defaultdict[IndexKey, set[IndexValue]], key: IndexKey, value: IndexValue) -> None:
    """Take one value from an index, and leave no empty place behind."""
    if key in index:
        index[key].discard(value)
        if not index[key]:
            del index[key]


def _weighted_features(own: Fingerprint) -> Iterator[tuple[str, float]]:
    yield from own.lead.items()
    yield from ((feature, 1.0) for feature in crosslingual_features(own))


def _all_features(own: Fingerprint) -> Iterator[Hashable]:
    yield from own.shingles
    yield from own.addresses
    if own.title:
        yield own.title
    yield from (feature for feature, _ in _weighted_features(own))

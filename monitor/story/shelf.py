"""The open stories of one seed, findable by what a new hit has in common with theirs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from monitor.model import Article, Relation, Story
from monitor.pace import STORY_OPEN_AFTER_FIRST, STORY_OPEN_AFTER_LAST
from monitor.story.compare import COPIED, abroad, containment
from monitor.story.fingerprint import Fingerprint, fingerprint

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value", int, str)

CANDIDATES = 12
"""Hits that are compared in full."""

TOO_COMMON = 0.05
"""What sets a story apart less than this finds no candidates: nearly every story of the seed has it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A hit that was placed in a story."""

    story: Story
    source: str
    relation: Relation
    fingerprint: Fingerprint
    seen: datetime
    article: str
    """Which article it is: its `identity`."""

    @classmethod
    def of(cls, story: Story, article: Article, source: str, relation: Relation, seen: datetime) -> Told:
        """What the newsstand remembers of a hit. To the second, as the archive keeps it."""
        own = fingerprint(article)
        return cls(story, source, relation, own, seen.replace(microsecond=0), article.identity)


@dataclass(slots=True)
class Account:
    """All that was told of one story, in its order."""

    story: Story
    told: list[Told] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    """For each hit, the place of the first one with the same text."""

    def is_open(self, now: datetime) -> bool:
        """Whether a hit may still join it."""
        return (
            now - self.told[-1].seen <= STORY_OPEN_AFTER_LAST
            and now - self.story.first_seen <= STORY_OPEN_AFTER_FIRST
        )


class Rarities(dict[str, float]):
    """Feature → how much it sets one story of a seed apart: little when most of them have it."""

    def __init__(self, tellers: Mapping[str, Sized], stories: int) -> None:
        super().__init__()
        self._tellers, self._stories = tellers, stories

    def __missing__(self, feature: str) -> float:
        share = len(self._tellers.get(feature, ())) / (self._stories + 3.0)
        self[feature] = rarity = (1.0 - share) ** 2
        return rarity


class Shelf:
    """The open stories of one seed."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._hits: dict[int, tuple[Account, int]] = {}
        self._holders: defaultdict[Hashable, set[int]] = defaultdict(set)
        self._tellers: defaultdict[str, set[str]] = defaultdict(set)
        """Feature → the stories that have it."""
        self._added = 0

    def account(self, story: Story) -> Account | None:
        """What is known of an open story."""
        return self._accounts.get(story.url)

    def add(self, one: Told, copied: Mapping[int, float]) -> None:
        """Put a hit with its story; an article that is there already was edited, and keeps its place."""
        account = self._accounts.setdefault(one.story.url, Account(one.story))
        place = next((place for place, told in enumerate(account.told) if told.article == one.article), None)
        if place is None:
            account.texts.append(self.same_text(account, copied))
            account.told.append(one)
            self._index(one, account, len(account.told) - 1)
        else:
            before = account.told[place]
            (number,) = (number for number, at in self._hits.items() if at == (account, place))
            self._forget(number)
            account.told[place] = replace(one, relation=before.relation, seen=before.seen)
            for told in account.told:  # words of its that others have, too, went with the old one
                self._index_words(told)
            self._index(one, account, place)

    def _index_words(self, one: Told) -> None:
        for feature, _ in _words(one.fingerprint):
            self._tellers[feature].add(one.story.url)

    def _index(self, one: Told, account: Account, place: int) -> None:
        self._hits[self._added] = (account, place)
        for feature in _features(one.fingerprint):
            self._holders[feature].add(self._added)
        self._index_words(one)
        self._added += 1

    def close(self, now: datetime) -> None:
        """Forget the stories that no hit can join any more."""
        gone = {url for url, account in self._accounts.items() if not account.is_open(now)}
        for number in [number for number, (account, _) in self._hits.items() if account.story.url in gone]:
            self._forget(number)
        for url in gone:
            del self._accounts[url]

    def _forget(self, number: int) -> None:
        own = self._told(number).fingerprint
        account, _ = self._hits.pop(number)
        for feature in _features(own):
            _discard(self._holders, feature, number)
        for feature, _ in _words(own):
            _discard(self._tellers, feature, account.story.url)

    def alike(
        self, own: Fingerprint, copied: Mapping[int, float], rarities: Rarities
    ) -> Iterator[tuple[Account, Told, float]]:
        """The hits that may tell the same news, each with how much of the text both share."""
        numbers = dict.fromkeys([*copied, *self._named_alike(own), *self._worded_alike(own, rarities)])
        for number in sorted(numbers):
            account, place = self._hits[number]
            yield account, account.told[place], copied.get(number, 0.0)

    def copied(self, own: Fingerprint) -> dict[int, float]:
        """The hits whose text shares more than a little with this one. Exact: every shared sequence is counted."""
        shared: Counter[int] = Counter()
        for shingle in self._holders.keys() & own.shingles:
            for number in self._holders[shingle]:
                shared[number] += 1
        found = {number: containment(own, self._told(number).fingerprint, times) for number, times in shared.items()}
        return {number: share for number, share in found.items() if share >= COPIED / 4}

    def rarities(self) -> Rarities:
        """How much each feature sets one story of this seed apart, as the shelf is now."""
        return Rarities(self._tellers, len(self._accounts))

    def _told(self, number: int) -> Told:
        account, place = self._hits[number]
        return account.told[place]

    def _named_alike(self, own: Fingerprint) -> Iterator[int]:
        for feature in (*own.addresses, own.title):
            yield from self._holders.get(feature, ()) if feature else ()

    def _worded_alike(self, own: Fingerprint, rarities: Rarities) -> Sequence[int]:
        found: dict[int, float] = {}
        for feature, value in _words(own):
            worth = value * rarities[feature]
            for number in self._holders.get(feature, ()) if rarities[feature] > TOO_COMMON else ():
                found[number] = found.get(number, 0.0) + worth
        return [number for number, _ in sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:CANDIDATES]]

    def same_text(self, account: Account, shared: Mapping[int, float]) -> int:
        """The place in a story of the first hit with this text; where it would come when there is none."""
        copied = {
            self._hits[number][1]: share
            for number, share in shared.items()
            if self._hits[number][0] is account and share >= COPIED
        }
        if not copied:
            return len(account.told)
        return account.texts[max(copied, key=lambda place: (copied[place], -place))]


def _discard(index: defaultdict[Key, set[Value]], key: Key, value: Value) -> None:
    """Take one value from an index, and leave no empty place behind."""
    if key in index:
        index[key].discard(value)
        if not index[key]:
            del index[key]


def _words(own: Fingerprint) -> Iterator[tuple[str, float]]:
    yield from own.lead.items()
    yield from ((feature, 1.0) for feature in abroad(own))


def _features(own: Fingerprint) -> Iterator[Hashable]:
    yield from own.shingles
    yield from own.addresses
    if own.title:
        yield own.title
    yield from (feature for feature, _ in _words(own))

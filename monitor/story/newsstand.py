"""Whether a hit is the same news as an earlier one, and what it adds."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import exp

from monitor.model import Reading, Story
from monitor.story.compare import (
    COPIED,
    Weights,
    are_opposed,
    contradict,
    is_instalment,
    likeness,
    other_tolls,
)
from monitor.story.fingerprint import Fingerprint, fingerprint
from monitor.story.news import CONFIRMED, News, independent, news
from monitor.story.shelf import Account, Shelf, Told

ALIKE, ALIKE_ABROAD = 0.25, 0.3
"""Leads from which two articles tell the same news: in one language, and in two."""

SURE = 1.0
"""From here on it is the same text, headline or address."""

PATIENCE_H = 60.0
"""Hours after which likeness counts for about a third."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a hit belongs: its story, how it relates to it, and what it adds."""

    story: Story
    kind: str
    """`first`: nobody told it before; `copy`: the same report again; `report`: another report of the same news."""
    news: tuple[str, ...] = ()
    """What it adds to what people were told, as short phrases: empty for the first, and for mere copies."""
    outlets: tuple[str, ...] = ()
    """All sources that have it by now, the earliest first."""
    independent: int = 1
    """Publishers that tell it on their own."""


class Newsstand:
    """The stories told of late, seed by seed.

    `families` says of a source which family of publishers it belongs to, where its domain does not say it;
    `confirmed_by` so many independent publishers, a story's confirmation is news.
    """

    def __init__(
        self, told: Iterable[Told] = (), families: Mapping[str, str] | None = None, confirmed_by: int = 3
    ) -> None:
        self._families = families or {}
        self._confirmed_by = confirmed_by
        self._shelves: dict[str, Shelf] = {}
        for one in told:
            self._add(one)

    def place(self, seed: str, reading: Reading, now: datetime) -> Placement:
        """The story that a hit of this seed belongs to: of several the most alike, else a new one."""
        own, seen = fingerprint(reading.article), now.replace(microsecond=0)
        shelf = self._shelf(seed)
        shelf.close(seen)
        copied = shelf.copied(own)
        account, relation = self._find(shelf, own, copied, seen)
        if account is None:
            story = Story(seed, reading.article.identity, reading.article.title, reading.entry.source, seen)
            return Placement(story, "first", outlets=(reading.entry.source,))
        one = Told(account.story, reading.entry.source, relation, own, seen, reading.article.identity)
        found, publishers = self._news(account, one, shelf.same_text(account, copied))
        outlets = dict.fromkeys([*(told.source for told in account.told), one.source])
        return Placement(account.story, relation, tuple(phrase for _, phrase in found), tuple(outlets), publishers)

    def add(self, story: Story, reading: Reading, now: datetime, *, relation: str, alerted: bool = True) -> None:
        """Remember a hit where it was placed; `alerted` as far as is known by now."""
        self._add(Told.of(story, reading.article, reading.entry.source, relation, now, alerted))

    def correct(self, story: Story, alerted: Container[str]) -> bool:
        """Take in which articles of a story somebody was told of in the end; whether that changes anything.

        An alert may be silenced while it waits: then what it was to tell is still news.
        """
        account = self._shelf(story.seed).account(story)
        if account is None or all(one.alerted == (one.article in alerted) for one in account.told):
            return False
        told, texts = account.told, account.texts
        account.told, account.texts, account.news = [], [], set()
        for one, text in zip(told, texts, strict=True):
            self._tell(account, replace(one, alerted=one.article in alerted), text)
        return True

    def _shelf(self, seed: str) -> Shelf:
        return self._shelves.setdefault(seed, Shelf())

    def _find(
        self, shelf: Shelf, own: Fingerprint, copied: Mapping[int, float], seen: datetime
    ) -> tuple[Account | None, str]:
        rarities = shelf.rarities()
        hits = list(shelf.alike(own, copied, rarities))
        opposed = {account.story.url for account, told, share in hits if are_opposed(own, told.fingerprint, share)}
        best: tuple[float, Account | None, str] = (0.0, None, "first")
        for account, told, share in hits:
            alike, relation = sameness(own, told, share, rarities, seen)
            if alike > best[0] and (alike >= SURE or account.story.url not in opposed):
                best = (alike, account, relation)
        return best[1], best[2]

    def _news(self, account: Account, one: Told, text: int) -> tuple[list[News], int]:
        """What a hit adds to its story, and how many publishers tell it with this one."""
        publishers = independent(account, self._families, one, text)
        return list(news(one, account, publishers, self._confirmed_by)), publishers

    def _add(self, one: Told) -> None:
        shelf = self._shelf(one.story.seed)
        shelf.close(one.seen)
        copied = shelf.copied(one.fingerprint)
        account = shelf.open(one)
        self._tell(account, one, shelf.same_text(account, copied))

    def _tell(self, account: Account, one: Told, text: int) -> None:
        if one.alerted:
            added, publishers = self._news(account, one, text)
            account.news |= {kind for kind, _ in added}
            if publishers >= self._confirmed_by:  # whoever is told now is told by how many
                account.news.add(CONFIRMED)
        account.texts.append(text)
        account.told.append(one)


def sameness(own: Fingerprint, told: Told, copied: float, rarities: Weights, seen: datetime) -> tuple[float, str]:
    """How surely two hits tell the same news (0: not), and how the new one relates to the other."""
    other = told.fingerprint
    if own.addresses & other.addresses:
        return 3.0, "copy" if own.headline == other.headline else "report"
    if is_instalment(own, other, copied) or contradict(own, other, copied):
        return 0.0, "first"
    if copied >= COPIED:
        return SURE + copied, "report" if other_tolls(own, other) else "copy"
    if own.title and own.title == other.title:
        return SURE + copied, "copy" if copied >= COPIED / 2 else "report"
    hours = abs((seen - told.seen).total_seconds()) / 3600
    alike = likeness(own, other, rarities) * exp(-hours / PATIENCE_H)
    enough = ALIKE if own.language == other.language else ALIKE_ABROAD
    return (alike, "report") if alike >= enough else (0.0, "first")

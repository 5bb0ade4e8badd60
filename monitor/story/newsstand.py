"""Whether a hit is the same news as an earlier one, and what it adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import exp

from monitor.model import Reading, Relation, Story
from monitor.pace import LIKENESS_FADES_IN
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
from monitor.story.news import independent
from monitor.story.placement import Placement
from monitor.story.shelf import Account, Shelf, Told

ALIKE, ALIKE_ABROAD = 0.25, 0.3
"""Leads from which two articles tell the same news: in one language, and in two."""

SURE = 1.0
"""From here on it is the same text, headline or address."""


class Newsstand:
    """The stories told of late, seed by seed.

    `families` says of a source which family of publishers it belongs to, where its domain does not say it.
    """

    def __init__(self, told: Iterable[Told] = (), families: Mapping[str, str] | None = None) -> None:
        self._families = families or {}
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
        text = shelf.same_text(account, copied)
        return Placement(
            account.story,
            relation,
            tuple(dict.fromkeys([*(told.source for told in account.told), one.source])),
            independent(account, self._families, one, text),
            one,
            text,
            tuple(account.told),
            tuple(account.texts),
        )

    def add(self, story: Story, reading: Reading, now: datetime, relation: Relation) -> None:
        """Remember a hit where it was placed."""
        self._add(Told.of(story, reading.article, reading.entry.source, relation, now))

    def _shelf(self, seed: str) -> Shelf:
        return self._shelves.setdefault(seed, Shelf())

    def _find(
        self, shelf: Shelf, own: Fingerprint, copied: Mapping[int, float], seen: datetime
    ) -> tuple[Account | None, Relation]:
        rarities = shelf.rarities()
        hits = list(shelf.alike(own, copied, rarities))
        opposed = {account.story.url for account, told, share in hits if are_opposed(own, told.fingerprint, share)}
        best: tuple[float, Account | None, Relation] = (0.0, None, "first")
        for account, told, share in hits:
            alike, relation = sameness(own, told, share, rarities, seen)
            if alike > best[0] and (alike >= SURE or account.story.url not in opposed):
                best = (alike, account, relation)
        return best[1], best[2]

    def _add(self, one: Told) -> None:
        shelf = self._shelf(one.story.seed)
        shelf.close(one.seen)
        shelf.add(one, shelf.copied(one.fingerprint))


def sameness(
    own: Fingerprint, told: Told, copied: float, rarities: Weights, seen: datetime
) -> tuple[float, Relation]:
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
    alike = likeness(own, other, rarities) * exp(-abs(seen - told.seen) / LIKENESS_FADES_IN)
    enough = ALIKE if own.language == other.language else ALIKE_ABROAD
    return (alike, "report") if alike >= enough else (0.0, "first")

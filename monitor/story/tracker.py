"""Whether a hit is the same news as an earlier one, and what it adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from math import exp

from monitor.model import Reading, Relation, Story
from monitor.pace import LIKENESS_FADES_IN
from monitor.story.compare import (
    COPIED_SHARE,
    FeatureWeights,
    are_contradictory,
    are_opposed,
    compare_leads,
    has_other_tolls,
    is_instalment,
)
from monitor.story.fingerprint import Fingerprint, fingerprint_article
from monitor.story.index import OpenStory, PlacedHit, StoryIndex
from monitor.story.placement import Placement
from monitor.story.publishers import count_independent_publishers

# On the stories of tests/eval: at 0.2, 20 pairs of sibling events become one story (24 in two languages); at 0.3 and
# 0.4, F1 falls from .946 to .917 and .933.
ALIKE_LEADS, ALIKE_LEADS_CROSSLINGUAL = 0.25, 0.3
"""Likeness of leads from which two articles are the same news: in one language, and in two."""

SURE_SAMENESS = 1.0
"""From here on it is the same text, headline or address."""

SAME_ADDRESS = 3.0
"""More than any text or headline can reach: the same address is the same article."""


class StoryTracker:
    """The stories of late, seed by seed: it places each new hit in one of them, or begins another.

    `families` says of a source which family of publishers it belongs to, where its domain does not say it.
    """

    def __init__(self, placed_hits: Iterable[PlacedHit] = (), families: Mapping[str, str] | None = None) -> None:
        self._families = families or {}
        self._indexes: dict[str, StoryIndex] = {}
        for hit in placed_hits:
            self._add(hit)

    def place(self, seed: str, reading: Reading, now: datetime) -> Placement:
        """The story that a hit of this seed belongs to: of several the most alike, else a new one."""
        # To the second, as the archive gives it back: a restart must place as if there had been none.
        own, seen = fingerprint_article(reading.article), now.replace(microsecond=0)
        index = self._index_of_seed(seed)
        index.close(seen)
        copied = index.copied(own)
        open_story, relation = self._find(index, own, copied, seen)
        if open_story is None:
            story = Story(seed, reading.article.identity, reading.article.title, reading.entry.source, seen)
            return Placement(story, "first", outlets=(reading.entry.source,))
        hit = PlacedHit(open_story.story, reading.entry.source, relation, own, seen, reading.article.identity)
        text = index.same_text(open_story, copied)
        return Placement(
            open_story.story,
            relation,
            tuple(dict.fromkeys([*(earlier.source for earlier in open_story.hits), hit.source])),
            count_independent_publishers(open_story, hit, text, self._families),
            hit,
            text,
            tuple(open_story.hits),
            tuple(open_story.texts),
        )

    def add(self, story: Story, reading: Reading, now: datetime, relation: Relation) -> None:
        """Remember a hit where it was placed."""
        self._add(PlacedHit.of(story, reading.article, reading.entry.source, relation, now))

    def _index_of_seed(self, seed: str) -> StoryIndex:
        return self._indexes.setdefault(seed, StoryIndex())

    def _find(
        self, index: StoryIndex, own: Fingerprint, copied: Mapping[int, float], seen: datetime
    ) -> tuple[OpenStory | None, Relation]:
        rarities = index.rarities()
        candidates = list(index.alike(own, copied, rarities))
        opposed = {
            open_story.story.url for open_story, hit, share in candidates if are_opposed(own, hit.fingerprint, share)
        }
        best: tuple[float, OpenStory | None, Relation] = (0.0, None, "first")
        for open_story, hit, share in candidates:
            alike, relation = measure_sameness(own, hit, share, rarities, seen)
            if alike > best[0] and (alike >= SURE_SAMENESS or open_story.story.url not in opposed):
                best = (alike, open_story, relation)
        return best[1], best[2]

    def _add(self, hit: PlacedHit) -> None:
        index = self._index_of_seed(hit.story.seed)
        index.close(hit.seen)
        index.add(hit, index.copied(hit.fingerprint))


def measure_sameness(
    own: Fingerprint, hit: PlacedHit, copied: float, rarities: FeatureWeights, seen: datetime
) -> tuple[float, Relation]:
    """How surely an article and an earlier hit are the same news (0: not), and how the article relates to it."""
    # The order matters. An address outweighs a headline that speaks against, for an article may be edited; and that
    # outweighs a text in common, for a template may be filled in with another name or number.
    other = hit.fingerprint
    if own.addresses & other.addresses:
        return SAME_ADDRESS, "copy" if own.headline == other.headline else "report"
    if is_instalment(own, other, copied) or are_contradictory(own, other, copied):
        return 0.0, "first"
    if copied >= COPIED_SHARE:
        return SURE_SAMENESS + copied, "report" if has_other_tolls(own, other) else "copy"
    if own.title and own.title == other.title:
        return SURE_SAMENESS + copied, "copy" if copied >= COPIED_SHARE / 2 else "report"
    alike = compare_leads(own, other, rarities) * exp(-abs(seen - hit.seen) / LIKENESS_FADES_IN)
    enough = ALIKE_LEADS if own.language == other.language else ALIKE_LEADS_CROSSLINGUAL
    return (alike, "report") if alike >= enough else (0.0, "first")

"""How many publishers have a story on their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from monitor.story.index import OpenStory, PlacedHit


def count_independent_publishers(
    open_story: OpenStory, new_hit: PlacedHit, text: int, families: Mapping[str, str]
) -> int:
    """How many publishers have a story on their own with one more hit, whose text is that of the hit at place `text`.

    Copies of one text count once, and so does one agency.
    """
    hits, texts = [*open_story.hits, new_hit], [*open_story.texts, text]
    houses = _houses_of_sources(hits, families)
    origins: dict[int, str] = {}
    """The first hit with a text → whose text it is."""
    for hit, first in zip(hits, texts, strict=True):
        origins.setdefault(first, houses[hit.source])
    # Whoever prints an agency's report, it is the agency's; some copies leave its signature out.
    origins |= {
        first: hit.fingerprint.agency for hit, first in zip(hits, texts, strict=True) if hit.fingerprint.agency
    }
    return len(set(origins.values()))


def _houses_of_sources(hits: Sequence[PlacedHit], families: Mapping[str, str]) -> dict[str, str]:
    """The house of each source: one, whatever domains its articles lie on."""
    houses: dict[str, str] = {}
    for hit in hits:
        houses.setdefault(hit.source, families.get(hit.source) or hit.fingerprint.domain or hit.source)
    return houses

"""What a later report adds to a story that people were told of already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from monitor.model import PastAlert
from monitor.story.figures import TOLL_KINDS, Figure
from monitor.story.fingerprint import Fingerprint, strip_outlet_name
from monitor.story.index import OpenStory, PlacedHit
from monitor.story.placement import Placement
from monitor.text.words import fold_line

QUOTE_NEWS, NUMBER_NEWS, CONFIRMED_NEWS, HEADLINE_NEWS = (
    "new quote: ",
    "new number: ",
    "now told by ",
    "headline was: ",
)
"""How news of each kind is told. Each number tells once, and each headline; of the others, each story tells one."""

TIME_STEMS = re.compile(
    "day|hour|minut|week|month|year|tag|stund|woch|monat|jahr|jour|heur|semain|moi|an$|ден|дн|час|недел|год"
)
"""Stems of what numbers count without being news."""

LONGEST_QUOTE = 160
"""Characters of a quote that are shown."""


def new_facts(placement: Placement, past: Sequence[PastAlert], confirmed_by: int) -> tuple[str, ...]:
    """What a hit adds to what people were told of its story, as phrases: nothing while they were told nothing.

    `past` is what they were told. That a story is told by `confirmed_by` independent publishers is news as well.
    """
    own = placement.own
    past = [one for one in past if not one.catch_up]
    articles = {one.article for one in past}
    known = [told.fingerprint for told in placement.earlier if told.article in articles]
    if not known or own is None:
        return ()
    found = [
        *_headline_news(own, placement.earlier, past),
        *_confirmation_news(placement.independent, confirmed_by, past),
    ]
    places = zip(placement.earlier, placement.texts, strict=True)
    same_text = [told.article for told, first in places if first == placement.text]
    is_copy_of_unknown = bool(same_text) and articles.isdisjoint(same_text)
    if own.relation == "report" or is_copy_of_unknown:
        found += [*_number_news(own.fingerprint, known), *_quote_news(own.fingerprint, known, past)]
    return tuple(found)


def _is_alerted_kind(kind: str, past: Iterable[PastAlert]) -> bool:
    return any(phrase.startswith(kind) for one in past for phrase in one.news)


def _headline_news(own: PlacedHit, earlier: Sequence[PlacedHit], past: Sequence[PastAlert]) -> Iterator[str]:
    """Another headline at the same address: of an article that was edited each, of its twins elsewhere the first."""
    same = [told for told in earlier if told.fingerprint.addresses & own.fingerprint.addresses]
    before = next((told for told in same if told.article == own.article), None)
    if before:
        told = {fold_line(strip_outlet_name(one.title)) for one in past}
        is_news = fold_line(own.fingerprint.headline) not in told
    else:
        is_news = not _is_alerted_kind(HEADLINE_NEWS, past)
    former = before or (same[-1] if same else None)
    if former and is_news and fold_line(former.fingerprint.headline) != fold_line(own.fingerprint.headline):
        yield f"{HEADLINE_NEWS}{former.fingerprint.headline}"


def _confirmation_news(publishers: int, confirmed_by: int, past: Sequence[PastAlert]) -> Iterator[str]:
    # Who was told late may have been told by how many in the first place.
    if publishers >= confirmed_by and all(one.independent < confirmed_by for one in past):
        yield f"{CONFIRMED_NEWS}{publishers} independent publishers"


def _number_news(own: Fingerprint, known: Sequence[Fingerprint]) -> Iterator[str]:
    """Numbers of the headline, and of dead and hurt also in the first sentences, that no text known has."""
    values = frozenset[str]().union(*(one.values for one in known))
    tolls = [toll for one in known for toll in one.tolls]
    fresh: dict[str, Figure] = {}
    for figure in own.headline_figures:
        if (
            figure.value not in values
            and figure.counts not in (*TOLL_KINDS, "nth")
            and not TIME_STEMS.match(figure.counts)
        ):
            fresh.setdefault(figure.value, figure)
    for figure in (*own.headline_figures, *own.opening_figures):
        if figure.counts in TOLL_KINDS and _is_higher_toll(figure, tolls):
            fresh.setdefault(figure.value, figure)
    yield from (f"{NUMBER_NEWS}{figure.printed}" for figure in fresh.values())


def _is_higher_toll(figure: Figure, told: Iterable[tuple[str, str]]) -> bool:
    """Tolls grow; a lower number counts only some of the dead."""
    return all(float(figure.value) > float(value) for counts, value in told if counts == figure.counts)


def _quote_news(own: Fingerprint, known: Sequence[Fingerprint], past: Sequence[PastAlert]) -> Iterator[str]:
    """The first quote that is in none of the texts known; a translation of a known one would look new."""
    readable = [one for one in known if one.language == own.language]
    told = {fold_line(quote.words) for one in readable for quote in one.quotes}
    for quote in own.quotes if readable and not _is_alerted_kind(QUOTE_NEWS, past) else ():
        if fold_line(quote.words) not in told:
            said_by = f" ({quote.speaker})" if quote.speaker else ""
            yield f"{QUOTE_NEWS}“{_shorten_quote(quote.words)}”{said_by}"
            return


def _shorten_quote(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1].rsplit(' ', 1)[0]}…"


def count_independent_publishers(
    open_story: OpenStory, families: Mapping[str, str], more: PlacedHit, text: int
) -> int:
    """How many publishers tell a story on their own with one more report of it, whose text is that of place `text`.

    Copies of one text count once, and so does one agency.
    """
    told, texts = [*open_story.hits, more], [*open_story.texts, text]
    # A source is one publisher, whatever domains its articles lie on.
    houses: dict[str, str] = {}
    for one in told:
        houses.setdefault(one.source, families.get(one.source) or one.fingerprint.domain or one.source)
    origins: dict[int, str] = {}
    for one, first in zip(told, texts, strict=True):
        origins.setdefault(first, houses[one.source])
    origins |= {
        first: one.fingerprint.agency for one, first in zip(told, texts, strict=True) if one.fingerprint.agency
    }
    return len(set(origins.values()))

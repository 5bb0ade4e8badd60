"""What a later report adds to a story that people were told of already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from monitor.story.figures import TOLLS, Figure
from monitor.story.fingerprint import Fingerprint
from monitor.story.shelf import Account, Told

QUOTE, NUMBER, CONFIRMED, HEADLINE = "quote", "number", "confirmed", "headline"
News = tuple[str, str]
"""A kind of news, and the phrase for people. Each number tells once; of the other kinds, each story tells one."""

TIME = re.compile(
    "day|hour|minut|week|month|year|tag|stund|woch|monat|jahr|jour|heur|semain|moi|an$|ден|дн|час|недел|год"
)
"""Stems of what numbers count without being news."""

LONGEST_QUOTE = 160
"""Characters of a quote that are shown."""


def news(own: Told, account: Account, publishers: int, confirmed_by: int) -> Iterator[News]:
    """What a hit adds to what people were told of its story: nothing while they were told nothing.

    With it, so many `publishers` tell the story on their own.
    """
    known = [told.fingerprint for told in account.told if told.alerted]
    if not known or own.relation == "first":
        return
    found = [*_headline(own.fingerprint, account), *_confirmation(publishers, confirmed_by)]
    if own.relation == "report":
        found += [*_numbers(own.fingerprint, known), *_quotes(own.fingerprint, known)]
    yield from (one for one in found if one[0] == NUMBER or one[0] not in account.news)


def _headline(own: Fingerprint, account: Account) -> Iterator[News]:
    earlier = [told.fingerprint for told in account.told if told.fingerprint.addresses & own.addresses]
    if earlier and _plain(earlier[-1].headline) != _plain(own.headline):
        yield HEADLINE, f"headline was: {earlier[-1].headline}"


def _confirmation(publishers: int, confirmed_by: int) -> Iterator[News]:
    if publishers >= confirmed_by:
        yield CONFIRMED, f"now told by {publishers} independent publishers"


def _numbers(own: Fingerprint, known: Sequence[Fingerprint]) -> Iterator[News]:
    """Numbers of the headline, and of dead and hurt also in the first sentences, that no text known has."""
    values = frozenset[str]().union(*(one.values for one in known))
    tolls = [toll for one in known for toll in one.tolls]
    fresh: dict[str, Figure] = {}
    for figure in own.headline_figures:
        if figure.value not in values and figure.counts not in (*TOLLS, "nth") and not TIME.match(figure.counts):
            fresh.setdefault(figure.value, figure)
    for figure in (*own.headline_figures, *own.opening_figures):
        if figure.counts in TOLLS and _is_higher(figure, tolls):
            fresh.setdefault(figure.value, figure)
    yield from ((NUMBER, f"new number: {figure.printed}") for figure in fresh.values())


def _is_higher(figure: Figure, told: Iterable[tuple[str, str]]) -> bool:
    """Tolls grow; a lower number counts only some of the dead."""
    return all(float(figure.value) > float(value) for counts, value in told if counts == figure.counts)


def _quotes(own: Fingerprint, known: Sequence[Fingerprint]) -> Iterator[News]:
    """The first quote that is in none of the texts known; a translation of a known one would look new."""
    readable = [one for one in known if one.language == own.language]
    told = {_plain(quote.words) for one in readable for quote in one.quotes}
    for quote in own.quotes if readable else ():
        if _plain(quote.words) not in told:
            said_by = f" ({quote.speaker})" if quote.speaker else ""
            yield QUOTE, f"new quote: “{_cut(quote.words)}”{said_by}"
            return


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1].rsplit(' ', 1)[0]}…"


def _plain(words: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in words.casefold()).split())


def independent(account: Account, families: Mapping[str, str], more: Told, text: int) -> int:
    """How many publishers tell a story on their own with one more report of it, whose text is that of place `text`.

    Copies of one text count once, and so does one agency.
    """
    told, texts = [*account.told, more], [*account.texts, text]
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

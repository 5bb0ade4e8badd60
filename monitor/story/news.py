"""What a later report adds to a story that people were alerted to already."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from monitor.model import PastAlert
from monitor.story.figures import TOLL_KINDS, Figure
from monitor.story.fingerprint import Fingerprint, strip_outlet_name
from monitor.story.index import PlacedHit
from monitor.story.placement import Placement
from monitor.text.words import fold_line

QUOTE_NEWS, NUMBER_NEWS, CONFIRMED_NEWS, HEADLINE_NEWS = (
    "new quote: ",
    "new number: ",
    "now told by ",
    "headline was: ",
)
"""How news of each kind begins. Each number is news once, and each headline; of the others, one in each story."""

TIME_STEMS = re.compile(
    "day|hour|minut|week|month|year|tag|stund|woch|monat|jahr|jour|heur|semain|moi|an$|ден|дн|час|недел|год"
)
"""Stems of what numbers count without being news."""

LONGEST_QUOTE = 160
"""Characters of a quote that are shown."""


def new_facts(placement: Placement, past_alerts: Sequence[PastAlert], confirmed_by: int) -> tuple[str, ...]:
    """What a hit adds to a story, as phrases, for those who got these alerts of it: nothing for who got none.

    Besides what its text adds, it is news that the story has `confirmed_by` independent publishers by now.
    """
    own = placement.own
    # A catch-up digest may be long: nobody is taken to know what is in it.
    alerts = [alert for alert in past_alerts if not alert.catch_up]
    alerted_articles = {alert.article for alert in alerts}
    known = [hit.fingerprint for hit in placement.earlier if hit.article in alerted_articles]
    if not known or own is None:
        return ()
    found = [
        *_headline_news(own, placement.earlier, alerts),
        *_confirmation_news(placement.independent, confirmed_by, alerts),
    ]
    if own.relation == "report" or _is_copy_of_unknown_text(placement, alerted_articles):
        found += [*_number_news(own.fingerprint, known), *_quote_news(own.fingerprint, known, alerts)]
    return tuple(found)


def _is_copy_of_unknown_text(placement: Placement, alerted_articles: Collection[str]) -> bool:
    """Whether earlier hits have this text, but none that people were alerted to: to them it is another report."""
    places = zip(placement.earlier, placement.texts, strict=True)
    same_text = [hit.article for hit, first in places if first == placement.text]
    return bool(same_text) and not any(article in alerted_articles for article in same_text)


def _is_alerted_kind(kind: str, alerts: Iterable[PastAlert]) -> bool:
    return any(phrase.startswith(kind) for alert in alerts for phrase in alert.news)


def _headline_news(own: PlacedHit, earlier: Sequence[PlacedHit], alerts: Sequence[PastAlert]) -> Iterator[str]:
    """Another headline at the same address: of an article that was edited each, of its twins elsewhere the first."""
    same_address = [hit for hit in earlier if hit.fingerprint.addresses & own.fingerprint.addresses]
    before_edit = next((hit for hit in same_address if hit.article == own.article), None)
    if before_edit:
        known_titles = {fold_line(strip_outlet_name(alert.title)) for alert in alerts}
        is_news = fold_line(own.fingerprint.headline) not in known_titles
    else:
        is_news = not _is_alerted_kind(HEADLINE_NEWS, alerts)
    former = before_edit or (same_address[-1] if same_address else None)
    if former and is_news and fold_line(former.fingerprint.headline) != fold_line(own.fingerprint.headline):
        yield f"{HEADLINE_NEWS}{former.fingerprint.headline}"


def _confirmation_news(publishers: int, confirmed_by: int, alerts: Sequence[PastAlert]) -> Iterator[str]:
    # Whoever was alerted late may have read in that alert that so many publishers have the story.
    if publishers >= confirmed_by and all(alert.independent < confirmed_by for alert in alerts):
        yield f"{CONFIRMED_NEWS}{publishers} independent publishers"


def _number_news(own: Fingerprint, known: Sequence[Fingerprint]) -> Iterator[str]:
    """Numbers of the headline, and of dead and hurt also in the first sentences, that no text known has."""
    known_values = frozenset[str]().union(*(text.values for text in known))
    known_tolls = [toll for text in known for toll in text.tolls]
    fresh: dict[str, Figure] = {}
    for figure in own.headline_figures:
        if (
            figure.value not in known_values
            and figure.counts not in (*TOLL_KINDS, "nth")
            and not TIME_STEMS.match(figure.counts)
        ):
            fresh.setdefault(figure.value, figure)
    for figure in (*own.headline_figures, *own.opening_figures):
        if figure.counts in TOLL_KINDS and _is_higher_toll(figure, known_tolls):
            fresh.setdefault(figure.value, figure)
    yield from (f"{NUMBER_NEWS}{figure.printed}" for figure in fresh.values())


def _is_higher_toll(figure: Figure, known_tolls: Iterable[tuple[str, str]]) -> bool:
    """Tolls grow; a lower number counts only some of the dead."""
    return all(float(figure.value) > float(value) for counts, value in known_tolls if counts == figure.counts)


def _quote_news(own: Fingerprint, known: Sequence[Fingerprint], alerts: Sequence[PastAlert]) -> Iterator[str]:
    """The first quote that is in none of the texts known; a translation of a known one would look new."""
    readable = [text for text in known if text.language == own.language]
    known_quotes = {fold_line(quote.words) for text in readable for quote in text.quotes}
    for quote in own.quotes if readable and not _is_alerted_kind(QUOTE_NEWS, alerts) else ():
        if fold_line(quote.words) not in known_quotes:
            said_by = f" ({quote.speaker})" if quote.speaker else ""
            yield f"{QUOTE_NEWS}“{_shorten_quote(quote.words)}”{said_by}"
            return


def _shorten_quote(words: str) -> str:
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1].rsplit(' ', 1)[0]}…"

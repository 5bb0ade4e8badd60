"""An alert → words: each channel puts them into its own form, none adds facts.

Everything here comes from a feed, a page or a seed, so it is text to be shown, never markup to be obeyed: each
channel escapes it for its own sink.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit

from monitor.alert.cutting import cut_text, is_visible, passage_to_line, text_to_line
from monitor.links import safe_link
from monitor.model import Delivery, Digest, Notice, Passage, Report
from monitor.text import clean_line

HEADLINE_LIMIT = 250
PASSAGES_SHOWN = 2
"""Passages in one message."""
PASSAGE_LIMIT, ITEM_PASSAGE_LIMIT = 600, 240
ITEMS_LISTED = 40
"""Reports told in one digest; the rest is in the archive."""
OUTLETS_NAMED = 4
"""Other outlets told by name."""
OUTLET_NAMES_LIMIT = 160
STRENGTHS = ((0.75, "strong"), (0.6, "clear"))
LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_CLASSES = "\u200e", ("R", "AL")
IN_DOUBT_NOTE = "(may be a repetition: an earlier try was cut off before its answer)"


@dataclass(frozen=True, slots=True)
class MessageText:
    """What a message says, in plain text, part by part; each is one line, and may be empty but for the first two."""

    headline: str
    """The news: of a follow-up what is new, of a notice what happened to us."""
    byline: str
    """Source and time."""
    lead: str = ""
    """Of a digest: why it comes now. Of a notice: what to do."""
    story: str = ""
    """Of a follow-up: the story it belongs to."""
    report: str = ""
    """Of a follow-up: how this report of it is called."""
    others: str = ""
    """Who else has the story."""
    seed_and_score: str = ""
    """The score as word and number."""
    topics: str = ""
    reason: str = ""
    passages: tuple[Passage, ...] = ()
    link: str | None = None
    """The article's address, if it is one that may be followed."""
    archive_link: str | None = None
    label_link: str | None = None
    note: str = ""
    """A word of caution."""
    language: str = ""
    """In which the title and the passages are."""
    groups: tuple[MessageGroup, ...] = ()
    """Of a digest: what it lists, by seed."""
    unlisted: int = 0
    """Of a digest: how many more there are."""

    @property
    def titles(self) -> tuple[tuple[str, str], ...]:
        """Of a follow-up: its story and its report, each with a name before it."""
        return tuple((name, text) for name, text in (("Story", self.story), ("Report", self.report)) if text)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is told below the passages, with a name before it."""
        named = (("Why", self.reason), ("For", self.seed_and_score), ("Topics", self.topics))
        return tuple((name, text) for name, text in named if text)

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Where the message leads, with a name before each link."""
        named = (("Article", self.link), ("Archive", self.archive_link), ("Relevant or not", self.label_link))
        return tuple((name, link) for name, link in named if link)

    @property
    def rest(self) -> str:
        """What a digest does not list, in words."""
        return f"+{self.unlisted} more in the archive" if self.unlisted else ""


@dataclass(frozen=True, slots=True)
class MessageGroup:
    """The part of a digest that is about one seed."""

    title: str
    items: tuple[MessageText, ...]


def compose_message(delivery: Delivery, zone: tzinfo = UTC) -> MessageText:
    """Put one delivery into words; its times are those of the reader's zone."""
    alert, note = delivery.alert, IN_DOUBT_NOTE if delivery.in_doubt else ""
    match alert:
        case Report():
            return _compose_report(alert, zone, note)
        case Digest():
            return _compose_digest(alert, zone, note)
        case Notice():
            return _compose_notice(alert, zone, note)


def _compose_report(
    alert: Report, zone: tzinfo, note: str = "", passages: int = PASSAGES_SHOWN, size: int = PASSAGE_LIMIT
) -> MessageText:
    """One report of a story, the first or a later one."""
    shown = [passage_to_line(passage, size) for passage in alert.passages if is_visible(passage.text)]
    topics = ", ".join(filter(is_visible, (clean_line(topic, 80) for topic in alert.topics)))
    is_later = alert.kind == "follow_up"
    title = _alert_title(alert)
    story = text_to_line(alert.story_title, HEADLINE_LIMIT, title) if is_later else ""
    return MessageText(
        headline=_news_headline(alert) if is_later else title,
        byline=_alert_byline(alert, zone),
        story=story,
        report=title if is_later and title != story else "",
        others=describe_other_outlets(alert.also, alert.independent),
        # The word before the number: after Arabic or Hebrew, a number would be shown on the wrong side.
        seed_and_score=f"{_seed_title(alert)}: {score_to_strength(alert.score)} ({alert.score:.2f})",
        topics=cut_text(topics, 400),
        reason=text_to_line(alert.reason, 400, "(no reason given)"),
        passages=tuple(shown[:passages]),
        link=_safe_link_or_none(alert.url),
        archive_link=_safe_link_or_none(alert.archive_url),
        label_link=_safe_link_or_none(alert.label_url),
        note=note,
        language=clean_line(alert.language or "", 20),
    )


def _compose_digest(digest: Digest, zone: tzinfo, note: str) -> MessageText:
    newest = sorted(digest.items, key=lambda item: (item.published or item.seen, item.score), reverse=True)
    listed = newest[:ITEMS_LISTED]
    first = f"{_alert_title(listed[0])}{f' (+{len(newest) - 1} more)' if len(newest) > 1 else ''}" if listed else ""
    return MessageText(
        headline=text_to_line(first, HEADLINE_LIMIT, "(no title)"),
        byline=f"{_count_with_noun(len(newest), 'report')} · {format_moment(digest.seen, zone)}",
        lead=text_to_line(digest.lead, 400),
        groups=tuple(_group_by_seed(listed, zone)),
        unlisted=len(newest) - len(listed),
        archive_link=_safe_link_or_none(digest.archive_url),
        note=note,
    )


def _group_by_seed(items: list[Report], zone: tzinfo) -> Iterator[MessageGroup]:
    """The reports seed by seed; the seed with the newest one comes first."""
    for seed in dict.fromkeys(item.seed for item in items):
        mine = [item for item in items if item.seed == seed]
        yield MessageGroup(
            _seed_title(mine[0]), tuple(_compose_report(item, zone, "", 1, ITEM_PASSAGE_LIMIT) for item in mine)
        )


def _compose_notice(notice: Notice, zone: tzinfo, note: str) -> MessageText:
    return MessageText(
        headline=_alert_title(notice),
        byline=f"a notice of the monitor's own · {format_moment(notice.seen, zone)}",
        lead=text_to_line(notice.lead, 400),
        note=note,
    )


def describe_other_outlets(also: Iterable[str], independent: int) -> str:
    """Who else has the story, and how many tell it on their own; empty when nobody else has it.

    >>> describe_other_outlets(["AP", "DW", "Le Monde", "NHK", "TASS"], 4)
    'also in: AP, DW, Le Monde, NHK (+1); 4 independent publishers'
    """
    names = [_keep_left_to_right(name) for outlet in also if (name := text_to_line(outlet, 60))]
    shown = cut_text(", ".join(names[:OUTLETS_NAMED]), OUTLET_NAMES_LIMIT)
    more = f" (+{len(names) - OUTLETS_NAMED})" if len(names) > OUTLETS_NAMED else ""
    parts = [f"also in: {shown}{more}"] if names else []
    if independent > 1:
        parts.append(f"{independent} independent publishers")
    elif names:
        parts.append("copies of one report")
    return "; ".join(parts)


def _keep_left_to_right(name: str) -> str:
    """A name after which a line goes on from left to right: after Arabic or Hebrew, a number would change sides."""
    is_rightward = any(unicodedata.bidirectional(sign) in RIGHT_TO_LEFT_CLASSES for sign in name)
    return name + LEFT_TO_RIGHT_MARK if is_rightward else name


def format_published(alert: Report, zone: tzinfo = UTC) -> str:
    """When it was published, with its zone; what the source does not say, we do not make up."""
    if alert.published is None:
        return f"undated, first seen {format_moment(alert.seen, zone)}"
    return f"published {format_moment(alert.published, zone)}"


def format_moment(at: datetime, zone: tzinfo = UTC) -> str:
    """A time in a zone, which it names.

    >>> from zoneinfo import ZoneInfo
    >>> noon, zones = datetime(2025, 11, 3, 12, tzinfo=UTC), ("UTC", "Europe/Berlin", "Asia/Tashkent")
    >>> [format_moment(noon, ZoneInfo(zone)) for zone in zones]
    ['3 Nov 2025, 12:00 UTC', '3 Nov 2025, 13:00 CET', '3 Nov 2025, 17:00 UTC+05']
    """
    try:
        local = at.astimezone(zone)
    except OverflowError:  # the first and the last day there are
        local = at.astimezone(UTC)
    name = local.tzname() or ""
    return f"{local.day} {local:%b %Y, %H:%M} {'UTC' * name.startswith(('+', '-'))}{name}"


def score_to_strength(score: float) -> str:
    """A score in a word.

    >>> score_to_strength(0.8), score_to_strength(0.6), score_to_strength(0.51)
    ('strong', 'clear', 'borderline')
    """
    # As it is shown, so that no 0.75 is called less than the next.
    return next((word for least, word in STRENGTHS if round(score, 2) >= least), "borderline")


def host_to_show(link: str) -> str:
    """Whose machine a link leads to, in plain ASCII: what a reader should see before following it."""
    return urlsplit(link).hostname or link


def _news_headline(alert: Report) -> str:
    """What is new in a story, named."""
    shown = [text for news in alert.news if (text := text_to_line(news, 120))]
    return cut_text(f"New: {'; '.join(shown)}" if shown else f"New: {_alert_title(alert)}", HEADLINE_LIMIT)


def _alert_title(alert: Report | Notice) -> str:
    return text_to_line(alert.title, HEADLINE_LIMIT, "(no title)")


def _seed_title(alert: Report) -> str:
    return text_to_line(alert.seed_title, 120, text_to_line(alert.seed, 120, "(no seed)"))


def _alert_byline(alert: Report, zone: tzinfo) -> str:
    return f"{text_to_line(alert.source, 80, '(unnamed source)')} · {format_published(alert, zone)}"


def _safe_link_or_none(url: str | None) -> str | None:
    """An address that may be followed, if it is one."""
    return safe_link(url) if url else None


def _count_with_noun(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

"""An alert → words: each channel puts them into its own form, none adds facts.

Everything here comes from a feed, a page or a seed, so it is text to be shown, never markup to be obeyed: each
channel escapes it for its own sink.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model import Alert, Delivery, Passage
from monitor.text import UNWANTED, clean_line
from monitor.web import safe_link

PASSAGES = 2
"""Passages in one message."""
PASSAGE_LENGTH = 600
STRENGTHS = ((0.75, "strong"), (0.6, "clear"), (0.0, "borderline"))
IN_DOUBT = "May be a repetition: an earlier try was cut off before its answer."


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says, in plain text, part by part."""

    headline: str
    byline: str
    """Source and time."""
    match: str
    """Seed, score in words and number, topics."""
    reason: str
    passages: tuple[Passage, ...]
    link: str | None
    """The article's address, if it is one that may be followed."""
    archive_link: str | None
    note: str | None
    """A word of caution, if any."""


def words_of(delivery: Delivery) -> Words:
    """Put one delivery into words."""
    alert = delivery.alert
    topics = f"; topics: {', '.join(alert.topics)}" if alert.topics else ""
    return Words(
        headline=clean_line(alert.title, 250) or "(no title)",
        byline=f"{clean_line(alert.source, 80)} · {when(alert)}",
        match=f"{clean_line(alert.seed_title, 120)}: {alert.score:.2f}, {strength(alert.score)}{topics}",
        reason=clean_line(alert.reason, 400),
        passages=tuple(_shortened(passage) for passage in alert.passages[:PASSAGES]),
        link=safe_link(alert.url) if alert.url else None,
        archive_link=safe_link(alert.archive_url) if alert.archive_url else None,
        note=IN_DOUBT if delivery.in_doubt else None,
    )


def when(alert: Alert) -> str:
    """When it was published, with its zone; what the source does not say, we do not make up."""
    if alert.published is None:
        return f"undated, first seen {_moment(alert.seen)}"
    return f"published {_moment(alert.published)}"


def strength(score: float) -> str:
    """A score in words."""
    return next(word for least, word in STRENGTHS if score >= least)


def as_text(words: Words) -> str:
    """Write the message as plain text that reads well alone; the terms are marked *so*."""
    lines = [words.headline, words.byline, "", *(f"“{marked(one, '*', '*')}”" for one in words.passages)]
    if words.passages:
        lines.append("")
    lines += [f"Why: {words.reason}", f"For: {words.match}"]
    links = [words.link and f"Article: {words.link}", words.archive_link and f"Archive: {words.archive_link}"]
    lines += ["", *filter(None, links)]
    if words.note:
        lines += ["", words.note]
    return "\n".join(lines)


def marked(passage: Passage, before: str, after: str) -> str:
    """A passage as one line, its terms between two signs."""
    pieces, at = [], 0
    for start, end in passage.marks:
        pieces += [passage.text[at:start], before, passage.text[start:end], after]
        at = end
    return " ".join("".join([*pieces, passage.text[at:]]).split())


def _shortened(passage: Passage) -> Passage:
    # One sign for one, so that the marks stay in place; the border cleaned it before, but this is where it counts.
    text = UNWANTED.sub(" ", passage.text)
    if len(text) <= PASSAGE_LENGTH:
        return Passage(text, passage.start, passage.marks)
    text = text[:PASSAGE_LENGTH].rsplit(" ", 1)[0]
    marks = tuple((start, end) for start, end in passage.marks if end <= len(text))
    return Passage(text + " …", passage.start, marks)


def _moment(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"

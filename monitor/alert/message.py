"""An alert → words: each channel puts them into its own form, none adds facts.

Everything here comes from a feed, a page or a seed, so it is text to be shown, never markup to be obeyed: each
channel escapes it for its own sink.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from monitor.model import Alert, Delivery, Passage
from monitor.text import UNWANTED, clean_line
from monitor.web import safe_link

HEADLINE_LIMIT = 250
PASSAGES = 2
"""Passages in one message."""
PASSAGE_LIMIT = 600
WORD_LIMIT, JOINED_LIMIT = 40, 16
"""Characters within which a border between words, or between joined characters, is looked for."""
JOINER = "\u200d"
STRENGTHS = ((0.75, "strong"), (0.6, "clear"))
IN_DOUBT = "(may be a repetition: an earlier try was cut off before its answer)"
ON, OFF = "\x01", "\x02"
"""Around a marked term until a channel puts its own signs there: cleaned text cannot hold them."""
SPACE_OR_UNWANTED = re.compile(rf"\s|{UNWANTED.pattern}")


@dataclass(frozen=True, slots=True)
class Words:
    """What a message says, in plain text, part by part; each is one line."""

    headline: str
    byline: str
    """Source and time."""
    match: str
    """Seed, and the score as word and number."""
    topics: str
    """The topics found; the only part that may be empty."""
    reason: str
    passages: tuple[Passage, ...]
    link: str | None
    """The article's address, if it is one that may be followed."""
    archive_link: str | None
    note: str | None
    """A word of caution, if any."""
    language: str | None
    """In which the headline and the passages are."""


def words_of(delivery: Delivery) -> Words:
    """Put one delivery into words."""
    alert = delivery.alert
    passages = tuple(_one_line(passage) for passage in alert.passages if _is_visible(passage.text))
    return Words(
        headline=_line(alert.title, HEADLINE_LIMIT, "(no title)"),
        byline=f"{_line(alert.source, 80, '(unnamed source)')} · {when(alert)}",
        # The word before the number: after Arabic or Hebrew, a number would be shown on the wrong side.
        match=f"{_line(alert.seed_title, 120, alert.seed)}: {strength(alert.score)} ({alert.score:.2f})",
        topics=cut(", ".join(filter(_is_visible, (clean_line(topic, 80) for topic in alert.topics))), 400),
        reason=_line(alert.reason, 400, "(no reason given)"),
        passages=passages[:PASSAGES],
        link=safe_link(alert.url) if alert.url else None,
        archive_link=safe_link(alert.archive_url) if alert.archive_url else None,
        note=IN_DOUBT if delivery.in_doubt else None,
        language=clean_line(alert.language, 20) if alert.language else None,
    )


def when(alert: Alert) -> str:
    """When it was published, with its zone; what the source does not say, we do not make up."""
    if alert.published is None:
        return f"undated, first seen {_moment(alert.seen)}"
    return f"published {_moment(alert.published)}"


def strength(score: float) -> str:
    """A score in a word.

    >>> strength(0.8), strength(0.6), strength(0.51)
    ('strong', 'clear', 'borderline')
    """
    # As it is shown, so that no 0.75 is called less than the next.
    return next((word for least, word in STRENGTHS if round(score, 2) >= least), "borderline")


def as_text(words: Words) -> str:
    """Write the message as plain text that reads well alone; the terms are marked *so*."""
    quotes = [f"“{marked(passage, '*', '*')}”" for passage in words.passages]
    links = [words.link and f"Article: {words.link}", words.archive_link and f"Archive: {words.archive_link}"]
    paragraphs = [
        [words.headline, words.byline],
        *([quote] for quote in quotes),
        [f"Why: {words.reason}", f"For: {words.match}", *([f"Topics: {words.topics}"] if words.topics else ())],
        [link for link in links if link],
        [words.note] if words.note else [],
    ]
    return "\n\n".join("\n".join(lines) for lines in paragraphs if lines)


def pieces(passage: Passage) -> Iterator[tuple[str, bool]]:
    """A passage bit by bit, each with whether it is marked.

    >>> list(pieces(Passage("No truce yet", 0, ((3, 8),))))
    [('No ', False), ('truce', True), (' yet', False)]
    """
    at = 0
    for start, end in passage.marks:
        if at < start:
            yield passage.text[at:start], False
        yield passage.text[start:end], True
        at = end
    if at < len(passage.text):
        yield passage.text[at:], False


def marked(passage: Passage, before: str, after: str) -> str:
    """A passage as one line, its terms between two signs."""
    signed = "".join(f"{before}{text}{after}" if is_marked else text for text, is_marked in pieces(passage))
    return " ".join(signed.split())


def cut(text: str, limit: int) -> str:
    """Text of at most so many characters, cut between words where there are any.

    >>> cut("Moscow rejects a ceasefire", 20)
    'Moscow rejects a…'
    """
    return text if len(text) <= limit else text[: _border(text, limit - 1)].rstrip() + "…"


def shortened(passage: Passage, limit: int) -> Passage:
    """A passage of at most so many characters, with its first marked term in it.

    >>> shortened(Passage("In Moscow, late on Monday, Lavrov said no to a truce.", 0, ((27, 33),)), 30)
    Passage(text='…on Monday, Lavrov said no to…', start=16, marks=((12, 18),))
    """
    if len(passage.text) <= limit:
        return passage
    start = _first_shown(passage, limit)
    edge = "…" if start else ""
    text = edge + cut(passage.text[start:], limit - len(edge))
    shift, end = len(edge) - start, len(text.removesuffix("…"))
    marks = [(max(low + shift, len(edge)), min(high + shift, end)) for low, high in passage.marks]
    return Passage(text, passage.start + start, tuple(_sound(marks, text)))


def host(link: str) -> str:
    """Whose machine a link leads to, in plain ASCII: what a reader should see before following it."""
    return urlsplit(link).hostname or link


def _line(text: str, limit: int, otherwise: str) -> str:
    line = clean_line(text, len(text))
    return cut(line, limit) if _is_visible(line) else otherwise


def _is_visible(text: str) -> bool:
    """Whether anything is left to see: no sink takes a title of mere zero-width signs."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _border(text: str, limit: int) -> int:
    """Where to cut before `limit`: between words, or between two characters that people see as such."""
    space = text.rfind(" ", max(0, limit - WORD_LIMIT), limit + 1)
    if space > 0:
        return space
    # Chinese and Japanese have hardly a space: they are cut anywhere, but for accents and joined emoji.
    return next((at for at in range(limit, max(0, limit - JOINED_LIMIT), -1) if not _is_joined(text, at)), limit)


def _is_joined(text: str, at: int) -> bool:
    return text[at - 1] == JOINER or text[at] == JOINER or unicodedata.category(text[at])[0] == "M"


def _first_shown(passage: Passage, limit: int) -> int:
    """Where a cut passage begins: at its own start if its first mark is to be seen then, else a little before it."""
    first, end = passage.marks[0] if passage.marks else (0, 0)
    if end < limit - WORD_LIMIT:
        return 0
    at = _border(passage.text, first - min(first, limit // 3))
    return at + passage.text.startswith(" ", at)


def _one_line(passage: Passage) -> Passage:
    # One sign for one, so that the marks stay in place; the border cleaned it before, but this is where it counts.
    text = SPACE_OR_UNWANTED.sub(" ", passage.text)
    return shortened(Passage(text, passage.start, tuple(_sound(passage.marks, text))), PASSAGE_LIMIT)


def _sound(marks: Iterable[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """The marks that lie in the text, ascending and apart."""
    at = 0
    for start, end in marks:
        if at <= start < end <= len(text):
            yield start, end
            at = end


def _moment(moment: datetime) -> str:
    utc = moment.astimezone(UTC)
    return f"{utc.day} {utc:%b %Y, %H:%M} UTC"

"""Alerts on the console."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Literal, TextIO

from monitor.alert.cutting import MARK_OFF, MARK_ON, mark_passage
from monitor.alert.message import MessageGroup, MessageText, compose_message
from monitor.alert.tables import CommonTable
from monitor.model import Delivery, Sent, StageError

CONSOLE_COLUMNS = 100
"""Columns; only a link may be longer, for a broken one leads nowhere."""
TITLE_EDGE, TEXT_EDGE, ITEM_EDGE = "▌ ", "│ ", "│   "
SHORT_LINK_NAMES = {"Relevant or not": "label"}
"""Names of links that are too long for their column."""
BOLD_ON, BOLD_OFF = "\x1b[1m", "\x1b[0m"
ZERO_WIDTH_CATEGORIES = ("Cc", "Cf", "Me", "Mn")
"""Signs that take no place of their own: accents, joiners and our own marks."""


@dataclass(frozen=True, slots=True)
class ConsoleTable(CommonTable):
    """`[channels.NAME]` with `kind = "console"`: alerts on the standard output."""

    kind: Literal["console"]


def open_console_channel(name: str, zone: tzinfo) -> ConsoleChannel:
    """The console under this name."""
    return ConsoleChannel(name, zone=zone)


class ConsoleChannel:
    """Prints alerts; a terminal shows the matched terms in bold."""

    def __init__(self, name: str, stream: TextIO | None = None, *, zone: tzinfo = UTC) -> None:
        self.name = name
        self._stream = stream
        self._zone = zone

    def recipients(self) -> tuple[str, ...]:
        """There is one console."""
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Print one alert."""
        # Looked up now: whoever redirected the output meanwhile means it.
        stream = self._stream or sys.stdout
        try:
            page = _render_console_text(compose_message(delivery, self._zone), bold=stream.isatty())
            print(_escape_unencodable(stream, page), file=stream, flush=True)
        except (OSError, ValueError) as error:
            # A pipe whose reader left, or a closed stream.
            raise StageError("console_closed", detail=type(error).__name__) from error
        return Sent(delivery, "printed")


def _render_console_text(words: MessageText, *, bold: bool) -> str:
    signs = (MARK_ON, MARK_OFF) if bold else ("*", "*")
    lines = [
        *_wrap_text(words.headline, TITLE_EDGE),
        *_named_lines(words.titles, TITLE_EDGE),
        *(line for text in (words.byline, words.others) if text for line in _wrap_text(text, TITLE_EDGE)),
        *(_wrap_text(words.lead, TEXT_EDGE) if words.lead else ()),
        *_quote_lines(words, signs, TEXT_EDGE),
        *(line for group in words.groups for line in _group_lines(group, signs)),
        *(_wrap_text(words.rest, TEXT_EDGE) if words.rest else ()),
        *_named_lines(words.facts, TEXT_EDGE),
        *(f"{TEXT_EDGE}{SHORT_LINK_NAMES.get(name, name.lower()):<9}{link}" for name, link in words.links),
        *(_wrap_text(words.note, TEXT_EDGE) if words.note else ()),
    ]
    return "\n".join(["", *_embolden_terms(lines), ""])


def _named_lines(parts: Iterable[tuple[str, str]], edge: str) -> Iterator[str]:
    return (line for name, text in parts for line in _wrap_text(text, f"{edge}{name.lower():<9}"))


def _quote_lines(words: MessageText, signs: tuple[str, str], start: str) -> Iterator[str]:
    return (line for passage in words.passages for line in _wrap_text(f"“{mark_passage(passage, *signs)}”", start))


def _group_lines(group: MessageGroup, signs: tuple[str, str]) -> Iterator[str]:
    """The part of a digest that is about one seed."""
    yield from _wrap_text(group.title, f"{TEXT_EDGE}= ")
    for item in group.items:
        yield from _wrap_text(item.headline, f"{TEXT_EDGE}- ")
        yield from _named_lines(item.titles, ITEM_EDGE)
        yield from (line for text in (item.byline, item.others) if text for line in _wrap_text(text, ITEM_EDGE))
        yield from _quote_lines(item, signs, ITEM_EDGE)
        if item.link:
            yield ITEM_EDGE + item.link


def _wrap_text(text: str, start: str) -> Iterator[str]:
    """The text in lines; what `start` says stands before the first, and its room is left free in the others."""
    line, before = "", start
    for piece in _split_wide_words(text, CONSOLE_COLUMNS - count_columns(start)):
        longer = f"{line} {piece}" if line else piece
        if line and count_columns(before + longer) > CONSOLE_COLUMNS:
            yield before + line
            line, before = piece, start[:2] + " " * (len(start) - 2)
        else:
            line = longer
    yield before + line


def _split_wide_words(text: str, most: int) -> Iterator[str]:
    """The words, those that are wider than a line in pieces: Chinese and Japanese write without spaces."""
    for word in text.split():
        piece = ""
        for sign in word:
            if count_columns(piece + sign) > most:
                yield piece
                piece = ""
            piece += sign
        yield piece


def count_columns(text: str) -> int:
    """How many columns a terminal gives a text.

    >>> count_columns("мир"), count_columns("停戦")
    (3, 4)
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_columns_of_sign(sign) for sign in text)


def _columns_of_sign(sign: str) -> int:
    if unicodedata.category(sign) in ZERO_WIDTH_CATEGORIES:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _embolden_terms(lines: list[str]) -> Iterator[str]:
    """The lines, marked terms in bold; a term that goes on in the next line leaves its edge alone."""
    is_on = False
    for line in lines:
        edge, rest = line[:2], line[2:]
        text = edge + (BOLD_ON if is_on else "") + rest.replace(MARK_ON, BOLD_ON).replace(MARK_OFF, BOLD_OFF)
        is_on = rest.rfind(MARK_ON) > rest.rfind(MARK_OFF) or (is_on and MARK_OFF not in rest)
        yield text + BOLD_OFF if is_on else text


def _escape_unencodable(stream: TextIO, text: str) -> str:
    """The text in the letters that the stream has; the others by their number."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)

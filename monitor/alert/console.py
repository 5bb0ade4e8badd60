"""Alerts on the console."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo
from typing import TextIO

from monitor.alert.cutting import OFF, ON, marked
from monitor.alert.message import Group, Words, words_of
from monitor.model import Delivery, Sent, StageError

WIDTH = 100
"""Columns; only a link may be longer, for a broken one leads nowhere."""
TITLE, EDGE, IN_ITEM = "▌ ", "│ ", "│   "
SHORT = {"Relevant or not": "label"}
"""Names of links that are too long for their column."""
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
NO_COLUMN = ("Cc", "Cf", "Me", "Mn")
"""Signs that take no place of their own: accents, joiners and our own marks."""


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
            page = _page(words_of(delivery, self._zone), bold=stream.isatty())
            print(_spelled_for(stream, page), file=stream, flush=True)
        except (OSError, ValueError) as error:
            # A pipe whose reader left, or a closed stream.
            raise StageError("console_closed", detail=type(error).__name__) from error
        return Sent(delivery, "printed")


def _page(words: Words, *, bold: bool) -> str:
    signs = (ON, OFF) if bold else ("*", "*")
    lines = [
        *_wrapped(words.headline, TITLE),
        *_named(words.titles, TITLE),
        *(line for text in (words.byline, words.others) if text for line in _wrapped(text, TITLE)),
        *(_wrapped(words.lead, EDGE) if words.lead else ()),
        *_quotes(words, signs, EDGE),
        *(line for group in words.groups for line in _listed(group, signs)),
        *(_wrapped(words.rest, EDGE) if words.rest else ()),
        *_named(words.facts, EDGE),
        *(f"{EDGE}{SHORT.get(name, name.lower()):<9}{link}" for name, link in words.links),
        *(_wrapped(words.note, EDGE) if words.note else ()),
    ]
    return "\n".join(["", *_in_bold(lines), ""])


def _named(parts: Iterable[tuple[str, str]], edge: str) -> Iterator[str]:
    return (line for name, text in parts for line in _wrapped(text, f"{edge}{name.lower():<9}"))


def _quotes(words: Words, signs: tuple[str, str], start: str) -> Iterator[str]:
    return (line for passage in words.passages for line in _wrapped(f"“{marked(passage, *signs)}”", start))


def _listed(group: Group, signs: tuple[str, str]) -> Iterator[str]:
    """The part of a digest that is about one seed."""
    yield from _wrapped(group.title, f"{EDGE}= ")
    for item in group.items:
        yield from _wrapped(item.headline, f"{EDGE}- ")
        yield from _named(item.titles, IN_ITEM)
        yield from (line for text in (item.byline, item.others) if text for line in _wrapped(text, IN_ITEM))
        yield from _quotes(item, signs, IN_ITEM)
        if item.link:
            yield IN_ITEM + item.link


def _wrapped(text: str, start: str) -> Iterator[str]:
    """The text in lines; what `start` says stands before the first, and its room is left free in the others."""
    line, before = "", start
    for piece in _short_words(text, WIDTH - columns(start)):
        longer = f"{line} {piece}" if line else piece
        if line and columns(before + longer) > WIDTH:
            yield before + line
            line, before = piece, start[:2] + " " * (len(start) - 2)
        else:
            line = longer
    yield before + line


def _short_words(text: str, most: int) -> Iterator[str]:
    """The words, those that are wider than a line in pieces: Chinese and Japanese write without spaces."""
    for word in text.split():
        piece = ""
        for sign in word:
            if columns(piece + sign) > most:
                yield piece
                piece = ""
            piece += sign
        yield piece


def columns(text: str) -> int:
    """How many columns a terminal gives a text.

    >>> columns("мир"), columns("停戦")
    (3, 4)
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_columns_of(sign) for sign in text)


def _columns_of(sign: str) -> int:
    if unicodedata.category(sign) in NO_COLUMN:
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1


def _in_bold(lines: list[str]) -> Iterator[str]:
    """The lines, marked terms in bold; a term that goes on in the next line leaves its edge alone."""
    is_on = False
    for line in lines:
        edge, rest = line[:2], line[2:]
        text = edge + (BOLD if is_on else "") + rest.replace(ON, BOLD).replace(OFF, PLAIN)
        is_on = rest.rfind(ON) > rest.rfind(OFF) or (is_on and OFF not in rest)
        yield text + PLAIN if is_on else text


def _spelled_for(stream: TextIO, text: str) -> str:
    """The text in the letters that the stream has; the others by their number."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)

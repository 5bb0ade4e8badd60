"""Alerts on the console."""

from __future__ import annotations

import sys
from datetime import datetime
from textwrap import fill
from typing import TextIO

from monitor.alert.message import Words, marked, words_of
from monitor.model import Delivery, Sent

WIDTH = 100
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


class ConsoleChannel:
    """Prints alerts; a terminal shows the matched terms in bold."""

    def __init__(self, name: str, stream: TextIO | None = None) -> None:
        self.name = name
        self._stream = stream

    def recipients(self) -> tuple[str, ...]:
        """There is one console."""
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Print one alert."""
        # Looked up now: whoever redirected the output meanwhile means it.
        stream = self._stream or sys.stdout
        print(_page(words_of(delivery), bold=stream.isatty()), file=stream, flush=True)
        return Sent(delivery, "printed")


def _page(words: Words, *, bold: bool) -> str:
    before, after = (BOLD, PLAIN) if bold else ("*", "*")
    lines = [
        _wrapped(words.headline, "▌ "),
        f"▌ {words.byline}",
        *(_wrapped(f"“{marked(passage, before, after)}”", "│ ") for passage in words.passages),
        _wrapped(f"why      {words.reason}", "│ "),
        _wrapped(f"for      {words.match}", "│ "),
        *(f"│ {name:<8} {link}" for name, link in (("article", words.link), ("archive", words.archive_link)) if link),
    ]
    if words.note:
        lines.append(f"│ {words.note}")
    return "\n".join(["", *lines, ""])


def _wrapped(text: str, edge: str) -> str:
    return fill(text, WIDTH, initial_indent=edge, subsequent_indent=edge, break_long_words=False)

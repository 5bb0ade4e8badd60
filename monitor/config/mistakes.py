"""Mistakes in what the user wrote: collected all in one go, each with file, key and remedy.

Whoever reads or checks something is given the `Mistakes` of this run, or a `Place` of them, and adds what is wrong;
nobody raises or returns mistakes. Only the loading itself ends with a ConfigError.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to mend before anything runs."""

    file: str
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.file}: {self.key}" if self.key else self.file
        return f"{where}: {self.problem}. {self.remedy}"


class Mistakes:
    """All that is wrong, in the order in which it was found."""

    def __init__(self) -> None:
        self._found: list[Mistake] = []

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Mistake]:
        return iter(self._found)

    def add(self, mistake: Mistake) -> None:
        """One more."""
        self._found.append(mistake)

    def at(self, file: Path | str) -> Place:
        """Where to add what is wrong in a file, or in what else is named."""
        return Place(self, str(file))


@dataclass(frozen=True, slots=True)
class Place:
    """A file, or a table in it, and the mistakes that what is wrong there is added to."""

    mistakes: Mistakes
    file: str
    table: str = ""
    """The dotted name of the table; nothing for the whole file."""

    def within(self, table: str) -> Place:
        """A table in here."""
        return replace(self, table=self._key(table))

    def add(self, key: str, problem: str, remedy: str) -> None:
        """What is wrong with a key, or with all that is in here when there is no key."""
        self.mistakes.add(Mistake(self.file, self._key(key), problem, remedy))

    def _key(self, key: str) -> str:
        return ".".join(filter(None, (self.table, key)))


def suggest_nearest(word: str, known: Iterable[str]) -> str:
    """A hint at what was meant: the nearest known word, else all of them."""
    known = sorted(known)
    close = get_close_matches(word, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known here: {', '.join(known) or 'nothing'}."

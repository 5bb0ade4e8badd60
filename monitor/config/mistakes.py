"""Mistakes in what the user wrote: collected all in one go, each with file, key and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from monitor.config.settings import Settings


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


class ConfigError(Exception):
    """The configuration cannot be used; `mistakes` says all that is wrong with it.

    `settings` is what could be read, with the default where there was a mistake: enough to look at an archive.
    """

    def __init__(self, mistakes: Iterable[Mistake], settings: Settings | None = None) -> None:
        self.mistakes = tuple(mistakes)
        self.settings = settings
        super().__init__("\n".join(map(str, self.mistakes)))


def suggest_nearest(word: str, known: Iterable[str]) -> str:
    """A hint at what was meant: the nearest known word, else all of them."""
    known = sorted(known)
    close = get_close_matches(word, known, n=1)
    return f"Did you mean {close[0]!r}?" if close else f"Known here: {', '.join(known) or 'nothing'}."

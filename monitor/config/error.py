"""What is raised when the configuration cannot be used."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.config.mistakes import Mistake
from monitor.config.settings import Settings


class ConfigError(Exception):
    """The configuration cannot be used; `mistakes` says all that is wrong with it.

    `settings` is what could be read, with the default where there was a mistake: enough to look at an archive.
    """

    def __init__(self, mistakes: Iterable[Mistake], settings: Settings) -> None:
        self.mistakes = tuple(mistakes)
        self.settings = settings
        super().__init__("\n".join(map(str, self.mistakes)))

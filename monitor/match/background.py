"""How rare a word is: what the language in general says, corrected by what the archive has seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import log

from monitor.match.words import lexicon

PRIOR_ARTICLES = 1000
"""The general frequencies count as much as so many articles seen."""

ARTICLE_WORDS = 200
"""Words of a typical article, for what share of them a word of some frequency should be in."""


class Background:
    """Document frequencies: a shipped prior and what was seen.

    `counts` maps (language, stem) to the number of articles that held it, `articles` a language to the number
    of its articles.
    """

    def __init__(
        self, counts: Mapping[tuple[str, str], int] | None = None, articles: Mapping[str, int] | None = None
    ) -> None:
        self._counts = dict(counts or {})
        self._articles = dict(articles or {})
        self._priors: dict[tuple[str, str], float] = {}

    def learn(self, language: str, stems: Collection[str]) -> None:
        """Add one article by the stems it holds."""
        if stems:
            self._articles[language] = self.articles(language) + 1
        for stem in stems:
            self._counts[language, stem] = self._counts.get((language, stem), 0) + 1

    def articles(self, language: str) -> int:
        """How many articles of a language were seen."""
        return self._articles.get(language, 0)

    def idf(self, language: str, stem: str) -> float:
        """How much a stem says, 0.0 (it is everywhere) to about 7 and more (hardly anywhere)."""
        return self.top(language) - self.commonness(language, stem)

    def top(self, language: str) -> float:
        """The part of `idf` that all stems of a language share."""
        return log(self.articles(language) + PRIOR_ARTICLES + 1)

    def commonness(self, language: str, stem: str) -> float:
        """The part of `idf` that is a stem's own; it changes only when the stem is seen."""
        key = (language, stem)
        return log(self._counts.get(key, 0) + self._prior(key))

    def _prior(self, key: tuple[str, str]) -> float:
        known = self._priors.get(key)
        if known is None:
            frequency = lexicon(key[0]).frequency(key[1])
            known = PRIOR_ARTICLES * (1 - (1 - frequency) ** ARTICLE_WORDS) + 0.5
            self._priors[key] = known
        return known

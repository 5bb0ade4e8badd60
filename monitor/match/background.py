"""How rare a word is: what the language in general says, corrected by what the archive has seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import log

from monitor.match.words import lexicon

PRIOR_ARTICLES = 1000
"""The general frequencies count as much as so many articles seen."""

ARTICLE_WORDS = 200
"""Words of a typical article, for what share of them a word of some frequency should be in."""


class Commonness:
    """What is known of one language: idf = `top` - the commonness of a stem, which this remembers."""

    def __init__(self, code: str, articles: int = 0) -> None:
        self.articles = articles
        """How many were seen."""
        self.counts: dict[str, int] = {}
        """Stem → in how many of them it was seen."""
        self._lexicon = lexicon(code)
        self._priors: dict[str, float] = {}
        self.known: dict[str, float] = {}
        """The commonness of every stem that was asked for, always current."""

    @property
    def top(self) -> float:
        """The part of `idf` that all stems share."""
        return log(self.articles + PRIOR_ARTICLES + 1)

    def of(self, stem: str) -> float:
        """The part of `idf` that is a stem's own; it changes only when the stem is seen."""
        known = self.known.get(stem)
        if known is None:
            frequency = self._lexicon.frequency(stem)
            prior = self._priors[stem] = PRIOR_ARTICLES * (1 - (1 - frequency) ** ARTICLE_WORDS) + 0.5
            known = self.known[stem] = log(self.counts.get(stem, 0) + prior)
        return known

    def learn(self, stems: Collection[str]) -> None:
        """Add one article by the stems it holds."""
        self.articles += bool(stems)
        counts, priors, known = self.counts, self._priors, self.known
        for stem in stems:
            count = counts[stem] = counts.get(stem, 0) + 1
            prior = priors.get(stem)
            if prior is not None:
                known[stem] = log(count + prior)


class Background:
    """Document frequencies: a shipped prior and what was seen.

    `counts` maps (language, stem) to the number of articles that held it, `articles` a language to the number
    of its articles.
    """

    def __init__(
        self, counts: Mapping[tuple[str, str], int] | None = None, articles: Mapping[str, int] | None = None
    ) -> None:
        self._languages: dict[str, Commonness] = {}
        for language, number in (articles or {}).items():
            self._languages[language] = Commonness(language, number)
        for (language, stem), count in (counts or {}).items():
            self.language(language).counts[stem] = count

    def language(self, code: str) -> Commonness:
        """What is known of one language."""
        if code not in self._languages:
            self._languages[code] = Commonness(code)
        return self._languages[code]

    def learn(self, language: str, stems: Collection[str]) -> None:
        """Add one article by the stems it holds."""
        self.language(language).learn(stems)

    def idf(self, language: str, stem: str) -> float:
        """How much a stem says, 0.0 (it is everywhere) to about 7 and more (hardly anywhere)."""
        known = self.language(language)
        return known.top - known.of(stem)

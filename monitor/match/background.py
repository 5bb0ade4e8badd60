"""How rare a word is: what the language in general says, corrected by what the archive has seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from math import log

from monitor.text.lexicon import load_lexicon

PRIOR_ARTICLES = 1000
"""The general frequencies count as much as so many articles seen."""


class DocumentFrequencies:
    """What is known of one language: idf = `log_articles` - `log_count` of a stem, which is remembered."""

    def __init__(self, code: str, articles: int = 0) -> None:
        self.articles = articles
        """How many were seen."""
        self.counts: dict[str, int] = {}
        """Stem → in how many of them it was seen."""
        self._lexicon = load_lexicon(code)
        self._priors: dict[str, float] = {}
        self.log_counts: dict[str, float] = {}
        """`log_count` of every stem that was asked for, always current."""

    @property
    def log_articles(self) -> float:
        """The part of `idf` that all stems share."""
        return log(self.articles + PRIOR_ARTICLES + 1)

    def log_count(self, stem: str) -> float:
        """The part of `idf` that is a stem's own, the prior counted in; it changes only when the stem is seen."""
        log_count = self.log_counts.get(stem)
        if log_count is None:
            prior = self._priors[stem] = PRIOR_ARTICLES * self._lexicon.article_share(stem) + 0.5
            log_count = self.log_counts[stem] = log(self.counts.get(stem, 0) + prior)
        return log_count

    def learn(self, stems: Collection[str]) -> None:
        """Add one article by the stems it holds."""
        self.articles += bool(stems)
        counts, priors, log_counts = self.counts, self._priors, self.log_counts
        for stem in stems:
            count = counts[stem] = counts.get(stem, 0) + 1
            prior = priors.get(stem)
            if prior is not None:
                log_counts[stem] = log(count + prior)


class Background:
    """Document frequencies: a shipped prior and what was seen.

    `counts` maps (language, stem) to the number of articles that held it, `articles` a language to the number
    of its articles.
    """

    def __init__(
        self, counts: Mapping[tuple[str, str], int] | None = None, articles: Mapping[str, int] | None = None
    ) -> None:
        self._languages: dict[str, DocumentFrequencies] = {}
        for language, number in (articles or {}).items():
            self._languages[language] = DocumentFrequencies(language, number)
        for (language, stem), count in (counts or {}).items():
            self.language(language).counts[stem] = count

    def language(self, code: str) -> DocumentFrequencies:
        """What is known of one language."""
        if code not in self._languages:
            self._languages[code] = DocumentFrequencies(code)
        return self._languages[code]

    def learn(self, language: str, stems: Collection[str]) -> None:
        """Add one article by the stems it holds."""
        self.language(language).learn(stems)

    def idf(self, language: str, stem: str) -> float:
        """How much a stem says, 0.0 (it is everywhere) to about 7 and more (hardly anywhere)."""
        frequencies = self.language(language)
        return frequencies.log_articles - frequencies.log_count(stem)

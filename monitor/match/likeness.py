"""How like each seed an article is: the cosine of their weighted words, over one inverted index.

A word weighs as much as it is rare now, in the article and in the profiles alike. Its idf is log_articles less its
log_count; only the former changes with every article, so that a profile's length follows from three sums. What a word
that is seen again changes in them is added at once where few profiles hold the word, and for all others every 200
articles.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import inf, sqrt

from monitor.match.background import Background, DocumentFrequencies
from monitor.match.profile import seed_weights
from monitor.model import Seed

LEAST_LIKENESS = 0.03
"""A cosine below this is nothing in common."""

LEAD_BLEND = 0.5
"""What the lead says of the likeness of a long text; the whole text says the rest."""

FEW_PROFILES = 5
"""The profiles that hold a word at most, for what changes in their lengths to be added when it is seen again."""

REMEASURED_AFTER_ARTICLES = 200
"""Articles after which the lengths of all profiles are measured anew, for the words that many hold."""

LENGTH_MARGIN = 0.8
"""Until lengths are measured anew, none is taken to fall below this share of the shortest: a bound to skip by."""

StemWeights = Mapping[str, float]
"""Stem → what it weighs before its idf."""


class _LanguageVectors:
    """The words of all seeds in one language."""

    def __init__(self, frequencies: DocumentFrequencies) -> None:
        self._frequencies = frequencies
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._seeds: list[int] = []
        """The number of the seed that each vector belongs to."""
        self._weights: list[StemWeights] = []
        self._places: dict[int, int] = {}
        self._sums: list[tuple[float, float, float]] = []
        """Of each vector: the squares of its weights, plain, and times the log_count of the stem once and twice."""
        self._measured_at = frequencies.articles
        self._shortest = inf

    def add(self, seed: int, weights: StemWeights) -> None:
        """One more seed, by its words."""
        place = self._places[seed] = len(self._seeds)
        self._seeds.append(seed)
        self._weights.append(weights)
        for stem, weight in weights.items():
            self._frequencies.log_count(stem)  # from now on it is kept current
            self._postings[stem].append((place, weight))
        self._sums.append(self._measured(weights))
        self._shortest = min(self._shortest, self._length(place, self._frequencies.log_articles))

    def _measured(self, weights: StemWeights) -> tuple[float, float, float]:
        plain = once = twice = 0.0
        log_counts = self._frequencies.log_counts
        for stem, weight in weights.items():
            square, log_count = weight * weight, log_counts[stem]
            plain += square
            once += square * log_count
            twice += square * log_count * log_count
        return plain, once, twice

    def learn(self, stems: Collection[str]) -> None:
        """The background learns an article by its stems."""
        log_counts, postings = self._frequencies.log_counts, self._postings
        # In the order given: a set's order, and with it the last digit of a sum, would differ between processes.
        held_by_few = [stem for stem in stems if stem in postings and len(postings[stem]) <= FEW_PROFILES]
        before = [log_counts[stem] for stem in held_by_few]
        self._frequencies.learn(stems)
        for stem, log_count in zip(held_by_few, before, strict=True):
            self._update_sums(postings[stem], log_count, log_counts[stem])
        if self._frequencies.articles - self._measured_at >= REMEASURED_AFTER_ARTICLES:
            self._measured_at = self._frequencies.articles
            self._sums = [self._measured(weights) for weights in self._weights]
            self._shortest = min(
                self._length(place, self._frequencies.log_articles) for place in range(len(self._sums))
            )

    def _update_sums(self, holders: Sequence[tuple[int, float]], before: float, after: float) -> None:
        """A word's log_count has changed: so have the sums of all that hold it."""
        for place, weight in holders:
            square = weight * weight
            plain, once, twice = self._sums[place]
            self._sums[place] = plain, once + square * (after - before), twice + square * (after**2 - before**2)

    def compare(self, whole: StemWeights, lead: StemWeights | None, wanted: Collection[int]) -> dict[int, float]:
        """The cosine with each seed that is alike or wanted, by the seed's number; over zero."""
        log_articles = self._frequencies.log_articles
        products = self._products(whole, log_articles)
        if lead:
            lead_products = self._products(lead, log_articles)
            products = [
                (1 - LEAD_BLEND) * of_whole + LEAD_BLEND * of_lead
                for of_whole, of_lead in zip(products, lead_products, strict=True)
            ]
        asked = {self._places[seed] for seed in wanted if seed in self._places}
        likeness = {}
        least = LEAST_LIKENESS * LENGTH_MARGIN * self._shortest
        for place, product in enumerate(products):
            if product > least or (product > 0 and place in asked):
                alike = product / self._length(place, log_articles)
                if alike >= LEAST_LIKENESS or place in asked:
                    likeness[self._seeds[place]] = alike
        return likeness

    def _products(self, weights: StemWeights, log_articles: float) -> list[float]:
        """The product of an article, scaled to the length 1, with every profile at its own length."""
        products = [0.0] * len(self._seeds)
        squares = 0.0
        log_counts, postings = self._frequencies.log_counts, self._postings
        for stem, before in weights.items():
            log_count = log_counts.get(stem)
            idf = log_articles - (self._frequencies.log_count(stem) if log_count is None else log_count)
            weight = before * idf
            squares += weight * weight
            if stem in postings:
                shared = weight * idf
                for place, own in postings[stem]:
                    products[place] += shared * own
        size = sqrt(squares) or 1.0
        return [product / size for product in products]

    def _length(self, place: int, log_articles: float) -> float:
        plain, once, twice = self._sums[place]
        return sqrt(max(log_articles * log_articles * plain - 2 * log_articles * once + twice, 1e-12))


class LikenessIndex:
    """All seeds' words, to compare an article with all of them at once."""

    def __init__(self, seeds: Sequence[Seed], background: Background) -> None:
        self._background = background
        self._vectors: dict[str, _LanguageVectors] = {}
        self._weights: dict[tuple[int, str], dict[str, float]] = {}
        self.languages: tuple[frozenset[str], ...] = tuple(
            frozenset(self._add(number, seed)) for number, seed in enumerate(seeds)
        )
        """For each seed the languages it has examples in."""

    def _add(self, number: int, seed: Seed) -> Iterator[str]:
        for language, weights in seed_weights(seed).items():
            if language not in self._vectors:
                self._vectors[language] = _LanguageVectors(self._background.language(language))
            self._weights[number, language] = weights
            self._vectors[language].add(number, weights)
            yield language

    def compare(
        self, language: str, whole: StemWeights, lead: StemWeights | None = None, wanted: Collection[int] = ()
    ) -> dict[int, float]:
        """The cosine with each seed of this language that is alike, or wanted and shares a word; by its number."""
        vectors = self._vectors.get(language)
        return vectors.compare(whole, lead, wanted) if vectors else {}

    def learn(self, language: str, stems: Collection[str]) -> None:
        """The background, and with it every profile, learns an article by its stems."""
        if language in self._vectors:
            self._vectors[language].learn(stems)
        else:
            self._background.learn(language, stems)

    def weights(self, number: int, language: str) -> dict[str, float]:
        """What each stem of a seed says about it, in a text of this language."""
        frequencies = self._background.language(language)
        weights = self._weights.get((number, language), {})
        return {
            stem: weight * (frequencies.log_articles - frequencies.log_count(stem))
            for stem, weight in weights.items()
        }

    def heaviest(self, number: int, count: int) -> list[tuple[str, str, float]]:
        """The stems that say most about a seed, as (language, stem, share of the profile's length squared)."""
        said = [
            (language, stem, weight**2)
            for language in sorted(self.languages[number])
            for stem, weight in self.weights(number, language).items()
        ]
        whole = sum(square for _, _, square in said) or 1.0
        said.sort(key=lambda row: (-row[2], row[1]))
        return [(language, stem, square / whole) for language, stem, square in said[:count]]

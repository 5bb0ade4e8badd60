"""How like each seed an article is: the cosine of their weighted words, over one inverted index.

A word weighs (1 + ln count) · idf. With idf = top - commonness, where only `top` changes with every article,
a vector's length follows from three sums, kept up to date word by word as the background learns: no profile
is ever out of date, and none is ever weighed anew.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from math import log, sqrt

from monitor.match.background import Background
from monitor.match.examples import example_language, example_text
from monitor.match.feedback import rocchio
from monitor.match.words import lexicon, surfaces
from monitor.model import Example, Seed

PROFILE_WORDS = 80
"""The words of a seed that say most; the rest of a long example adds cost and noise."""


class _Vectors:
    """The words of all seeds in one language, with the sums from which each seed's length follows."""

    def __init__(self, language: str, background: Background) -> None:
        self._language = language
        self._background = background
        self._commonness: dict[str, float] = {}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.seeds: list[int] = []
        """The number of the seed that each vector belongs to."""
        self._squares: list[float] = []
        self._once: list[float] = []
        self._twice: list[float] = []

    def add(self, seed: int, weights: Mapping[str, float]) -> None:
        """One more seed, by its words and what they weigh before their idf."""
        place = len(self.seeds)
        self.seeds.append(seed)
        self._squares.append(sum(weight * weight for weight in weights.values()))
        self._once.append(0.0)
        self._twice.append(0.0)
        for stem, weight in weights.items():
            if stem not in self._commonness:
                self._commonness[stem] = self._background.commonness(self._language, stem)
            self._postings[stem].append((place, weight))
            self._shift([(place, weight)], 0.0, self._commonness[stem])

    def _shift(self, postings: Sequence[tuple[int, float]], before: float, after: float) -> None:
        """A word's commonness has changed: so have the sums of all that hold it."""
        once, twice = after - before, after * after - before * before
        for place, weight in postings:
            self._once[place] += weight * weight * once
            self._twice[place] += weight * weight * twice

    def learned(self, stems: Collection[str]) -> None:
        """The background has seen these stems once more: their commonness is another now."""
        # In the order given: an intersection of sets would add up in another order in every process.
        for stem in [stem for stem in stems if stem in self._commonness]:
            after = self._background.commonness(self._language, stem)
            self._shift(self._postings[stem], self._commonness[stem], after)
            self._commonness[stem] = after

    def compare(self, counts: Mapping[str, int]) -> dict[int, float]:
        """The cosine with each seed that shares a word, by the seed's number."""
        top = self._background.top(self._language)
        products = [0.0] * len(self.seeds)
        squares = 0.0
        for stem, count in counts.items():
            common = self._commonness.get(stem)
            if common is None:
                idf = top - self._background.commonness(self._language, stem)
                squares += ((1 + log(count)) * idf) ** 2
            else:
                idf = top - common
                weight = (1 + log(count)) * idf
                squares += weight * weight
                shared = weight * idf
                for place, own in self._postings[stem]:
                    products[place] += shared * own
        size = sqrt(squares) or 1.0
        return {
            self.seeds[place]: product / size / self._length(place, top)
            for place, product in enumerate(products)
            if product > 0
        }

    def _length(self, place: int, top: float) -> float:
        square = top * top * self._squares[place] - 2 * top * self._once[place] + self._twice[place]
        return sqrt(max(square, 1e-12))


def seed_weights(seed: Seed) -> dict[str, dict[str, float]]:
    """What each stem of a seed weighs before its idf, by language: of its examples, less its counter-examples."""
    meant, not_meant = _weigh(seed.examples), _weigh(seed.counter_examples)
    return {
        language: rocchio(weights, no=[not_meant[language]]) if language in not_meant else weights
        for language, weights in meant.items()
    }


def _weigh(examples: Sequence[Example]) -> dict[str, dict[str, float]]:
    """1 + ln count of each stem, by language, the examples counted together."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        language = example_language(example)
        counts[language] += lexicon(language).count(surfaces(example_text(example)))
    return {language: {stem: 1 + log(count) for stem, count in held.items()} for language, held in counts.items()}


class LikenessIndex:
    """All seeds' words, to compare an article with all of them at once."""

    def __init__(self, seeds: Sequence[Seed], background: Background) -> None:
        self._background = background
        self._vectors: dict[str, _Vectors] = {}
        self._weights: dict[tuple[int, str], dict[str, float]] = {}
        self.languages: tuple[frozenset[str], ...] = tuple(
            frozenset(self._add(number, seed)) for number, seed in enumerate(seeds)
        )
        """For each seed the languages it has examples in."""

    def _add(self, number: int, seed: Seed) -> Iterator[str]:
        for language, plain in seed_weights(seed).items():
            if language not in self._vectors:
                self._vectors[language] = _Vectors(language, self._background)
            weights = self._weights[number, language] = dict(_best(language, plain))
            self._vectors[language].add(number, weights)
            yield language

    def compare(self, language: str, counts: Mapping[str, int]) -> dict[int, float]:
        """The cosine with each seed that shares a word of this language, by the seed's number."""
        vectors = self._vectors.get(language)
        return vectors.compare(counts) if vectors else {}

    def learned(self, language: str, stems: Collection[str]) -> None:
        """The background has seen these stems of a language once more."""
        if language in self._vectors:
            self._vectors[language].learned(stems)

    def weight(self, number: int, language: str, stem: str) -> float:
        """What a stem says about a seed, in a text of this language; 0.0 when the seed does not hold it."""
        weight = self._weights.get((number, language), {}).get(stem)
        return weight * self._background.idf(language, stem) if weight else 0.0

    def heaviest(self, number: int, count: int) -> list[tuple[str, str, float]]:
        """The stems that say most about a seed, as (language, stem, share of the profile's length squared)."""
        said = [
            (language, stem, self.weight(number, language, stem) ** 2)
            for (seed, language), weights in self._weights.items()
            if seed == number
            for stem in weights
        ]
        whole = sum(square for _, _, square in said) or 1.0
        said.sort(key=lambda one: (-one[2], one[1]))
        return [(language, stem, square / whole) for language, stem, square in said[:count]]


def _best(language: str, plain: Mapping[str, float]) -> list[tuple[str, float]]:
    """A seed's most telling stems. By the shipped frequencies alone: a restart changes none."""
    prior = Background()
    weighed = sorted(plain.items(), key=lambda pair: (-pair[1] * prior.idf(language, pair[0]), pair[0]))
    return weighed[:PROFILE_WORDS]

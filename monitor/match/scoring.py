"""From likeness and topics to a score: parts that sum to it, on one scale for all seeds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from math import fsum

from monitor.match.background import Background
from monitor.match.evidence import TopicPresence
from monitor.match.examples import example_language, home_language
from monitor.model import ANY_LANGUAGE, Part, Seed, Topic
from monitor.text.lexicon import load_lexicon
from monitor.text.terms import words_of_term
from monitor.text.words import tokenise_text

TOPICS_EVIDENCE = 0.1
"""The evidence of an article that opens with all topics of a seed, in the unit of likeness (a cosine)."""

TOPICS_EVIDENCE_CROSSLINGUAL = 0.165
"""The same in a language that no example of the seed is in: there, the words in common say less."""

WITHOUT_TOPICS_FACTOR = 0.75
"""What likeness is worth in a text that speaks of none of the topics its user named."""

ENOUGH_LIKE = 0.125
"""So much likeness is enough for a hit, for a seed without topics."""

MORE_WITH_MEANING = 0.01
"""So much more is needed where the meaning is known: what is in all news counts then, too."""

ENOUGH_WITH_TOPICS = 0.185
"""So much likeness and topics together are enough for a seed with topics; topics alone never are."""

TERMS_ENOUGH = 3
"""A topic is wholly there with so many of its terms; the rest are other words for it."""

SATURATION = 0.75
"""The power to which the share of a topic's terms is raised: the first one says more than the second."""

LEAST_RARITY = 4.0
"""What a term says at least, in squares of idf: US and WHO look like common words and are none."""


class Scorer:
    """Adds up what was found: evidence e becomes the score e / (e + enough), so half means enough."""

    def __init__(self, seeds: Sequence[Seed], background: Background) -> None:
        self._seeds = seeds
        self._background = background
        self._homes = [home_language(seed) for seed in seeds]
        self._languages = [{example_language(example) for example in seed.examples} for seed in seeds]
        self._askable_in: dict[tuple[int, str], frozenset[int]] = {}
        self._askable_weights: dict[tuple[int, frozenset[int]], float] = {}

    def upper_bound(
        self,
        number: int,
        language: str,
        likeness: float,
        topics: Mapping[int, float],
        factor: float,
        meaning: float = 0.0,
    ) -> float:
        """The score if of each topic, given with how strong it is at most, all was said: none is higher."""
        askable = self._askable(number, language, topics)
        said = sum(
            strength * self._share(number, topic, askable) for topic, strength in topics.items() if topic in askable
        )
        evidence = (likeness + self._topics_evidence(number, language) * said) * factor + meaning
        return evidence / (evidence + _enough_evidence(askable))

    def parts(
        self,
        number: int,
        language: str,
        likeness: float,
        found: Sequence[TopicPresence],
        factor: float = 1.0,
        meaning: float | None = None,
    ) -> tuple[Part, ...]:
        """The summands of a score: likeness first, then meaning where it is known, then one a topic.

        `factor` says how much evidence counts for this seed, given how like it the usual news is; `meaning` is the
        evidence of what the text means, to which that does not apply.
        """
        askable = self._askable(number, language, [topic.topic for topic in found])
        evidence = [("likeness", likeness)]
        evidence += [(topic.name, self._topic_evidence(number, language, topic, askable)) for topic in found]
        if not found and any(not self._seeds[number].topics[topic].proposed for topic in askable):
            factor *= WITHOUT_TOPICS_FACTOR
        evidence = [(name, value * factor) for name, value in evidence]
        if meaning is not None:
            evidence.insert(1, ("meaning", meaning))
        total = (
            sum(value for _, value in evidence)
            + _enough_evidence(askable)
            + (meaning is not None) * MORE_WITH_MEANING
        )
        return tuple(Part(name, value / total) for name, value in evidence)

    def _topics_evidence(self, number: int, language: str) -> float:
        """The evidence of an article that opens with all topics of a seed."""
        return TOPICS_EVIDENCE if language in self._languages[number] else TOPICS_EVIDENCE_CROSSLINGUAL

    def _askable(self, number: int, language: str, found: Collection[int]) -> frozenset[int]:
        """The topics that can be looked for in this language. The others must not count as missing."""
        here = self._askable_in.get((number, language))
        if here is None:
            here = self._askable_in[number, language] = _topics_asked_in(self._seeds[number], language)
        if here.issuperset(found):
            return here
        return here | {topic for topic in found if not self._seeds[number].topics[topic].excluded}

    def _share(self, number: int, topic: int, askable: frozenset[int]) -> float:
        """A topic's part of the weight of all that can be looked for."""
        topics = self._seeds[number].topics
        whole = self._askable_weights.get((number, askable))
        if whole is None:
            whole = self._askable_weights[number, askable] = fsum(topics[other].weight for other in askable) or 1.0
        return topics[topic].weight / whole

    def _topic_evidence(self, number: int, language: str, found: TopicPresence, askable: frozenset[int]) -> float:
        topic = self._seeds[number].topics[found.topic]
        share = self._share(number, found.topic, askable)
        whole = self._topics_evidence(number, language)
        return whole * share * found.strength * self._coverage(number, language, topic, found)

    def _coverage(self, number: int, language: str, topic: Topic, found: TopicPresence) -> float:
        """How much of what a topic's terms can say was said. Aliases are words for one thing: any one says it all."""
        if topic.terms.keys() - {ANY_LANGUAGE}:
            return 1.0
        rarity = {
            text: self._rarity(self._homes[number] if home == ANY_LANGUAGE else home, text)
            for home, texts in topic.terms.items()
            if home in (ANY_LANGUAGE, language) or found.terms & set(texts)
            for text in texts
        }
        best = sum(sorted(rarity.values(), reverse=True)[:TERMS_ENOUGH])
        said = sum(rarity[text] for text in sorted(found.terms))
        return float(min(1.0, said / best) ** SATURATION) if best else 1.0

    def _rarity(self, language: str, text: str) -> float:
        """How much a term says: the squares of its stems' idf, summed, as in a cosine."""
        frequencies = self._background.language(language)
        log_articles, stems = frequencies.log_articles, _stems_of_term(language, text)
        return max(LEAST_RARITY, sum((log_articles - frequencies.log_count(stem)) ** 2 for stem in stems))


@lru_cache(maxsize=100_000)
def _stems_of_term(language: str, term: str) -> tuple[str, ...]:
    lexicon = load_lexicon(language)
    return tuple(stem for token in tokenise_text(words_of_term(term)) for stem in lexicon.stems(token))


def _topics_asked_in(seed: Seed, language: str) -> frozenset[int]:
    """The topics with terms in a language, or in all."""
    return frozenset(
        place
        for place, topic in enumerate(seed.topics)
        if not topic.excluded and topic.terms.keys() & {ANY_LANGUAGE, language}
    )


def _enough_evidence(askable: Collection[int]) -> float:
    return ENOUGH_WITH_TOPICS if askable else ENOUGH_LIKE

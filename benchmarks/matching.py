"""How fast matching is, and what more seeds cost.

    python benchmarks/matching.py [--articles 300] [--words 450]

Texts are made of words drawn by their general frequency, so that common words are shared by all and rare ones
by few, as in news. Figures are CPU seconds of one process; compare the ratios, not the machines.
"""

from __future__ import annotations

import argparse
import random
import time
from itertools import accumulate

import wordfreq

from monitor.match import NOTED_SHARE, Background, Matcher, propose_topics
from monitor.model import Article, Example, Seed

SEED_COUNTS = (1, 50, 1000)


class Writer:
    """Writes texts of random words; the same ones each time."""

    def __init__(self, number: int) -> None:
        self._random = random.Random(number)  # noqa: S311
        frequencies = wordfreq.get_frequency_dict("en", "small")
        self._words = [word for word in frequencies if word.isalpha()]
        self._weights = list(accumulate(frequencies[word] for word in self._words))

    def text(self, words: int) -> str:
        """Sentences of fifteen words."""
        drawn = self._random.choices(self._words, cum_weights=self._weights, k=words)
        sentences = (" ".join(drawn[at : at + 15]).capitalize() for at in range(0, words, 15))
        return ". ".join(sentences) + "."


def make_seeds(count: int) -> list[Seed]:
    """Seeds of 400 words with the topics proposed for them."""
    writer, seeds = Writer(1), []
    for number in range(count):
        title, text = writer.text(10), writer.text(400)
        seeds.append(Seed(f"s{number}", title, (Example(title, text, "en"),), propose_topics(title, text, "en")))
    return seeds


def make_articles(count: int, words: int) -> list[Article]:
    """Articles that none of the seeds is about."""
    writer = Writer(2)
    return [Article(f"a{number}", writer.text(10), writer.text(words), "en") for number in range(count)]


def cpu_seconds(seeds: list[Seed], articles: list[Article]) -> float:
    """What deciding on and learning from all articles takes as the daemon does it, once the words are known."""
    matcher = Matcher(seeds, Background())
    for article in articles:
        matcher.decide(article, NOTED_SHARE)
    began = time.process_time()
    for article in articles:
        matcher.decide(article, NOTED_SHARE)
        matcher.learn(article)
    return time.process_time() - began


def main() -> None:
    """Print articles a CPU second for each number of seeds, and the ratio to one seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--words", type=int, default=450)
    asked = parser.parse_args()
    articles = make_articles(asked.articles, asked.words)
    all_seeds = make_seeds(max(SEED_COUNTS))
    first = 0.0
    for count in SEED_COUNTS:
        seconds = cpu_seconds(all_seeds[:count], articles)
        first = first or seconds
        speed, each_ms = len(articles) / seconds, seconds / len(articles) * 1000
        print(f"{count:>5} seeds  {speed:8.0f} articles/s  {each_ms:7.3f} ms each  × {seconds / first:.1f}")


if __name__ == "__main__":
    main()

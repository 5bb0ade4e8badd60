"""How long it takes to place a hit among many open ones of one seed.

    python benchmarks/stories.py [--stories 130] [--words 500]

Each story has a report, two copies of it with a sentence less, and another report. The texts are made of words drawn
by their general frequency and of made-up names, some of which all stories share. Figures are milliseconds a hit.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from statistics import median

import wordfreq

from monitor.model import Article, Entry, Reading
from monitor.story import StoryTracker
from monitor.story.fingerprint import fingerprint_article

START = datetime(2025, 11, 3, tzinfo=UTC)


class Writer:
    """Writes texts of random words and names; the same ones each time."""

    def __init__(self) -> None:
        self._random = random.Random(1)  # noqa: S311
        frequencies = wordfreq.get_frequency_dict("en", "small")
        self._words = [word for word in frequencies if word.isalpha()]
        self._weights = list(accumulate(frequencies[word] for word in self._words))
        self._names = ["".join(self._random.choices("bdfgklmnrstvaeiou", k=6)).title() for _ in range(300)]

    def cast(self) -> list[str]:
        """Eight names that every story has, and six of its own."""
        return self._names[:8] + self._random.sample(self._names, 6)

    def sentences(self, names: list[str], words: int) -> list[str]:
        """Sentences of fifteen words, two of them names."""
        return [self._sentence(names) for _ in range(0, words, 15)]

    def _sentence(self, names: list[str]) -> str:
        drawn = self._random.choices(self._words, cum_weights=self._weights, k=13) + self._random.sample(names, 2)
        self._random.shuffle(drawn)
        return " ".join(drawn)


def stream(stories: int, words: int) -> Iterator[tuple[str, str]]:
    """Title and text of every article."""
    writer = Writer()
    for _ in range(stories):
        names = writer.cast()
        report, other = writer.sentences(names, words), writer.sentences(names, words)
        title, other_title = (writer.sentences(names, 15)[0] for _ in range(2))
        for text in (report, report[1:], report[:-1]):
            yield title, ". ".join(text)
        yield other_title, ". ".join(other)


def main() -> None:
    """Place every article, and print what the last ones took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=130)
    parser.add_argument("--words", type=int, default=500)
    options = parser.parse_args()
    tracker, costs = StoryTracker(), []
    for number, (title, text) in enumerate(stream(options.stories, options.words)):
        article = Article(f"https://s{number % 80}.example/{number}", title, text, "en")
        reading = Reading(Entry(0, 1, str(number), article.url, title, source=f"S{number % 80}"), article)
        costs.append(cost(tracker, reading, START + timedelta(minutes=5 * number)))
    names = ("fingerprint, once an article", "place, for each seed", "remember, for each seed")
    for name, took in zip(names, zip(*costs[-20:], strict=True), strict=True):
        print(f"{name}: {median(took):.2f} ms at {len(costs)} open hits, {max(took):.2f} at most")


def cost(tracker: StoryTracker, reading: Reading, now: datetime) -> tuple[float, float, float]:
    """Milliseconds for fingerprinting, placing and remembering one hit."""
    marks = [time.process_time()]
    fingerprint_article(reading.article)
    marks.append(time.process_time())
    placed = tracker.place("seed", reading, now)
    marks.append(time.process_time())
    tracker.add(placed.story, reading, now, relation=placed.relation)
    marks.append(time.process_time())
    first, second, third = (1000 * (after - before) for before, after in pairwise(marks))
    return first, second, third


if __name__ == "__main__":
    main()

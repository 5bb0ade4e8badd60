"""What placing hits in stories reaches on our own small gold set, described in stories.md. Floors only rise."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

import pytest

from monitor.archive import Archive
from monitor.model import (
    Article,
    Decision,
    Dispatch,
    Entry,
    Feed,
    JudgedDecision,
    Judgement,
    PastAlert,
    Poll,
    Promise,
    Reading,
    Seed,
)
from monitor.pace import STORY_OPEN_AFTER_LAST
from monitor.story import PlacedHit, Placement, StoryTracker, new_facts
from tests.alerts import make_alert
from tests.build import Past, make_archive

HERE = Path(__file__).parent
F1 = 0.94
COPIES = 0.98
WRONG_MERGES = 0.002

Row = Mapping[str, Any]


class Placed(NamedTuple):
    """Where a hit was placed, and what it adds to what was told of its story."""

    placement: Placement
    news: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """The articles of the set with where each was placed."""

    rows: Sequence[Row]
    placed: Mapping[str, Placed]

    def story(self, row: Row) -> tuple[str, str]:
        return row["seed"], self.placed[row["url"]].placement.story.url


@pytest.fixture(scope="module")
def gold() -> list[Row]:
    return [json.loads(line) for line in (HERE / "stories.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def outcome(gold: list[Row]) -> Outcome:
    return Outcome(gold, dict(place_all(gold)))


@pytest.fixture(params=["tune", "held", "late"])
def part(request: pytest.FixtureRequest, outcome: Outcome) -> Outcome:
    """The stories that the rules were made on, those that were held back, and those written when all was done."""
    return Outcome([row for row in outcome.rows if row["part"] == request.param], outcome.placed)


def read(row: Row) -> Reading:
    entry = Entry(0, 1, row["url"], row["url"], row["title"], source=row["source"])
    return Reading(entry, Article(row["url"], row["title"], row["text"], row["language"], method="feed"))


def place_all(gold: Sequence[Row]) -> Iterator[tuple[str, Placed]]:
    tracker, past = StoryTracker(), Past()
    for row in gold:
        placed = place(tracker, row, past.of)
        if alerts(placed):
            placement, news = placed
            said = (row["title"], news, placement.independent)
            alert = PastAlert(row["url"], "desk", moment(row), placement.relation != "first", False, *said)
            past.append((placement.story, alert))
        yield row["url"], placed


def place(tracker: StoryTracker, row: Row, told_of: Callable[[str], Sequence[PastAlert]]) -> Placed:
    placement = tracker.place(row["seed"], read(row), moment(row))
    tracker.add(placement.story, read(row), moment(row), placement.relation)
    return Placed(placement, new_facts(placement, told_of(placement.story.thread), confirmed_by=3))


def moment(row: Row) -> datetime:
    return datetime.fromisoformat(row["at"])


def alerts(placed: Placed) -> bool:
    return placed.placement.relation == "first" or bool(placed.news)


def b_cubed(outcome: Outcome) -> float:
    """The harmonic mean of how pure each article's story is, and how whole."""
    ours, theirs = defaultdict(set), defaultdict(set)
    for row in outcome.rows:
        ours[outcome.story(row)].add(row["url"])
        theirs[row["story"]].add(row["url"])
    pairs = [(row["url"], ours[outcome.story(row)], theirs[row["story"]]) for row in outcome.rows]
    precision = fmean(len(mine & gold) / len(mine) for _, mine, gold in pairs)
    recall = fmean(len(mine & gold) / len(gold) for _, mine, gold in pairs)
    return 2 * precision * recall / (precision + recall)


def wrong_merges(outcome: Outcome, key: str) -> tuple[float, list[tuple[str, str]]]:
    """Of the pairs that share this key and belong to different stories, the share that was merged, and which."""
    pairs = [
        (one, other)
        for one, other in combinations(outcome.rows, 2)
        if one[key] == other[key] and one["story"] != other["story"]
    ]
    merged = [(one["title"], other["title"]) for one, other in pairs if outcome.story(one) == outcome.story(other)]
    return len(merged) / len(pairs), merged


def test_stories_are_pure_and_whole(part):
    assert b_cubed(part) >= F1


def test_copies_are_found(part):
    copies = [row for row in part.rows if row["relation"] == "copy"]
    originals = {row["url"]: row for row in part.rows}
    missed = [
        row["title"]
        for row in copies
        if part.placed[row["url"]].placement.relation != "copy"
        or part.story(row) != part.story(originals[row["copy_of"]])
    ]
    assert len(missed) <= (1 - COPIES) * len(copies), missed


def test_reports_of_their_own_are_no_copies(part):
    taken = [
        row["title"]
        for row in part.rows
        if row["relation"] != "copy" and part.placed[row["url"]].placement.relation == "copy"
    ]
    assert taken == []


@pytest.mark.parametrize("key", ["siblings", "seed"])
def test_different_stories_stay_apart(part, key):
    """Those that differ in a number, a name or a place, and all that one seed may bring together."""
    share, merged = wrong_merges(part, key)
    assert share <= WRONG_MERGES, merged


def test_a_restart_in_the_middle_changes_no_placement(gold, outcome):
    """Everything a tracker knows comes back from the archive: stories, sources, texts, what was told."""
    archive = make_archive(seeds=tuple(Seed(slug, slug, ()) for slug in dict.fromkeys(row["seed"] for row in gold)))
    half = len(gold) // 2
    save_all(archive, gold[:half], outcome.placed)
    since = moment(gold[half]) - STORY_OPEN_AFTER_LAST
    restarted = StoryTracker(PlacedHit.of(*one) for one in archive.seeds.placed_hits(since))
    for row in gold[half:]:
        placed = place(restarted, row, archive.outbox.past_alerts)
        save_all(archive, [row], {row["url"]: placed})
        assert placed == outcome.placed[row["url"]]


def save_all(archive: Archive, rows: Sequence[Row], placed: Mapping[str, Placed]) -> None:
    for row in rows:
        reading, now = read(row), moment(row)
        archive.feeds.save(Poll(Feed(1, "https://news.example/rss", "News"), (reading.entry,), "new", 200), now)
        archive.entries.save(reading, judgement(row, placed[row["url"]]), now)


def judgement(row: Row, placed: Placed) -> Judgement:
    placement = placed.placement
    decision = Decision(row["seed"], 0.8, 0.5, True, "about it")
    alert = make_alert(
        seed=row["seed"],
        title=row["title"],
        kind="hit" if placement.relation == "first" else "follow_up",
        thread=placement.story.thread,
        news=placed.news,
        independent=placement.independent,
    )
    promises = (Promise(alert, (Dispatch("desk"),)),) if alerts(placed) else ()
    return Judgement((JudgedDecision(decision, placement.story, promises, relation=placement.relation),))

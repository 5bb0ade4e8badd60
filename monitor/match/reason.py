"""Why, in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.match.evidence import TopicPresence
from monitor.model import Seed

VERY_LIKE = 0.25
LIKE = 0.12
SOMEWHAT_LIKE = 0.06

PASSING_STRENGTH = 0.35
"""A topic of less strength than this is only mentioned in passing."""

OFTEN_TIMES = 3


MOST_LACKING = 3
"""So many topics are named as lacking; when more are, their number says it."""


def compose_reason(
    seed: Seed,
    likeness: float,
    found: Sequence[TopicPresence],
    barring: Sequence[TopicPresence] = (),
    *,
    enough: bool,
) -> str:
    """What spoke against an article, what it lacks, and what spoke for it.

    `barring` are the excluded topics it speaks of; `enough` says whether its score is.
    """
    against = [f"excluded topic {topic.name} in the {topic.where}" for topic in barring]
    lacking = _lacking_phrases(seed, found, enough=enough)
    return "; ".join(
        [
            *against,
            *lacking,
            *_topic_phrases(seed, found),
            _likeness_phrase(likeness, found, enough=enough),
            *_often_named_phrase(found),
        ]
    )


def _lacking_phrases(seed: Seed, found: Sequence[TopicPresence], *, enough: bool) -> list[str]:
    """The topics that are not there: the required ones, and where the score is too low the few others."""
    there = {topic.topic for topic in found}
    absent = [topic for place, topic in enumerate(seed.topics) if place not in there and not topic.excluded]
    required = [topic.name for topic in absent if topic.required]
    others = [topic.name for topic in absent if not topic.required]
    said = [f"required topic missing: {_join_names(required)}"] if required else []
    if not enough and found and 0 < len(others) <= MOST_LACKING:
        said.append(f"lacking: {_join_names(others)}")
    return said


def _topic_phrases(seed: Seed, found: Sequence[TopicPresence]) -> list[str]:
    passing = [topic.name for topic in found if topic.strength < PASSING_STRENGTH]
    strong = [topic for topic in found if topic.strength >= PASSING_STRENGTH]
    said = []
    if strong:
        said.append(f"{_how_many(seed, strong)} {_place_phrase(strong)}")
    if passing:
        said.append(f"{_join_names(passing)} only in passing")
    if not found and any(not topic.excluded for topic in seed.topics):
        said.append("none of its topics")
    return said


def _how_many(seed: Seed, strong: Sequence[TopicPresence]) -> str:
    wanted = sum(not topic.excluded for topic in seed.topics)
    return strong[0].name if wanted == 1 else f"{len(strong)} of {wanted} topics"


def _place_phrase(strong: Sequence[TopicPresence]) -> str:
    if all(topic.where == "title" for topic in strong):
        return "in the title"
    return "in the lead" if all(topic.where != "text" for topic in strong) else "in the text"


def _likeness_phrase(likeness: float, found: Sequence[TopicPresence], *, enough: bool) -> str:
    but = "" if enough else ", but not enough"
    for least, words in ((VERY_LIKE, "very like the seed"), (LIKE, "like the seed")):
        if likeness >= least:
            return words + but
    if likeness >= SOMEWHAT_LIKE:
        return "somewhat like the seed" if enough else "only somewhat like the seed"
    return "nothing else like the seed" if found else "little like the seed"


def _often_named_phrase(found: Sequence[TopicPresence]) -> list[str]:
    often = [topic for topic in found if topic.times >= OFTEN_TIMES]
    if not often:
        return []
    most = max(often, key=lambda topic: topic.times)
    return [f"{most.named} named {most.times} times"]


def _join_names(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

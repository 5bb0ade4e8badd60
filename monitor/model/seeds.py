"""What is looked for: seeds, their topics, and when their hits are told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, tzinfo
from typing import Literal

AlertFrequency = Literal["instant", "hourly", "daily"]
"""How often hits are told: each by itself, or in a digest."""

EVERY_SEED = "*"
"""Among the seeds that are silenced: all of them."""

ANY_LANGUAGE = "*"
"""The key of a topic's terms that hold for every language."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A weighted facet of a seed: a name and its terms, in any language."""

    name: str
    terms: Mapping[str, tuple[str, ...]]
    """Language code → words or phrases; those of `ANY_LANGUAGE` hold for all."""
    weight: float = 1.0
    required: bool = False
    """Without it nothing is a hit."""
    excluded: bool = False
    """With it nothing is a hit, unless it is only mentioned in passing."""
    proposed: bool = False
    """Not written by the user but drawn from the seed's text."""


@dataclass(frozen=True, slots=True)
class AlertTiming:
    """When hits are told. None means that nobody has said."""

    when: AlertFrequency | None = None
    at: time | None = None
    """For daily digests: the time of day."""
    zone: tzinfo | None = None
    """Whose clocks count."""
    quiet: tuple[time, time] | None = None
    """From when to when nobody is to be woken."""
    min_score: float | None = None
    cap_per_hour: int | None = None
    """So many alerts an hour at most; what is more goes into one digest."""
    urgent: bool | None = None
    """Wakes people in the quiet hours, too."""


@dataclass(frozen=True, slots=True)
class Example:
    """One example article of a seed."""

    title: str
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """The example article(s) of a subject the user must not miss, with its topics."""

    slug: str
    title: str
    examples: tuple[Example, ...]
    topics: tuple[Topic, ...] = ()
    threshold: float | None = None
    """The score from which an article is a hit, in [0, 1]; None means the default."""
    channels: tuple[str, ...] | None = None
    """Names of the channels its alerts go to; None means the default ones."""
    counter_examples: tuple[Example, ...] = ()
    """Articles that look alike and are not meant."""
    relevant: tuple[Example, ...] = ()
    """Hits that somebody labelled relevant: the seed moves towards them, within bounds."""
    timing: AlertTiming = AlertTiming()
    """When its hits are told; None where the channel says, or the general settings."""

"""Two articles side by side: whether one copies the other or both are the same news.

What speaks against is looked for first: a wrong merge silences an alert, a missed one only repeats it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

from monitor.story.figures import TOLL_KINDS, Figure
from monitor.story.fingerprint import Fingerprint

COPIED_SHARE = 0.6
"""Texts that share so much of the shorter one's three-word sequences are copies."""

HARDLY_CHANGED_SHARE = 0.85
"""So much in common makes a copy even under a headline that turns the sentence round."""

RELATED_SHARE = 0.2
"""One publisher's texts under one title that share less than this are instalments: a briefing, a live page."""

FEWEST_SHINGLES = 14
"""A text with fewer three-word sequences than this is too short to recognise a copy by."""

OTHER_ACTOR_FACTOR = 0.6
"""What is left of two leads' likeness when who acts in one headline, or most whom it names, is missing from
the other's headline and first sentence; applied twice when that is so both ways.

Without it, 24 of the 629 pairs of sibling events in the `tune` part of tests/eval become one story.
"""

FEWEST_SHARED_NAMES = 2
"""Names that two languages must share: one may be chance."""

ONE_DIGIT_WEIGHT = 0.3
"""What a number of one digit says, beside a longer one."""

FeatureWeights = Mapping[str, float]
"""Feature → how much it sets one story apart from the others of its seed."""


def measure_containment(one: Fingerprint, other: Fingerprint, shared: int) -> float:
    """How much of the shorter text is in the longer; 0 where it is too short to say."""
    shorter = min(len(one.shingles), len(other.shingles))
    return shared / shorter if shorter >= FEWEST_SHINGLES else 0.0


def is_instalment(one: Fingerprint, other: Fingerprint, copied: float) -> bool:
    """Whether a publisher uses one title again and again, for a morning briefing or a live page."""
    return bool(one.title) and one.title == other.title and one.domain == other.domain and copied < RELATED_SHARE


def are_contradictory(one: Fingerprint, other: Fingerprint, copied: float) -> bool:
    """Whether two articles speak of different things: other names, another ordinal, the roles swapped."""
    return _have_other_names(one, other) or are_opposed(one, other, copied)


def are_opposed(one: Fingerprint, other: Fingerprint, copied: float) -> bool:
    """Whether they are sibling events beyond doubt: then a report of the one joins no story that has the other."""
    return _have_other_numbers(one, other) or (copied < HARDLY_CHANGED_SHARE and _are_roles_swapped(one, other))


def has_other_tolls(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether the first has a number in its headline, or a toll in its first two sentences, that the other has not.

    It makes another `report` of what would be a `copy`.
    """
    if any(figure.value not in other.values for figure in one.headline_figures):
        return True
    return any(
        figure.counts in TOLL_KINDS and (figure.counts, figure.value) not in other.tolls
        for figure in one.opening_figures
    )


def _have_other_names(one: Fingerprint, other: Fingerprint) -> bool:
    """Each headline names somebody, or some place, that the other article does not know at all."""
    return any(name not in other.names.maybe for name in one.names.title) and any(
        name not in one.names.maybe for name in other.names.title
    )


def _have_other_numbers(one: Fingerprint, other: Fingerprint) -> bool:
    """The 12th package is not the 13th, and Boreas 7 is not Boreas 8."""
    if _are_disjoint(_figure_values(one.headline_figures, "nth"), _figure_values(other.headline_figures, "nth")):
        return True
    numbered = {figure.counts for figure in one.headline_figures if figure.counts.startswith("no ")}
    return any(
        _are_disjoint(_figure_values(one.headline_figures, kind), _figure_values(other.headline_figures, kind))
        for kind in numbered
    )


def _figure_values(found: Sequence[Figure], kind: str) -> set[str]:
    return {figure.value for figure in found if figure.counts == kind}


def _are_disjoint(one: set[str], other: set[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def _are_roles_swapped(one: Fingerprint, other: Fingerprint) -> bool:
    """A accuses B, and B accuses A: of those who may act in both, another one comes first."""
    if _is_order_reversed(one.names.title_actors, other.names.title_actors):
        return True
    same_language = one.language == other.language  # the order of words is the language's
    return same_language and _is_order_reversed(one.names.opening_actors, other.names.opening_actors)


def _is_order_reversed(one: Sequence[str], other: Sequence[str]) -> bool:
    shared = [name for name in one if name in other]
    mirrored = [name for name in other if name in one]
    return shared[:1] != mirrored[:1]


def compare_leads(one: Fingerprint, other: Fingerprint, weights: FeatureWeights) -> float:
    """How alike the leads of two articles are, 0 to 1."""
    if one.language == other.language:
        alike = weighted_cosine(one.lead, other.lead, weights)
    else:
        alike = _crosslingual_likeness(one, other, weights)
    return alike * OTHER_ACTOR_FACTOR ** (_is_actor_missing(one, other) + _is_actor_missing(other, one))


def _is_actor_missing(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether who acts in one headline, or most that it names, is missing from the other's opening."""
    actor = one.names.title_actors[:1]
    if actor and actor[0] not in other.names.opening:
        return True
    missing = sum(name not in other.names.opening for name in one.names.title)
    return missing * 2 > len(one.names.title)


def _crosslingual_likeness(one: Fingerprint, other: Fingerprint, weights: FeatureWeights) -> float:
    """By names and numbers alone, which two languages share."""
    names = (one.names.lead & other.names.lead_maybe) | (one.names.lead_maybe & other.names.lead)
    if len(names) < FEWEST_SHARED_NAMES:
        return 0.0
    shared = sum(weights[f"name {name}"] for name in sorted(names))
    shared += sum(_number_weight(value) * weights[f"number {value}"] for value in sorted(one.values & other.values))
    return shared / sqrt(
        max(shared, _crosslingual_weight(one, weights)) * max(shared, _crosslingual_weight(other, weights))
    )


def _crosslingual_weight(one: Fingerprint, weights: FeatureWeights) -> float:
    return sum(weights[f"name {name}"] for name in sorted(one.names.lead)) + sum(
        _number_weight(value) * weights[f"number {value}"] for value in sorted(one.values)
    )


def _number_weight(value: str) -> float:
    return 1.0 if len(value) > 1 else ONE_DIGIT_WEIGHT


def crosslingual_features(one: Fingerprint) -> list[str]:
    """The features of an article that another language has too."""
    return [f"name {name}" for name in sorted(one.names.lead_maybe)] + [
        f"number {value}" for value in sorted(one.values)
    ]


def weighted_cosine(one: Mapping[str, float], other: Mapping[str, float], weights: FeatureWeights) -> float:
    """The cosine of two weighted sets, each feature weighted once more."""
    product = sum(value * other[key] * weights[key] ** 2 for key, value in one.items() if key in other)
    if not product:
        return 0.0
    return product / (_weighted_length(one, weights) * _weighted_length(other, weights))


def _weighted_length(features: Mapping[str, float], weights: FeatureWeights) -> float:
    return sqrt(sum((value * weights[key]) ** 2 for key, value in features.items()))

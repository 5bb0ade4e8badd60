"""Rocchio's rule: a profile moves towards what was meant and away from what was not.

Bounded: however many examples there are, they move it by at most `YES` and `NO` of its own length, and no word
ever counts against an article. (J. J. Rocchio, Relevance feedback in information retrieval, 1971.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import sqrt

YES = 0.6
NO = 0.35

Vector = Mapping[str, float]


def rocchio(profile: Vector, yes: Sequence[Vector] = (), no: Sequence[Vector] = ()) -> dict[str, float]:
    """The profile moved: + 0.6 of the mean of `yes`, - 0.35 of the mean of `no`, nothing below 0, of its old length.

    >>> moved = rocchio({"truce": 1.0, "gang": 1.0}, no=[{"gang": 1.0}])
    >>> moved["truce"] > moved["gang"] > 0
    True
    """
    moved: dict[str, float] = defaultdict(float, profile)
    length = _length(profile)
    for share, examples in ((YES, yes), (-NO, no)):
        for example in examples:
            scale = share * length / (_length(example) or 1.0) / len(examples)
            for word, weight in example.items():
                moved[word] += scale * weight
    kept = {word: weight for word, weight in moved.items() if weight > 0}
    scale = length / (_length(kept) or 1.0)
    return {word: weight * scale for word, weight in kept.items()}


def _length(vector: Vector) -> float:
    return sqrt(sum(weight * weight for weight in vector.values()))

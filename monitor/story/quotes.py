"""What somebody is quoted with, and who it is when the text says so right beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.text.words import SMALL_LETTERS

QUOTE_MIN_WORDS, QUOTE_MAX_WORDS = 4, 40
"""Shorter quotes are single words in inverted commas, longer ones whole speeches."""

SPEAKER_WITHIN = 60
"""Characters behind a quote in which its speaker is looked for."""

QUOTE_CHARACTERS = range(12, 401)

_CURLED_OR_ANGLED = re.compile(r"[“„]([^“”„\"]+)[”“\"]|«\s?([^«»]+?)\s?»")
_PARAGRAPH = re.compile(r"[^\n]+")
# Straight marks look alike on both sides: what stands before and behind one tells whether it opens.
_STRAIGHT_MARK = re.compile(r"(?P<opens>(?<![^\s(\[–—:-])\"(?=\S))|\"")
_SAID_VERB = (
    r"(?:said|says|told|added|warned|admitted|asked|wrote|sagte|erklärte|betonte|so"
    r"|a (?:déclaré|dit|affirmé|ajouté)|dijo|сказала?|заявила?|отметила?|сказав|заявив)"
)
_NAME_WORD = rf"[^\W\d_{SMALL_LETTERS}][\w’'-]+"
_SPEAKER_NAME = rf"(?P<name>{_NAME_WORD}(?: (?:of |von |de )?{_NAME_WORD}){{0,3}})"
_SAID_NAME = re.compile(rf"[\s,–—-]*{_SAID_VERB} (?:\w+ ){{0,3}}?{_SPEAKER_NAME}")
_NAME_SAID = re.compile(rf"[\s,–—-]*{_SPEAKER_NAME} {_SAID_VERB}\b")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a text gives as somebody's own."""

    words: str
    speaker: str = ""
    """Empty where the text does not say it right behind."""


def find_quotes(text: str) -> tuple[Quote, ...]:
    """The quotes of a text, in their order."""
    return tuple(_iterate_quotes(text))


def _iterate_quotes(text: str) -> Iterator[Quote]:
    after = 0
    for start, end in sorted([*_curled_spans(text), *_straight_spans(text)]):
        words = text[start:end].strip().rstrip(",")
        is_quote = end - start in QUOTE_CHARACTERS and QUOTE_MIN_WORDS <= len(words.split()) <= QUOTE_MAX_WORDS
        if is_quote and start >= after:
            after = end
            beside = text[end:].lstrip('”“"» \u00a0')[:SPEAKER_WITHIN]
            speaker = _SAID_NAME.match(beside) or _NAME_SAID.match(beside)
            yield Quote(words, speaker["name"] if speaker and speaker["name"][0].isupper() else "")


def _curled_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand between marks that tell which of them opens."""
    return (found.span(found.lastindex or 0) for found in _CURLED_OR_ANGLED.finditer(text))


def _straight_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand between straight marks, paired within their paragraph.

    What lies between the end of one quote and the beginning of the next is none: `"Yes," he said. "We go."`
    """
    for paragraph in _PARAGRAPH.finditer(text):
        opened = None
        for mark in _STRAIGHT_MARK.finditer(text, *paragraph.span()):
            if mark["opens"]:
                opened = mark.end()  # one that was never closed goes on in the next paragraph
            elif opened is not None:
                yield opened, mark.start()
                opened = None

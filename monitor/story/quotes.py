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

_QUOTED = re.compile(r"[“„\"](?P<double>[^“”„\"]{12,400})[”“\"]|«\s?(?P<angled>[^«»]{12,400}?)\s?»")
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
    for found in _QUOTED.finditer(text):
        words = (found["double"] or found["angled"]).strip().rstrip(",")
        if QUOTE_MIN_WORDS <= len(words.split()) <= QUOTE_MAX_WORDS:
            beside = text[found.end() : found.end() + SPEAKER_WITHIN]
            speaker = _SAID_NAME.match(beside) or _NAME_SAID.match(beside)
            yield Quote(words, speaker["name"] if speaker and speaker["name"][0].isupper() else "")

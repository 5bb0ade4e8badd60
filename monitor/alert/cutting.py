"""Text cut to size: between words where there are any, never through what people see as one sign, marks kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from monitor.model import Passage
from monitor.text import clean_line
from monitor.text.cleaning import UNWANTED_SIGNS

SPACE_WITHIN_CHARACTERS, UNJOINED_WITHIN_CHARACTERS = 40, 16
"""How far before its limit a text is cut at a space; where it has none, how far before between unjoined signs."""
JOINER = "\u200d"
MARK_ON, MARK_OFF = "\x01", "\x02"
"""Around a marked term until a channel puts its own signs there: cleaned text cannot hold them."""
SPACE_OR_UNWANTED = re.compile(rf"\s|{UNWANTED_SIGNS.pattern}")


def split_at_marks(passage: Passage) -> Iterator[tuple[str, bool]]:
    """A passage bit by bit, each with whether it is marked.

    >>> list(split_at_marks(Passage("No truce yet", 0, ((3, 8),))))
    [('No ', False), ('truce', True), (' yet', False)]
    """
    at = 0
    for start, end in passage.marks:
        if at < start:
            yield passage.text[at:start], False
        yield passage.text[start:end], True
        at = end
    if at < len(passage.text):
        yield passage.text[at:], False


def mark_passage(passage: Passage, before: str, after: str) -> str:
    """A passage as one line, its terms between two signs."""
    signed = "".join(f"{before}{text}{after}" if is_marked else text for text, is_marked in split_at_marks(passage))
    return " ".join(signed.split())


def cut_text(text: str, limit: int) -> str:
    """Text of at most so many characters, cut between words where there are any.

    >>> cut_text("Moscow rejects a ceasefire", 20)
    'Moscow rejects a…'
    """
    return text if len(text) <= limit else text[: _find_cut_position(text, limit - 1)].rstrip() + "…"


def shorten_passage(passage: Passage, limit: int) -> Passage:
    """A passage of at most so many characters, with its first marked term in it.

    >>> shorten_passage(Passage("In Moscow, late on Monday, Lavrov said no to a truce.", 0, ((27, 33),)), 30)
    Passage(text='…on Monday, Lavrov said no to…', start=16, marks=((12, 18),))
    """
    if len(passage.text) <= limit:
        return passage
    start = _find_passage_start(passage, limit)
    edge = "…" if start else ""
    text = edge + cut_text(passage.text[start:], limit - len(edge))
    shift, end = len(edge) - start, len(text.removesuffix("…"))
    marks = [(max(low + shift, len(edge)), min(high + shift, end)) for low, high in passage.marks]
    return Passage(text, passage.start + start, tuple(_keep_sound_marks(marks, text)))


def passage_to_line(passage: Passage, limit: int) -> Passage:
    """A passage as one line of at most so many characters, with the marks that are sound."""
    # One sign for one, so that the marks stay in place; the border cleaned it before, but this is where it counts.
    text = SPACE_OR_UNWANTED.sub(" ", passage.text)
    return shorten_passage(Passage(text, passage.start, tuple(_keep_sound_marks(passage.marks, text))), limit)


def text_to_line(text: str, limit: int, otherwise: str = "") -> str:
    """Text as one line of at most so many characters; what has nothing to be seen is `otherwise`."""
    cleaned = clean_line(text, len(text))
    return cut_text(cleaned, limit) if is_visible(cleaned) else otherwise


def is_visible(text: str) -> bool:
    """Whether anything is left to see: no sink takes a title of mere zero-width signs."""
    return any(unicodedata.category(character)[0] in "LNPS" for character in text)


def _find_cut_position(text: str, limit: int) -> int:
    """Where to cut before `limit`: between words, or between two characters that people see as such."""
    space = text.rfind(" ", max(0, limit - SPACE_WITHIN_CHARACTERS), limit + 1)
    if space > 0:
        return space
    # Chinese and Japanese have hardly a space: they are cut anywhere, but for accents and joined emoji.
    return next(
        (at for at in range(limit, max(0, limit - UNJOINED_WITHIN_CHARACTERS), -1) if not _is_joined(text, at)), limit
    )


def _is_joined(text: str, at: int) -> bool:
    return text[at - 1] == JOINER or text[at] == JOINER or unicodedata.category(text[at])[0] == "M"


def _find_passage_start(passage: Passage, limit: int) -> int:
    """Where a cut passage begins: at its own start if its first mark is to be seen then, else a little before it."""
    first, end = passage.marks[0] if passage.marks else (0, 0)
    if end < limit - SPACE_WITHIN_CHARACTERS:
        return 0
    # A third of the room is for what comes before the mark.
    at = _find_cut_position(passage.text, first - min(first, limit // 3))
    return at + passage.text.startswith(" ", at)


def _keep_sound_marks(marks: Iterable[tuple[int, int]], text: str) -> Iterator[tuple[int, int]]:
    """The marks that lie in the text, ascending and apart."""
    at = 0
    for start, end in marks:
        if at <= start < end <= len(text):
            yield start, end
            at = end

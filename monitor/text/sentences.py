"""The sentences of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.text.words import SMALL_LETTERS

# A full stop ends a sentence when space and a capital, digit or opening mark follow: `U.S. officials` is in one.
_SENTENCE_BORDER = re.compile(rf"[.!?…][\"'”’»)\]]*+\s++(?=[\"'“‘«(\[]*[^\W_{SMALL_LETTERS}])|\n++")


def find_sentences(text: str, longest: int | None = None) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends, without the space around it; cut at a space when longer than `longest`.

    >>> text = "“The U.S. officials met.” They left."
    >>> [text[start:end] for start, end in find_sentences(text)]
    ['“The U.S. officials met.”', 'They left.']
    """
    start = 0
    for found in [*_SENTENCE_BORDER.finditer(text), None]:
        end = found.end() if found else len(text)
        yield from _cut_long_sentence(text, start, end, longest or len(text))
        start = end


def _cut_long_sentence(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start <= longest:
            break
        space = text.rfind(" ", start + longest // 2, start + longest)
        cut = space if space > 0 else start + longest
        yield start, cut
        start = cut
    if start < end:
        yield start, end

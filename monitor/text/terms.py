"""Terms as people write them: words, phrases, `ceasefir*`, and `Lavrov NEAR/10 ceasefire`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

FARTHEST_WORDS = 100
"""Words that may lie between two phrases; beyond that they have nothing to do with each other."""

LETTERS_BEFORE_STAR = 3
"""Letters before a `*`: fewer begin too many words."""

_LINK_PATTERN = re.compile(r"(?<!\S)(O?)NEAR/(\d{1,9})(?!\S)")
_MEANT_AS_LINK = re.compile(r"(?<!\S)(?:O?NEAR(?:[/\d]\S*)?|(?i:o?near)/\S*)(?!\S)")
_INNER_STAR = re.compile(r"\*+[^\s*]")
_WORD_LETTER = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class TermLink:
    """How two phrases must stand to each other."""

    words: int
    """At most so many words lie between them."""
    ordered: bool
    """Whether they must come in the order of the term."""


@dataclass(frozen=True, slots=True)
class ParsedTerm:
    """A term taken apart: its phrases, and the links between them; mostly one phrase and no link."""

    phrases: tuple[str, ...]
    links: tuple[TermLink, ...] = ()


@lru_cache(maxsize=10_000)
def parse_term(term: str) -> ParsedTerm:
    """Take a term apart. What is malformed counts as words: `problem_of_term` has named it before.

    >>> parse_term("Lavrov NEAR/10 ceasefir*")
    ParsedTerm(phrases=('Lavrov', 'ceasefir*'), links=(TermLink(words=10, ordered=False),))
    """
    found = list(_LINK_PATTERN.finditer(term))
    ends = [0, *(link.end() for link in found)]
    starts = [*(link.start() for link in found), len(term)]
    phrases = tuple(term[start:end].strip() for start, end in zip(ends, starts, strict=True))
    if not all(_WORD_LETTER.search(phrase) for phrase in phrases):
        return ParsedTerm((term,))
    return ParsedTerm(phrases, tuple(TermLink(int(link[2]), bool(link[1])) for link in found))


def words_of_term(term: str) -> str:
    """A term's words alone, without links and stars."""
    return " ".join(parse_term(term).phrases).replace("*", "")


def problem_of_term(term: str) -> tuple[str, str] | None:
    """What is wrong with a term, and the remedy; None when it can be looked for."""
    if _INNER_STAR.search(term):
        return f"{term!r} has a * inside", "Put it at the end of a word, as in 'ceasefir*'."
    if any("*" in chunk and _count_letters(chunk) < LETTERS_BEFORE_STAR for chunk in term.split()):
        return f"{term!r} begins too many words", f"Write at least {LETTERS_BEFORE_STAR} letters before the *."
    if not _WORD_LETTER.search(_MEANT_AS_LINK.sub(" ", term)):
        return f"{term!r} has no word in it", "Write what articles say."
    return _problem_of_links(term)


def _problem_of_links(term: str) -> tuple[str, str] | None:
    for meant in _MEANT_AS_LINK.finditer(term):
        link = _LINK_PATTERN.fullmatch(meant.group())
        if link is None:
            return f"{term!r} does not say how near", "Write a number of words, as in 'Lavrov NEAR/10 ceasefire'."
        if not 1 <= int(link[2]) <= FARTHEST_WORDS:
            return f"{term!r} is too near or too far", f"Write a number from 1 to {FARTHEST_WORDS}."
    if _LINK_PATTERN.search(term) and not parse_term(term).links:
        return f"{term!r} lacks a word beside NEAR", "Write words on both sides, as in 'Lavrov NEAR/10 ceasefire'."
    return None


def _count_letters(chunk: str) -> int:
    return len(_WORD_LETTER.findall(chunk))

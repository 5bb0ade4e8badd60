"""Strings as pages write them, made plain; and their words, to count and compare."""

from __future__ import annotations

import re
import unicodedata

from monitor.text.markup import html_to_line, html_to_text

MOST_RAW_CHARACTERS = 4_000
"""What is looked at of a raw value that should give one line."""

SPACELESS_SCRIPTS = "\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD_OR_CHARACTER = re.compile(rf"[{SPACELESS_SCRIPTS}]|[^\W_{SPACELESS_SCRIPTS}]+")
"""A word; in scripts that put no spaces between words, a character."""
CUT_END = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|(?:read more|continue reading|weiterlesen|lire la suite|leer más))\W*$",
    re.IGNORECASE,
)
NOT_LETTERS = re.compile(r"[\W_]+")


def raw_value_to_line(value: object) -> str:
    """One line without markup of whatever JSON or an attribute holds; nothing unless it is a string.

    >>> raw_value_to_line("Q&amp;A: <em>what</em> next?"), raw_value_to_line(None)
    ('Q&A: what next?', '')
    """
    return html_to_line(value[:MOST_RAW_CHARACTERS]) if isinstance(value, str) else ""


def raw_value_to_text(value: object) -> str:
    """The same for a text of several lines."""
    return html_to_text(value, is_text_with_markup=True) if isinstance(value, str) else ""


def split_words(text: str) -> list[str]:
    """Split into words, in lower case."""
    return WORD_OR_CHARACTER.findall(text.lower())


def normalise_name(text: str) -> str:
    """The form in which two titles or names are the same: letters and digits alone.

    >>> normalise_name("The Daily-Post ") == normalise_name("the daily post")
    True
    """
    return NOT_LETTERS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def is_cut(text: str) -> bool:
    """Whether a text ends as if more of it were elsewhere: `…` or `Read more`."""
    return CUT_END.search(text[-50:]) is not None

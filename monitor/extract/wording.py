"""Strings as pages write them, made plain; and their words, to count and compare."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

from monitor.text import FIELD_LIMIT, clean_line, clean_text

MOST_RAW_CHARACTERS = 4_000
"""What is looked at of a raw value that should give one line."""

TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>")
SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{SPACELESS}]|[^\W_{SPACELESS}]+")
"""A word; in scripts that put no spaces between words, a character."""
CUT = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|(?:read more|continue reading|weiterlesen|lire la suite|leer más))\W*$",
    re.IGNORECASE,
)
NOT_LETTERS = re.compile(r"[\W_]+")


def plain_line(value: object) -> str:
    """One line without markup of whatever JSON or an attribute holds; nothing unless it is a string.

    >>> plain_line("Q&amp;A: <em>what</em> next?"), plain_line(None)
    ('Q&A: what next?', '')
    """
    return clean_line(TAG.sub("", unescape(value[:MOST_RAW_CHARACTERS]))) if isinstance(value, str) else ""


def plain_text(value: object) -> str:
    """The same for a text of several lines."""
    return clean_text(TAG.sub(" ", unescape(value[: 2 * FIELD_LIMIT]))).strip() if isinstance(value, str) else ""


def words(text: str) -> list[str]:
    """Split into words, in lower case."""
    return WORD.findall(text.lower())


def normal(text: str) -> str:
    """The form in which two titles or names are the same: letters and digits alone.

    >>> normal("The Daily-Post ") == normal("the daily post")
    True
    """
    return NOT_LETTERS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def is_cut(text: str) -> bool:
    """Whether a text ends as if more of it were elsewhere: `…` or `Read more`."""
    return CUT.search(text[-50:]) is not None

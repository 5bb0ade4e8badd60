"""Strings as pages write them, made plain."""

from __future__ import annotations

import re

from monitor.text.markup import html_to_line, html_to_text

MOST_RAW_CHARACTERS = 4_000
"""What is looked at of a raw value that should give one line."""

CUT_END = re.compile(
    r"(?:…|\.\.\.|\[…\]|\[\.\.\.\]|(?:read more|continue reading|weiterlesen|lire la suite|leer más))\W*$",
    re.IGNORECASE,
)


def raw_value_to_line(value: object) -> str:
    """One line without markup of whatever JSON or an attribute holds; nothing unless it is a string.

    >>> raw_value_to_line("Q&amp;A: <em>what</em> next?"), raw_value_to_line(None)
    ('Q&A: what next?', '')
    """
    return html_to_line(value[:MOST_RAW_CHARACTERS]) if isinstance(value, str) else ""


def raw_value_to_text(value: object) -> str:
    """The same for a text of several lines."""
    return html_to_text(value, is_text_with_markup=True) if isinstance(value, str) else ""


def is_cut(text: str) -> bool:
    """Whether a text ends as if more of it were elsewhere: `…` or `Read more`."""
    return CUT_END.search(text[-50:]) is not None

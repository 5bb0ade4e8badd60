"""Cleaning text at the border: whatever comes from a feed, a page or a setting passes here first.

Three sinks fail without it: SQLite cuts at NUL, JSON and UTF-8 refuse lone surrogates, and control or bidi
characters forge mail headers and what people see in a terminal.
"""

from __future__ import annotations

import re

FIELD_LIMIT = 65_536
"""Characters that one field may hold."""

LINE_LIMIT = 500
"""Characters that one line may hold: a title, a name."""

LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
UNWANTED_SIGNS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1, but for tab, newline, and what LINE_BREAKS made newlines
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # bidi controls
    "\ud800-\udfff\ufeff\ufffe\uffff]"  # surrogates, byte order marks, what XML forbids
)


def clean_text(text: str, limit: int = FIELD_LIMIT) -> str:
    r"""Text that every sink can take: no controls but newline and tab, no surrogates, not too long.

    >>> clean_text("peace\x00 talks\r\nresume")
    'peace talks\nresume'
    """
    return UNWANTED_SIGNS.sub("", LINE_BREAKS.sub("\n", text))[:limit]


def clean_line(text: str, limit: int = LINE_LIMIT) -> str:
    r"""Text as one line, its spaces collapsed: for titles and names.

    >>> clean_line(" Peace\n  talks ")
    'Peace talks'
    """
    return " ".join(clean_text(text, len(text)).split())[:limit].rstrip()

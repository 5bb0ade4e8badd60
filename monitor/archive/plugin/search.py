"""What people type into the search box, as FTS5 wants it."""

from __future__ import annotations

import re

TYPED_WORD = re.compile(r'"[^"]*"\*?|[^\s"]+')


def quote_for_fts(typed: str | None) -> str:
    r"""Words that must all occur, in any order; "a phrase" in quotes; `Лавров*` for every ending.

    FTS5 would take `NATO's`, `C-130` and `(x` for its own operators and raise: each word is quoted.

    >>> quote_for_fts('''NATO's C-130 "peace talks" Лавров*''')
    '"NATO\'s" "C-130" "peace talks" "Лавров"*'
    """
    return " ".join(_quote_typed(word) for word in TYPED_WORD.findall(typed or "")) or '""'


def _quote_typed(word: str) -> str:
    return f'"{word.rstrip("*").strip(chr(34))}"' + ("*" if word.endswith("*") else "")


def drop_empty_search(query: bytes) -> bytes:
    """A query string without the search box that was left empty, which asks for all rows, not for none."""
    return b"&".join(part for part in query.split(b"&") if part != b"_search=")

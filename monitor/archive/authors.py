"""The authors of an entry as its row keeps them: what is written there is read back when the page cannot be had.

A name may hold a comma ("Smith, John, MD"), so they are a list in JSON. Rows of earlier versions hold names between
commas; those are read as they were meant where that can be known.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


def encode_authors(authors: Sequence[str]) -> str | None:
    """Names as a column keeps them; nothing where nobody is named.

    >>> encode_authors(["Smith, John, MD", "Jane Doe"])
    '["Smith, John, MD","Jane Doe"]'
    """
    return msgspec.json.encode(authors).decode() if authors else None


def decode_authors(column: str | None) -> tuple[str, ...]:
    """The names that a column keeps, in today's form or the earlier one.

    >>> decode_authors('["Smith, John, MD","Jane Doe"]'), decode_authors("Jane Doe, Jo Li")
    (('Smith, John, MD', 'Jane Doe'), ('Jane Doe', 'Jo Li'))
    """
    if not column:
        return ()
    try:
        return msgspec.json.decode(column, type=tuple[str, ...])
    except msgspec.MsgspecError:
        return tuple(column.split(", "))

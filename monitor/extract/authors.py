"""Names of authors as pages write them → one clean name each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from monitor.text.words import fold_line

MOST_PAGE_AUTHORS = 20
MOST_NAME_CHARACTERS = 80
MOST_NAME_WORDS = 6
"""In a name; what is longer is somebody's occupation or biography."""

BETWEEN_NAMES = re.compile(r"[;,|]|(?<=\s)(?:and|und|et|og|och|&)(?=\s)", re.IGNORECASE)
BEFORE_NAME = re.compile(
    r"^(?:view all posts by|(?:(?:written|words|story|text|posted|published) )?by|von|par|door|af|av)[\s:]+",
    re.IGNORECASE,
)
AFTER_NAME = re.compile(r"\s*(?:\([^()]{0,40}\)|(?<=\s)(?:published|updated|posted)\b.*)$", re.IGNORECASE)
NO_NAME = re.compile(r"^(?:https?:|www\.)|[@/\d]", re.IGNORECASE)
ANY_LETTER = re.compile(r"[^\W\d_]")


def split_authors(raw: Iterable[str], sites: Collection[str] = ()) -> tuple[str, ...]:
    """Split and clean names, each once; `sites` are names (in normal form) of no person.

    >>> split_authors(["By Ana Novak and Jo Li (Reuters)", "https://x.example/jo", "The Post"], {"the post"})
    ('Ana Novak', 'Jo Li')
    """
    parts = (part for line in raw for part in BETWEEN_NAMES.split(line))
    names = dict.fromkeys(
        name for part in parts if (name := _clean_author_name(part)) and fold_line(name) not in sites
    )
    return tuple(names)[:MOST_PAGE_AUTHORS]


def _clean_author_name(part: str) -> str:
    name = AFTER_NAME.sub("", BEFORE_NAME.sub("", part.strip())).strip(" \t-–—·•:.")
    is_name = ANY_LETTER.search(name) and len(name) <= MOST_NAME_CHARACTERS and len(name.split()) <= MOST_NAME_WORDS
    return name if is_name and not NO_NAME.search(name) else ""

"""Names of authors as pages write them → one clean name each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from monitor.extract.wording import normal

MOST_AUTHORS = 20
MOST_CHARACTERS = 80
MOST_WORDS = 6
"""In a name; what is longer is somebody's occupation or biography."""

BETWEEN = re.compile(r"[;,|]|(?<=\s)(?:and|und|et|og|och|&)(?=\s)", re.IGNORECASE)
BEFORE = re.compile(
    r"^(?:view all posts by|(?:(?:written|words|story|text|posted|published) )?by|von|par|door|af|av)[\s:]+",
    re.IGNORECASE,
)
AFTER = re.compile(r"\s*(?:\([^()]{0,40}\)|(?<=\s)(?:published|updated|posted)\b.*)$", re.IGNORECASE)
NO_NAME = re.compile(r"^(?:https?:|www\.)|[@/\d]", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")


def authors_of(written: Iterable[str], sites: Collection[str] = ()) -> tuple[str, ...]:
    """Split and clean names, each once; `sites` are names (in normal form) of no person.

    >>> authors_of(["By Ana Novak and Jo Li (Reuters)", "https://x.example/jo", "The Post"], {"the post"})
    ('Ana Novak', 'Jo Li')
    """
    parts = (part for line in written for part in BETWEEN.split(line))
    names = dict.fromkeys(name for part in parts if (name := _name(part)) and normal(name) not in sites)
    return tuple(names)[:MOST_AUTHORS]


def _name(part: str) -> str:
    name = AFTER.sub("", BEFORE.sub("", part.strip())).strip(" \t-–—·•:.")
    is_name = LETTER.search(name) and len(name) <= MOST_CHARACTERS and len(name.split()) <= MOST_WORDS
    return name if is_name and not NO_NAME.search(name) else ""

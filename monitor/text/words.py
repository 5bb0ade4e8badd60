"""Words as they are printed: the tokens of a text, and what is told by a token's letters alone.

A *surface* is a token as printed. What it comes down to in its language is in lexicon.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

LONGEST_WORD = 64
"""Characters of a token that are looked at: what is longer is no word."""

SMALL_LETTERS = "a-zа-яёіїєґ"
"""As ranges of a pattern, which has no class for case. Others (é, ł) are left out: they begin few words."""

HYPHENS = re.compile("[-‐‑]")
APOSTROPHES = re.compile("['’ʼ]")

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
PLAIN_WORD = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+")
"""A run of letters and digits; in scripts that put no spaces between words, a character."""

# F-16 is one token, and so are 3.5, 12th and l'accord; what ends a word is never part of it.
_WORD_PATTERN = r"[^\W_]+(?:(?:[-‐‑'’ʼ\u00ad]|(?<=\d)[.,](?=\d))[^\W_]+)*"
_TOKEN = re.compile(_WORD_PATTERN)
# U.S. is one token, too. Looking for such costs time, and most texts have none.
_POINTED_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|" + _WORD_PATTERN)
_POINTED = re.compile(r"\.[^\W\d_]\.")


def tokenise_text(text: str) -> list[str]:
    """The tokens of a text, as printed.

    >>> tokenise_text("The U.S. sold 1,200 F-16s (L'Express).")
    ['The', 'U.S.', 'sold', '1,200', 'F-16s', "L'Express"]
    """
    return _token_pattern_for(text).findall(text)


def _token_pattern_for(text: str) -> re.Pattern[str]:
    return _POINTED_TOKEN if _POINTED.search(text) else _TOKEN


def locate_tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The tokens of a text with where they begin and end; hyphenated words come in their pieces."""
    hyphened = HYPHENS.search(text) is not None
    for found in _token_pattern_for(text).finditer(text):
        surface = found.group()
        start, end = found.span()
        if hyphened and HYPHENS.search(surface):
            for piece in split_hyphens(surface):
                yield piece, start, start + len(piece)
                start += len(piece) + 1
        else:
            yield surface, start, end


def split_hyphens(surface: str) -> list[str]:
    """A hyphenated surface in its pieces (`Trump-Putin` names two people); any other as it is."""
    return HYPHENS.split(surface)


def split_all_hyphens(tokens: list[str]) -> list[str]:
    """All tokens in their pieces: the positions that phrases are matched against."""
    return HYPHENS.sub("\n", "\n".join(tokens)).split("\n") if tokens else []


def fold_surface(surface: str) -> str:
    """A surface without its case, soft hyphens, compatibility forms and abbreviation points."""
    return _fold_short(surface[:LONGEST_WORD])


@lru_cache(maxsize=100_000)  # the same few thousand words make up nearly all news
def _fold_short(surface: str) -> str:
    word = surface.casefold()
    if not word.isascii():
        word = unicodedata.normalize("NFKC", word).replace("\u00ad", "")
    return word.replace(".", "") if not word[0].isdigit() else word


def split_words(text: str) -> list[str]:
    """The words of a text without case and signs: to count, and to find what a copy shares with its original."""
    return [word.casefold() for word in PLAIN_WORD.findall(text)]


def fold_line(text: str) -> str:
    """The form in which two prints of one title, quote or name are the same: letters and digits alone.

    >>> fold_line("“The Daily-Post” ") == fold_line("the daily post")
    True
    """
    return " ".join(split_words(unicodedata.normalize("NFKC", text)))


def is_capitalised(surface: str) -> bool:
    """Whether a surface is written like a name."""
    return surface[0].isupper()


def is_acronym(surface: str) -> bool:
    """Whether a surface is so short and so capital (US, EU, AI, WHO) that its case tells it from a word."""
    letters = surface.replace(".", "")
    return 2 <= len(letters) <= 3 and letters.isalpha() and letters.isupper()  # noqa: PLR2004


def is_possessive(surface: str) -> bool:
    """Whether a surface names an owner: `Brell's`."""
    return surface.endswith(("'s", "’s"))


def strip_possessive(surface: str) -> str:
    """A surface as printed, without what makes it an owner."""
    return surface[:-2] if is_possessive(surface) else surface


def is_year(number: str) -> bool:
    """Whether a number in digits is most likely a year."""
    return len(number) == 4 and number[:2] in ("19", "20")  # noqa: PLR2004

"""Texts as such, whatever they are about: cleaned at the border, taken apart into words and names. Pure.

What needs stemmers and word lists (lexicon, language, names, sounds) is imported from its module, by those who match
and compare: workers that poll and read stay small.
"""

from monitor.text.cleaning import FIELD_LIMIT, LINE_LIMIT, clean_line, clean_text

__all__ = ["FIELD_LIMIT", "LINE_LIMIT", "clean_line", "clean_text"]

"""Texts as such, whatever they are about: cleaned at the border. Pure."""

from monitor.text.cleaning import FIELD_LIMIT, LINE_LIMIT, clean_line, clean_text

__all__ = ["FIELD_LIMIT", "LINE_LIMIT", "clean_line", "clean_text"]

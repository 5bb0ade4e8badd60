"""The words of a message as plain text: it reads well alone, and from its first line on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.alert.cutting import mark_passage
from monitor.alert.message import MessageGroup, MessageText


def render_text(words: MessageText) -> str:
    """Write the message as plain text; the terms are marked *so*."""
    paragraphs = [
        [words.headline, *_name_parts(words.titles), words.byline, words.others],
        [words.lead],
        *([quote] for quote in _quoted_passages(words)),
        *(paragraph for group in words.groups for paragraph in _group_paragraphs(group)),
        [words.rest],
        [*_name_parts(words.facts)],
        [*_name_parts(words.links)],
        [words.note],
    ]
    return "\n\n".join(filter(None, ("\n".join(filter(None, lines)) for lines in paragraphs)))


def _name_parts(parts: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{name}: {text}" for name, text in parts)


def _quoted_passages(words: MessageText) -> list[str]:
    return [f"“{mark_passage(passage, '*', '*')}”" for passage in words.passages]


def _group_paragraphs(group: MessageGroup) -> Iterator[list[str]]:
    """A heading, then a paragraph for each report."""
    yield [f"== {group.title} =="]
    for item in group.items:
        lines = (
            item.headline,
            *_name_parts(item.titles),
            item.byline,
            item.others,
            *_quoted_passages(item),
            item.link or "",
        )
        yield [f"{'  ' if number else '- '}{text}" for number, text in enumerate(filter(None, lines))]

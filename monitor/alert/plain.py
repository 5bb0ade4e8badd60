"""The words of a message as plain text: it reads well alone, and from its first line on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.alert.cutting import marked
from monitor.alert.message import Group, Words


def as_text(words: Words) -> str:
    """Write the message as plain text; the terms are marked *so*."""
    paragraphs = [
        [words.headline, *_named(words.titles), words.byline, words.others],
        [words.lead],
        *([quote] for quote in _quotes(words)),
        *(paragraph for group in words.groups for paragraph in _listed(group)),
        [words.rest],
        [*_named(words.facts)],
        [*_named(words.links)],
        [words.note],
    ]
    return "\n\n".join(filter(None, ("\n".join(filter(None, lines)) for lines in paragraphs)))


def _named(parts: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"{name}: {text}" for name, text in parts)


def _quotes(words: Words) -> list[str]:
    return [f"“{marked(passage, '*', '*')}”" for passage in words.passages]


def _listed(group: Group) -> Iterator[list[str]]:
    """A heading, then a paragraph for each report."""
    yield [f"== {group.title} =="]
    for item in group.items:
        lines = (item.headline, *_named(item.titles), item.byline, item.others, *_quotes(item), item.link or "")
        yield [f"{'  ' if number else '- '}{text}" for number, text in enumerate(filter(None, lines))]

"""How one value of the archive looks on a page.

Article text comes from strangers: everything is escaped first, and only then do our own tags go around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from markupsafe import Markup, escape

from monitor.archive.times import time_from_text
from monitor.model import Part, Passage

Marks = Iterable[tuple[int, int]]

TABLE_OF_COLUMN = {
    "hit_id": "hits",
    "article_id": "articles",
    "story_id": "stories",
    "entry_id": "entries",
    "feed_id": "feeds",
    "seed_id": "seeds",
    "alert_id": "alerts",
    "delivery_id": "deliveries",
    "copy_of": "entries",
}
"""Column → the table whose row it names; for the title of a result, the first that is there."""

ARCHIVE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LINKED_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
SHOWN_OF_ADDRESS = 80
SNIPPET_MARK = re.compile(r"&lt;mark&gt;(.*?)&lt;/mark&gt;", re.DOTALL)


def highlight_marks(text: str, marks: Marks) -> Markup:
    """Text with the marked stretches in `<mark>`; marks that overlap or reach outside are left out.

    >>> str(highlight_marks("no peace <b>", [(3, 8)]))
    'no <mark>peace</mark> &lt;b&gt;'
    """
    pieces, at = [Markup()], 0
    for start, end in sorted(marks):
        if at <= start < end <= len(text):
            pieces += [escape(text[at:start]), Markup("<mark>{}</mark>").format(text[start:end])]
            at = end
    return Markup("").join([*pieces, escape(text[at:])])


def render_snippet(text: str) -> Markup:
    """What `snippet()` of a search gave: its marks come back, whatever else looks like a tag does not."""
    # Escaped text holds no tag, so all that this lets through is a pair of bare marks.
    return Markup(SNIPPET_MARK.sub(r"<mark>\1</mark>", str(escape(text))))  # noqa: S704


def render_passages(value: str) -> Markup | None:
    """The passages of a hit, best first, each a quotation with its words highlighted."""
    try:
        passages = msgspec.json.decode(value, type=tuple[Passage, ...])
    except msgspec.MsgspecError:
        return None
    quotes = [Markup("<q>{}</q>").format(highlight_marks(passage.text, passage.marks)) for passage in passages]
    return Markup('<span class="passages">{}</span>').format(Markup("").join(quotes))


def render_parts(value: str) -> Markup | None:
    """The summands of a score as a small table."""
    try:
        parts = msgspec.json.decode(value, type=tuple[Part, ...])
    except msgspec.MsgspecError:
        return None
    row = Markup("<tr><th>{}</th><td>{:+.2f}</td></tr>")
    return Markup('<table class="parts">{}</table>').format(
        Markup("").join(row.format(part.name, part.value) for part in parts)
    )


def render_terms(value: str) -> Markup | None:
    """The topics of a seed, each with its terms by language."""
    try:
        topics = msgspec.json.decode(value, type=dict[str, dict[str, tuple[str, ...]]])
    except msgspec.MsgspecError:
        return None
    rows = [
        Markup("<tr><th>{}</th><td>{}</td></tr>").format(name, _terms_in_words(terms))
        for name, terms in topics.items()
    ]
    return Markup('<table class="parts">{}</table>').format(Markup("").join(rows))


def _terms_in_words(terms_by_language: Mapping[str, tuple[str, ...]]) -> str:
    return "; ".join(
        ", ".join(terms) if language == "*" else f"{language}: {', '.join(terms)}"
        for language, terms in terms_by_language.items()
    )


def render_topics(value: str) -> Markup | None:
    """Names of topics, each as a tag; the terms where a seed holds them."""
    if value.startswith("{"):
        return render_terms(value)
    tags = [Markup('<span class="tag">{}</span>').format(name.strip()) for name in value.split(",")]
    return Markup(" ").join(tags)


def render_authors(value: str) -> Markup | None:
    """The authors of an entry; those of an article are plain text."""
    try:
        names = msgspec.json.decode(value, type=tuple[str, ...])
    except msgspec.MsgspecError:
        return None
    return Markup("; ").join(names)


def render_state(value: str) -> Markup:
    """A state or a problem as a badge whose colour the style sheet chooses."""
    return Markup('<span class="state state-{}">{}</span>').format(re.sub(r"\W", "", value), value)


def render_reason(value: str) -> Markup:
    """A reason, with room to be read."""
    return Markup('<span class="reason">{}</span>').format(value)


def render_payload(value: str) -> Markup | None:
    """JSON, behind a line that opens it."""
    try:
        pretty = msgspec.json.format(value, indent=2)
    except msgspec.MsgspecError:
        return None
    return Markup("<details><summary>JSON</summary><pre>{}</pre></details>").format(pretty)


def render_time(value: str) -> Markup:
    """A moment as people write it.

    >>> str(render_time("2025-11-02T14:03:00Z").striptags())
    '2 Nov 2025 14:03 UTC'
    """
    try:
        moment: datetime = time_from_text(value)
    except ValueError:  # it looked like one
        return escape(value)
    return Markup('<time datetime="{0}" title="{0}">{1}</time>').format(
        value, f"{moment.day} {moment:%b %Y %H:%M} UTC"
    )


def render_address(value: str) -> Markup:
    """A link to a page outside, which is not told where its reader came from."""
    short = value if len(value) <= SHOWN_OF_ADDRESS else f"{value[: SHOWN_OF_ADDRESS - 1]}…"
    return Markup('<a href="{}" rel="noopener noreferrer" title="{}">{}</a>').format(value, value, short)


RENDERERS: Mapping[str, Callable[[str], Markup | None]] = {
    "passages": render_passages,
    "parts": render_parts,
    "topics": render_topics,
    "authors": render_authors,
    "snippet": render_snippet,
    "reason": render_reason,
    "silent_because": render_reason,
    "payload": render_payload,
    "state": render_state,
    "problem": render_state,
    "outcome": render_state,
}


def render_value(column: str, value: object) -> Markup | None:
    """A value as its column asks for it, or None where plain text will do."""
    if column in ("hit", "active", "listed", "relevant") and value in (0, 1):
        return Markup("yes") if value else Markup("no")
    if isinstance(value, float):
        return Markup('<span class="number">{:.2f}</span>').format(value)
    if not isinstance(value, str) or not value:
        return None
    if column in RENDERERS:
        return RENDERERS[column](value)
    if ARCHIVE_TIME.fullmatch(value):
        return render_time(value)
    return render_address(value) if LINKED_ADDRESS.fullmatch(value) else None


def row_behind_cell(column: str, row: Any) -> tuple[str, int] | None:
    """The table and id of the row that a cell of a query's result stands for, if it stands for one."""
    columns = row.keys()
    if column == "title":
        column = next((known for known in TABLE_OF_COLUMN if known in columns), column)
    if column in TABLE_OF_COLUMN and isinstance(row[column], int):
        return TABLE_OF_COLUMN[column], row[column]
    return None

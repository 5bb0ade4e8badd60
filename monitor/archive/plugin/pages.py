"""What the pages of ours show beside Datasette's own: the last day, and what belongs to a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from markupsafe import Markup

from monitor.archive.plugin import cells
from monitor.archive.plugin.panels import HOME_QUERIES, PANELS_OF_TABLE, SPARK_DAYS, Panel
from monitor.model import Passage

if TYPE_CHECKING:  # Datasette loads its plugins while it is being imported itself
    from datasette.app import Datasette

TemplateVars = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _PanelTable:
    """A panel with its rows, ready to be shown."""

    heading: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Markup | str]]


async def find_archive_name(datasette: Datasette) -> str | None:
    """The database that is an archive of ours, whatever its file is called."""
    for name, database in datasette.databases.items():
        if name != "_internal" and await database.table_exists("decisions"):
            return str(name)
    return None


def render_result_cell(datasette: Datasette, database: str, row: Any, column: str) -> Markup | None:
    """One value of a query's result: as a link to the row that it stands for, or as its column asks."""
    value = row[column]
    if (table_and_id := cells.row_behind_cell(column, row)) and value is not None:
        return link_to_row(datasette, database, *table_and_id, label=value if column == "title" else f"#{value}")
    return cells.render_value(column, value)


def link_to_row(datasette: Datasette, database: str, table: str, row_id: object, label: object) -> Markup:
    """A link to a row, by its name."""
    return Markup('<a href="{}" title="{} {}">{}</a>').format(
        str(datasette.urls.row(database, table, str(row_id))), table, row_id, label or "(untitled)"
    )


async def home_page_vars(datasette: Datasette) -> TemplateVars:
    """What the home page shows: the last day's numbers, seeds, hits and feeds in trouble."""
    name = await find_archive_name(datasette)
    if name is None:
        return {}
    rows_of = {
        part: (await datasette.execute(name, sql, {"days": f"-{SPARK_DAYS - 1} days"})).rows
        for part, sql in HOME_QUERIES.items()
    }
    days = [row["day"] for row in rows_of["days"]]
    per_seed: dict[int, dict[str, int]] = {}
    for row in rows_of["per_day"]:
        per_seed.setdefault(row["seed_id"], {})[row["day"]] = row["hits"]
    return {
        "archive": name,
        "numbers": rows_of["numbers"][0],
        "seeds": [(row, draw_bars(days, per_seed.get(row["id"], {}))) for row in rows_of["seeds"]],
        "latest": [(row, cells.render_passages(row["passages"])) for row in rows_of["latest"]],
        "troubled": rows_of["troubled"],
        "unsent": rows_of["unsent"],
        "show": cells.render_value,
        "queries": (await datasette.get_canned_queries(name, None)).values(),
    }


def draw_bars(days: Sequence[str], counts: Mapping[str, int]) -> Markup:
    """Counts by day as a row of bars, each 5 wide and 2 apart, from 1 to 20 high."""
    most = max(counts.values(), default=0) or 1
    bar = Markup('<rect x="{}" y="{}" width="5" height="{}"><title>{}: {}</title></rect>')
    drawn = []
    for index, day in enumerate(days):
        height = round(20 * counts.get(day, 0) / most) or 1
        drawn.append(bar.format(index * 7, 21 - height, height, day, counts.get(day, 0)))
    return Markup('<svg class="bars" viewBox="0 0 {} 21" role="img" aria-label="hits by day">{}</svg>').format(
        len(days) * 7, Markup("").join(drawn)
    )


async def query_page_vars(datasette: Datasette, database: str) -> TemplateVars:
    """What the page of a query shows beside its result: the slugs of the seeds, to choose from."""
    if database != await find_archive_name(datasette):
        return {}
    seeds = await datasette.execute(database, "select slug from seeds order by active desc, slug limit 200")
    return {"seed_slugs": [row["slug"] for row in seeds.rows]}


async def row_page_vars(datasette: Datasette, database: str, table: str, row_id: str) -> TemplateVars:
    """What the page of a row shows: its name, the names of what it refers to, its panels."""
    if table not in PANELS_OF_TABLE or not row_id.isdecimal() or database != await find_archive_name(datasette):
        return {}
    result = await datasette.execute(database, f"select * from {table} where id = ?", [row_id])  # noqa: S608
    if not result.rows:
        return {}
    record = result.first()
    label = datasette.table_metadata(database, table).get("label_column", "id")
    return {
        "record": record,
        "record_title": record[label] or f"{table} {row_id}",
        "described": datasette.table_metadata(database, table).get("columns", {}),
        "parents": await _links_to_parents(datasette, database, table, record),
        "panels": [await _fill_panel(datasette, database, panel, row_id) for panel in PANELS_OF_TABLE[table]],
        "paragraphs": await _article_paragraphs(datasette, database, row_id) if table == "articles" else None,
    }


async def _links_to_parents(datasette: Datasette, database: str, table: str, record: Any) -> Mapping[str, Markup]:
    links = {}
    for key in await datasette.databases[database].foreign_keys_for_table(table):
        column, value = key["column"], record[key["column"]]
        if value is not None:
            names = await datasette.expand_foreign_keys(database, table, column, [value])
            name = names.get((column, value)) or f"#{value}"
            links[column] = link_to_row(datasette, database, key["other_table"], value, name)
    return links


async def _fill_panel(datasette: Datasette, database: str, panel: Panel, row_id: str) -> _PanelTable:
    result = await datasette.execute(database, panel.sql, {"id": row_id})
    # A title is a link to the row, so that its number need not be shown.
    shown = [column for column in result.columns if not (column.endswith("_id") and "title" in result.columns)]
    rows = [
        [_shown_value(render_result_cell(datasette, database, row, column), row[column]) for column in shown]
        for row in result.rows
    ]
    return _PanelTable(panel.heading, shown, rows)


def _shown_value(rendered: Markup | None, value: object) -> Markup | str:
    if rendered is not None:
        return rendered
    return "" if value is None else str(value)


async def _article_paragraphs(datasette: Datasette, database: str, row_id: str) -> Sequence[Markup]:
    """An article's text with the words marked that made hits of it."""
    texts = await datasette.execute(database, "select text from article_text where article_id = ?", [row_id])
    text = texts.first()["text"] if texts.rows else ""
    hits = await datasette.execute(database, "select passages from hits where article_id = ?", [row_id])
    marks = [mark for hit in hits.rows for mark in _marks_in(text, hit["passages"])]
    return mark_paragraphs(text, marks)


def _marks_in(text: str, passages_json: str) -> Sequence[tuple[int, int]]:
    """The marks of passages as offsets in the whole text, if they still are what the text says there."""
    try:
        passages = msgspec.json.decode(passages_json, type=tuple[Passage, ...])
    except msgspec.MsgspecError:
        return []
    return [
        (passage.start + start, passage.start + end)
        for passage in passages
        if text.startswith(passage.text, passage.start)
        for start, end in passage.marks
    ]


def mark_paragraphs(text: str, marks: cells.Marks) -> Sequence[Markup]:
    """A text by its lines, each with its marks."""
    lines, at = [], 0
    marks = sorted(set(marks))
    for line in text.split("\n"):
        end = at + len(line)
        inside = [(start - at, stop - at) for start, stop in marks if at <= start and stop <= end]
        lines.append(cells.highlight_marks(line, inside))
        at = end + 1
    return [line for line in lines if line.strip()]

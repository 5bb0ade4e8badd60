"""The archive in a browser: a plugin for Datasette.

It needs the extra `archive`; `monitor archive` starts Datasette with it and with config/datasette.yaml.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from sqlite3 import Connection, Error
from typing import TYPE_CHECKING, Any

from datasette.utils.asgi import Request, Response
from jinja2 import ChoiceLoader, Environment, FileSystemLoader
from markupsafe import Markup
from pluggy import HookimplMarker

from monitor.archive.plugin import cells, feeds, headers, labels, pages
from monitor.archive.plugin.panels import PANELS_OF_TABLE
from monitor.archive.plugin.search import drop_empty_search, quote_for_fts

if TYPE_CHECKING:  # Datasette loads its plugins while it is being imported itself
    from datasette.app import Datasette

hookimpl = HookimplMarker("datasette")

PLUGIN_FOLDER = Path(__file__).parent
STYLE_SHEET = (PLUGIN_FOLDER / "monitor.css").read_bytes()
DESCRIBED_AS = "monitor"
"""The name that config/datasette.yaml knows the archive by: the stem of its usual file."""


@hookimpl(trylast=True)
def prepare_connection(conn: Connection) -> None:
    """Let every search box take words as people type them."""
    # Datasette's own function of this name passes an empty box on, which FTS5 refuses, and takes `Лавров*`
    # at its word; ours comes later and replaces it.
    conn.create_function("escape_fts", 1, quote_for_fts, deterministic=True)


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Look for our templates first."""
    # Datasette asks its plugins in no fixed order, and more than one may have an index.html.
    if env.loader is not None:
        env.loader = ChoiceLoader([FileSystemLoader(PLUGIN_FOLDER), env.loader])


@hookimpl
def get_metadata(datasette: Datasette) -> dict[str, Any]:
    """Let what is written about `monitor` hold for an archive whose file has another name."""
    # Asking datasette.metadata() here would ask us again.
    known = datasette._metadata_local.get("databases") or {}  # noqa: SLF001
    served = [name for name in datasette.databases if name not in ("_internal", "_memory")]
    if DESCRIBED_AS in known and len(served) == 1 and served[0] not in known:
        return {"databases": {served[0]: known[DESCRIBED_AS]}}
    return {}


@hookimpl
def render_cell(
    row: Any, value: object, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    """Show a value as people read it; the raw one stays in JSON and CSV."""
    if isinstance(value, dict):
        # A foreign key, expanded: {"value": 3, "label": "…"}.
        known = cells.TABLE_OF_COLUMN.get(column)
        return pages.link_to_row(datasette, database, known, value["value"], value["label"]) if known else None
    if table is None:
        return pages.render_result_cell(datasette, database, row, column)
    if column == "title" and "id" in row.keys() and table in PANELS_OF_TABLE:  # noqa: SIM118 - a sqlite3.Row
        return pages.link_to_row(datasette, database, table, row["id"], value)
    return cells.render_value(column, value)


@hookimpl
def extra_template_vars(
    template: str, database: str | None, table: str | None, view_name: str, request: Request, datasette: Datasette
) -> Callable[[], Awaitable[dict[str, Any]]] | None:
    """Bring what our templates show beyond Datasette's own."""
    if template == "index.html":
        return partial(pages.home_page_vars, datasette)
    if template == "query.html" and database:
        return partial(pages.query_page_vars, datasette, database)
    if view_name == "row" and database and table:
        return partial(pages.row_page_vars, datasette, database, table, request.url_vars["pks"])
    return None


@hookimpl
def extra_css_urls(datasette: Datasette) -> Sequence[str]:
    """Our style sheet, by an address that changes with it."""
    return [f"{datasette.urls.path('/-/monitor.css')}?{sha256(STYLE_SHEET).hexdigest()[:8]}"]


@hookimpl
def register_routes() -> Sequence[tuple[str, Callable[..., Any]]]:
    """`/-/healthz` for the container, the style sheet, the hits as feeds, and the page of a hit's label."""
    return [
        (r"^/-/healthz$", _answer_healthz),
        (r"^/-/monitor\.css$", _answer_style_sheet),
        (feeds.FEED_ROUTE, feeds.answer_hit_feed),
        (labels.LABEL_ROUTE, labels.answer_label_page),
    ]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[headers.AsgiApp], headers.AsgiApp]:
    """Put security headers on every response, and take an empty search box for none."""

    def wrap(app: headers.AsgiApp) -> headers.AsgiApp:
        async def asked(scope: headers.AsgiMessage, receive: headers.Receive, send: headers.Send) -> None:
            query = drop_empty_search(scope.get("query_string", b""))
            await app({**scope, "query_string": query}, receive, send)

        return headers.with_security_headers(asked, lambda: headers.content_security_policy(datasette.jinja_env))

    return wrap


async def _answer_healthz(datasette: Datasette) -> Response:
    """200 as long as the archive can be read, else 503."""
    name = await pages.find_archive_name(datasette)
    if name is None:
        return Response.text("no archive", status=503)
    try:
        await datasette.execute(name, "select 1 from feeds limit 1")
    except Error as error:
        return Response.text(f"the archive cannot be read: {error}", status=503)
    return Response.text("ok")


async def _answer_style_sheet() -> Response:
    return Response(
        STYLE_SHEET.decode(), content_type="text/css; charset=utf-8", headers={"cache-control": "max-age=86400"}
    )

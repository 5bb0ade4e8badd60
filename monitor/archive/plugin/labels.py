"""The page where a hit is labelled relevant or not.

A link in a mail is followed by scanners, too: to look at the page changes nothing, only its form does. And only its
own form: another site's can send neither our cookie nor the token in it. Datasette itself asks for no token where
there is no cookie.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from monitor.archive.connection import ArchiveError
from monitor.archive.plugin import cells, pages
from monitor.archive.store import Archive

if TYPE_CHECKING:  # Datasette loads its plugins while it is being imported itself
    from datasette.app import Datasette

LABEL_ROUTE = r"^/(?P<database>[^/]+)/-/label/(?P<hit>[0-9]{1,18})$"
CSRF_COOKIE = "ds_csrftoken"
LABEL_ANSWERS = {"yes": True, "no": False, "": None}
"""What the form's buttons say: relevant, not relevant, no label any more."""

HIT_WITH_LABEL = """
select h.id, h.title, h.score, h.reason, h.passages, h.matched_at, s.title seed, a.source, l.relevant, l.labelled_at
from hits h join seeds s on s.id = h.seed_id join articles a on a.id = h.article_id
  left join labels l on l.hit_id = h.id
where h.id = :hit
"""


async def answer_label_page(datasette: Datasette, request: Request) -> Response:
    """Show a hit with the two answers, or keep one of them."""
    name = tilde_decode(request.url_vars["database"])
    if name != await pages.find_archive_name(datasette):
        raise NotFound(f"there is no archive {name}")
    await datasette.ensure_permissions(request.actor, [("view-database", name), "view-instance"])
    result = await datasette.execute(name, HIT_WITH_LABEL, {"hit": int(request.url_vars["hit"])})
    if not result.rows:
        raise NotFound(f"there is no hit {request.url_vars['hit']}")
    if request.method == "POST":
        return await _keep_answer(datasette, request, name, result.rows[0])
    return await _render_label_page(datasette, request, name, result.rows[0])


def is_labelling_allowed(datasette: Datasette) -> bool:
    """Whether whoever may look may also label: so it is unless config/datasette.yaml says otherwise."""
    return bool((datasette.plugin_config("monitor") or {}).get("labels", True))


async def _keep_answer(datasette: Datasette, request: Request, name: str, hit: Any) -> Response:
    form = await request.post_vars()
    answer, token = form.get("relevant"), request.cookies.get(CSRF_COOKIE, "")
    if not token or not compare_digest(form.get("csrftoken", "").encode(), token.encode()):
        return await _render_label_page(
            datasette, request, name, hit, "That was not this page's own form. Try again.", status=403
        )
    if answer not in LABEL_ANSWERS:
        return await _render_label_page(datasette, request, name, hit, "Choose one of the answers.", status=400)
    if not is_labelling_allowed(datasette):
        return await _render_label_page(datasette, request, name, hit, status=403)
    path = datasette.databases[name].path
    try:
        await asyncio.to_thread(_save_label, Path(path), hit["id"], LABEL_ANSWERS[answer])
    except ArchiveError as error:
        return await _render_label_page(datasette, request, name, hit, f"Not kept: {error}", status=503)
    return Response.redirect(request.path, status=303)


def _save_label(path: Path, hit: int, relevant: bool | None) -> None:
    archive = Archive(path, beside=True)
    try:
        archive.labels.save(hit, relevant, datetime.now(UTC))
    finally:
        archive.close()


async def _render_label_page(
    datasette: Datasette, request: Request, name: str, hit: Any, trouble: str = "", status: int = 200
) -> Response:
    template_vars = {
        "database": name,
        "hit": hit,
        "passages": cells.render_passages(hit["passages"]),
        "show": cells.render_value,
        "allowed": is_labelling_allowed(datasette),
        "trouble": trouble,
    }
    return Response.html(await datasette.render_template("label.html", template_vars, request=request), status=status)

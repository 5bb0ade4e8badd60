"""What browsers are told beside every page.

The pages show text of strangers. It is escaped; should one escape ever be missing, the policy below still
keeps its scripts from running and its frames and forms from reaching anyone.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment

AsgiMessage = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[AsgiMessage]]
Send = Callable[[AsgiMessage], Awaitable[None]]
AsgiApp = Callable[[AsgiMessage, Receive, Send], Awaitable[None]]

FIXED_HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
WITH_INLINE_SCRIPTS = ("default:_close_open_menus.html", "default:_codemirror_foot.html")
"""Datasette's templates whose inline scripts are the same on every page."""
FACET_SCRIPTS = ("DATASETTE_ALLOW_FACET = true;", "DATASETTE_ALLOW_FACET = false;")
"""What the one inline script of Datasette's table.html may become: two texts, and so two hashes."""


def with_security_headers(app: AsgiApp, policy: Callable[[], str]) -> AsgiApp:
    """The same application, with our headers on every response."""

    async def wrapped(scope: AsgiMessage, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: AsgiMessage) -> None:
            if message["type"] == "http.response.start":
                ours = {**FIXED_HEADERS, "content-security-policy": policy()}
                message = {**message, "headers": [*message.get("headers", ()), *_encode_headers(ours)]}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def _encode_headers(headers: MutableMapping[str, str]) -> Iterable[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


@cache
def content_security_policy(templates: Environment) -> str:
    """The content security policy: this host only, and no inline script but Datasette's own, by their hashes."""
    scripts = " ".join(f"'sha256-{_script_hash(script)}'" for script in _inline_scripts(templates))
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {scripts}",
            # Datasette's tables carry their colours and widths as inline styles.
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _inline_scripts(templates: Environment) -> Iterable[str]:
    yield from FACET_SCRIPTS
    for name in WITH_INLINE_SCRIPTS:
        if templates.loader is not None:
            yield from INLINE_SCRIPT.findall(templates.loader.get_source(templates, name)[0])


def _script_hash(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()

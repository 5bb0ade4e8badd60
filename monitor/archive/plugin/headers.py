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

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

FIXED = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}

INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
WITH_INLINE_SCRIPTS = ("default:_close_open_menus.html", "default:_codemirror_foot.html")
"""Datasette's templates whose inline scripts are the same on every page."""
FACET_SCRIPTS = ("DATASETTE_ALLOW_FACET = true;", "DATASETTE_ALLOW_FACET = false;")


def wrap(app: App, policy: Callable[[], str]) -> App:
    """The same application, with our headers on every response."""

    async def wrapped(scope: Message, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {**FIXED, "content-security-policy": policy()}
                message = {**message, "headers": [*message.get("headers", ()), *_encoded(ours)]}
            await send(message)

        await app(scope, receive, send_with_headers)

    return wrapped


def _encoded(headers: MutableMapping[str, str]) -> Iterable[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


@cache
def policy(templates: Environment) -> str:
    """The content security policy: this host only, and no inline script but Datasette's own, by their hashes."""
    scripts = " ".join(f"'sha256-{_hash(script)}'" for script in _inline_scripts(templates))
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


def _hash(script: str) -> str:
    return b64encode(sha256(script.encode()).digest()).decode()

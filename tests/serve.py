"""A small real web server on loopback for tests, with scripted routes."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Canned:
    """An answer. With an `etag` the server answers 304 to whoever has it."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    claimed_bytes: int | None = None
    """The Content-Length told, when it is not the truth."""


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


Route = Canned | Callable[[BaseHTTPRequestHandler], None]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class Site:
    """A context manager: serves its routes at `url` from a thread, and remembers what was asked."""

    def __init__(
        self,
        routes: Mapping[str, Route] | None = None,
        *,
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.routes: dict[str, Route] = dict(routes or {})
        self.asked: list[Asked] = []
        self.closing = Event()
        self.is_dripping = Event()
        """Somebody waits for the end of an answer that has none."""
        self._server = _Server((host, 0), _Handler)
        self._server.site = self
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def redirect(to: str, status: int = 302) -> Canned:
    return Canned(status=status, headers={"Location": to})


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, for ever: no single read is slow."""
    handler.send_response(200)
    handler.end_headers()
    handler.server.site.is_dripping.set()  # type: ignore[attr-defined]
    while not handler.server.site.closing.wait(0.05):  # type: ignore[attr-defined]
        handler.wfile.write(b".")


class _Handler(BaseHTTPRequestHandler):
    def handle(self) -> None:
        with suppress(OSError):  # the client may leave when it has had enough
            super().handle()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *args: object) -> None:
        pass

    def _answer(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        site: Site = self.server.site  # type: ignore[attr-defined]
        site.asked.append(Asked(self.command, self.path, headers, body))
        route = site.routes.get(self.path, Canned(b"nothing here", 404))
        if isinstance(route, Canned):
            self._send(route, headers)
        else:
            route(self)

    def _send(self, canned: Canned, asked: Mapping[str, str]) -> None:
        known = canned.etag is not None and asked.get("if-none-match") == canned.etag
        body = b"" if known else canned.body
        self.send_response(304 if known else canned.status)
        for name, value in canned.headers.items():
            self.send_header(name, value)
        if canned.etag:
            self.send_header("ETag", canned.etag)
        if not known:
            self.send_header("Content-Length", str(canned.claimed_bytes or len(body)))
        self.end_headers()
        self.wfile.write(body)

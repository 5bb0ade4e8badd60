"""A sample newsroom on this machine: invented outlets that serve feeds and pages over real HTTP on loopback.

It is what `monitor demo` watches. Given the same `now` it tells the same news; only its port numbers differ.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Literal, Self
from urllib.parse import urlsplit

from monitor.demo.feeds import write_feed
from monitor.demo.loopback import LoopbackServer, ServerThread
from monitor.demo.pages import write_challenge, write_front, write_page
from monitor.demo.samples import ArticleSample, Outlet, read_outlets

FEED_FORMS = {
    "rss": ("/rss.xml", "application/rss+xml"),
    "atom": ("/atom.xml", "application/atom+xml"),
    "rdf": ("/index.rdf", "application/rdf+xml"),
    "json": ("/feed.json", "application/feed+json"),
}
"""Form of a feed → the path that it is served at, and its media type."""


@dataclass(frozen=True, slots=True)
class FeedSample:
    """A feed of the newsroom, as a user would list it."""

    url: str
    source: str
    language: str
    trouble: Literal["", "moved", "challenge", "dead"] = ""
    """What is odd about it: it answers from a new address, with a page for robots, or not at all."""


@dataclass(frozen=True, slots=True)
class _Document:
    """What one path answers."""

    body: bytes
    content_type: str = "text/html; charset=utf-8"
    status: HTTPStatus = HTTPStatus.OK
    location: str | None = None
    last_modified: str | None = None

    @property
    def etag(self) -> str:
        """A strong validator: the hash of the body."""
        return f'"{blake2b(self.body, digest_size=8).hexdigest()}"'

    def is_known(self, asked: Message) -> bool:
        """Whether the asking side has it already (RFC 9110, 13.2.2: If-None-Match comes first)."""
        if self.status != HTTPStatus.OK:
            return False
        if known := asked.get("If-None-Match"):
            return self.etag in known
        return self.last_modified is not None and asked.get("If-Modified-Since") == self.last_modified


NOT_FOUND_PAGE = _Document(b"<!DOCTYPE html><title>404</title><p>Not found.</p>", status=HTTPStatus.NOT_FOUND)
ROBOTS_TXT = _Document(b"User-agent: *\nAllow: /\n", "text/plain; charset=utf-8")


class Newsroom:
    """The outlets of `monitor.demo.articles`, on the air between `with` and its end."""

    def __init__(self, now: datetime) -> None:
        self.feeds: tuple[FeedSample, ...] = ()
        self.articles: tuple[ArticleSample, ...] = ()
        """Everything that the feeds list; `is_on_subject` tells what the shipped seed should find."""
        self._now = now
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            servers = [
                self._open_outlet(outlet, number, opened)
                for number, outlet in enumerate(read_outlets(self._now), start=1)
            ]
            opened.enter_context(ServerThread([server for server in servers if server]))
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _open_outlet(self, outlet: Outlet, number: int, opened: ExitStack) -> _OutletServer | None:
        host = _outlet_address(number)
        if outlet.trouble == "dead":
            # Bound but not listening: connections are refused, and nobody else gets the port meanwhile.
            closed = opened.enter_context(socket.socket())
            closed.bind((host, 0))
            self._list(outlet, f"http://{host}:{closed.getsockname()[1]}")
            return None
        server = opened.enter_context(_OutletServer((host, 0), _OutletRequest))
        home = f"http://{host}:{server.server_port}"
        located = _locate_articles(outlet, home)
        server.documents = _outlet_documents(located, home, self._now)
        self._list(located, home)
        return server

    def _list(self, outlet: Outlet, home: str) -> None:
        path = outlet.moved_from or FEED_FORMS[outlet.form][0]
        trouble = outlet.trouble or ("moved" if outlet.moved_from else "")
        self.feeds += (FeedSample(home + path, outlet.name, outlet.language, trouble),)
        self.articles += outlet.articles


def _outlet_address(number: int) -> str:
    # On Linux all of 127/8 is ours: each outlet has an address, as it would on the web.
    return f"127.0.77.{number}" if sys.platform == "linux" else "127.0.0.1"


def _locate_articles(outlet: Outlet, home: str) -> Outlet:
    placed = (replace(article, url=f"{home}/news/{article.slug}.html") for article in outlet.articles)
    return replace(outlet, articles=tuple(placed))


def _outlet_documents(outlet: Outlet, home: str, now: datetime) -> dict[str, _Document]:
    path, feed_type = FEED_FORMS[outlet.form]
    if outlet.trouble == "challenge":
        return {path: _Document(write_challenge())}
    found = {urlsplit(article.url).path: _article_document(outlet, article, home) for article in outlet.articles}
    found["/"] = _html_document(outlet, write_front(outlet, home + path, feed_type))
    found["/robots.txt"] = ROBOTS_TXT
    newest = max(article.published for article in outlet.articles)
    found[path] = _Document(
        write_feed(outlet, home, now),
        f"{feed_type}; charset={outlet.encoding}",
        last_modified=format_datetime(newest, usegmt=True),
    )
    if outlet.moved_from:
        found[outlet.moved_from] = _Document(b"", status=HTTPStatus.MOVED_PERMANENTLY, location=home + path)
    return found


def _article_document(outlet: Outlet, article: ArticleSample, home: str) -> _Document:
    return _html_document(outlet, write_page(outlet, article, home), article.published)


def _html_document(outlet: Outlet, body: bytes, modified: datetime | None = None) -> _Document:
    when = format_datetime(modified, usegmt=True) if modified else None
    return _Document(body, f"text/html; charset={outlet.encoding}", last_modified=when)


class _OutletServer(LoopbackServer):
    """One outlet's web server."""

    documents: Mapping[str, _Document]


class _OutletRequest(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the outlet's documents."""

    protocol_version = "HTTP/1.1"
    server: _OutletServer

    def do_GET(self) -> None:
        document = self.server.documents.get(urlsplit(self.path).path, NOT_FOUND_PAGE)
        known = document.is_known(self.headers)
        self.send_response(HTTPStatus.NOT_MODIFIED if known else document.status)
        self._send_headers(document, length=0 if known else len(document.body))
        if not known and self.command == "GET":
            self.wfile.write(document.body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _send_headers(self, document: _Document, length: int) -> None:
        headers = {
            "Content-Type": document.content_type,
            "Content-Length": str(length),
            "ETag": document.etag if document.status == HTTPStatus.OK else None,
            "Last-Modified": document.last_modified,
            "Location": document.location,
            "Connection": "close",
        }
        for name, value in headers.items():
            if value is not None:
                self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay quiet: the demo has its own story to tell."""

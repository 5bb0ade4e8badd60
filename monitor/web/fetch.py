"""One fetch: by its own client, through the guard, within its deadline, redirects followed by hand.

A client is made for each fetch because a shared one dies when its requests are cancelled
(encode/httpcore#1093) and slows down with every connection it keeps. With a shared SSLContext one costs 20 µs.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network
from urllib.parse import urljoin

import httpcore
import httpx

from monitor.links import is_same_origin, safe_link
from monitor.model import StageError, WebReason
from monitor.pace import CONNECT_DEADLINE_S, FETCH_DEADLINE_S
from monitor.text import clean_line
from monitor.web.body import ACCEPTED_ENCODINGS, read_body
from monitor.web.guard import AddressPolicy, BlockedAddress, GuardedBackend, NoAddress, Resolve, look_up_host
from monitor.web.response import Hop, Response

# At INFO they log full addresses, and some addresses are secrets.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

REDIRECT_STATUSES = (301, 302, 303, 307, 308)
PORTABLE_HEADERS = ("accept", "accept-language", "if-modified-since", "if-none-match")
"""All that another origin is told after a redirect: the rest may be secret."""
ANSWER_LIMIT_BYTES = 65_536
"""What is read of the answer to a webhook."""

# The first that fits counts: a guard's refusal and a bad certificate are ConnectErrors, too.
REASON_OF_ERROR: tuple[tuple[type[BaseException], WebReason], ...] = (
    (BlockedAddress, "blocked_address"),
    (NoAddress, "dns"),
    (httpx.TimeoutException, "timeout"),
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
    (httpx.InvalidURL, "bad_url"),
    (httpx.UnsupportedProtocol, "bad_url"),
    (UnicodeError, "bad_url"),
    (httpx.ConnectError, "connect"),
)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How we show ourselves, what we may visit, and how long we wait."""

    user_agent: str
    allow_networks: tuple[str, ...] = ()
    """Networks at home that may be visited, at any port: `192.168.1.0/24`."""
    timeout_s: float = FETCH_DEADLINE_S
    """The longest one fetch may take, redirects and body included."""
    connect_s: float = CONNECT_DEADLINE_S
    max_redirects: int = 5
    allow_ports: tuple[int, ...] = (80, 443)
    """Ports that may be visited at public addresses."""


class GuardedWeb:
    """The real Web: only public addresses and allowed networks, every trouble a StageError."""

    def __init__(
        self, settings: WebSettings, *, resolve: Resolve = look_up_host, trust: ssl.SSLContext | None = None
    ) -> None:
        networks = tuple(ip_network(text, strict=False) for text in settings.allow_networks)
        self._settings = settings
        self._backend = GuardedBackend(AddressPolicy(networks, settings.allow_ports), resolve)
        self._trust = trust

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 10_000_000,
        deadline_s: float | None = None,
    ) -> Response:
        """Fetch an address: at most `limit_bytes` inflated, at most `deadline_s` in all."""
        asked = {name.lower(): value for name, value in (headers or {}).items()}
        with _translate_fetch_errors(url):
            async with asyncio.timeout(deadline_s or self._settings.timeout_s), self._client() as client:
                return await self._follow(client, url, asked, limit_bytes)

    async def _follow(
        self, client: httpx.AsyncClient, url: str, headers: dict[str, str], limit_bytes: int
    ) -> Response:
        hops: list[Hop] = []
        url = _require_safe_link(url)
        while True:
            async with client.stream("GET", url, headers=_headers_to_raw(headers)) as answer:
                target = _redirect_target(answer, url)
                if target is None:
                    return await _receive_response(answer, url, tuple(hops), limit_bytes)
            hops.append(Hop(answer.status_code, url))
            if len(hops) > self._settings.max_redirects:
                raise StageError("too_many_redirects", detail=f"more than {self._settings.max_redirects}")
            if not is_same_origin(url, target):
                headers = {name: value for name, value in headers.items() if name in PORTABLE_HEADERS}
            url = target

    def _client(self) -> httpx.AsyncClient:
        transport = _make_transport(self._trust)
        guard_transport(transport, self._backend)
        own = {"User-Agent": self._settings.user_agent, "Accept-Encoding": ACCEPTED_ENCODINGS}
        timeout = httpx.Timeout(self._settings.timeout_s, connect=self._settings.connect_s)
        return httpx.AsyncClient(transport=transport, headers=own, timeout=timeout, trust_env=False)


async def post_unguarded(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    timeout_s: float,
    trust: ssl.SSLContext | None = None,
) -> Response:
    """Send to an address of the user's own settings: trusted, hence unguarded; redirects are not followed."""
    with _translate_fetch_errors(url):
        async with (
            asyncio.timeout(timeout_s),
            httpx.AsyncClient(transport=_make_transport(trust), timeout=timeout_s, trust_env=False) as client,
            client.stream(
                "POST", url, content=body, headers=_headers_to_raw({"accept-encoding": ACCEPTED_ENCODINGS, **headers})
            ) as answer,
        ):
            return await _receive_response(answer, url, (), ANSWER_LIMIT_BYTES)


def guard_transport(transport: httpx.AsyncHTTPTransport, backend: httpcore.AsyncNetworkBackend) -> None:
    """Put the guard where httpx 0.28 has no argument for it; better no fetch at all than an unguarded one."""
    pool = getattr(transport, "_pool", None)
    if not isinstance(getattr(pool, "_network_backend", None), httpcore.AsyncNetworkBackend):
        raise TypeError("this version of httpx has no place for the address guard")
    pool._network_backend = backend  # type: ignore[union-attr]  # noqa: SLF001 - the only way


@cache
def _public_trust() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _make_transport(trust: ssl.SSLContext | None) -> httpx.AsyncHTTPTransport:
    # httpcore looks through all idle connections at every request: with 400 of them one costs 32 ms, not 1.5.
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.AsyncHTTPTransport(verify=trust or _public_trust(), limits=limits, trust_env=False)


def _require_safe_link(url: str) -> str:
    link = safe_link(url)
    if link is None:
        raise StageError("bad_url", detail="not an http(s) address without userinfo")
    return link


def _redirect_target(answer: httpx.Response, url: str) -> str | None:
    location = answer.headers.get("location")
    if answer.status_code not in REDIRECT_STATUSES or not location:
        return None
    return _require_safe_link(urljoin(url, location)).partition("#")[0]


def _headers_to_raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]


async def _receive_response(answer: httpx.Response, url: str, hops: tuple[Hop, ...], limit_bytes: int) -> Response:
    body, truncated = await read_body(answer, limit_bytes)
    return Response(url, answer.status_code, _headers_from_raw(answer), body, hops, truncated)


def _headers_from_raw(answer: httpx.Response) -> dict[str, str]:
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


@contextmanager
def _translate_fetch_errors(url: str) -> Iterator[None]:
    """Whatever goes wrong in one fetch is that fetch's trouble: httpx raises much that is no HTTPError."""
    try:
        yield
    except (StageError, MemoryError):
        raise
    except Exception as error:
        raise StageError(_reason_of_error(error), detail=_detail_of_error(url, error)) from error


def _reason_of_error(error: BaseException) -> WebReason:
    chain = list(_walk_causes(error))
    for kind, word in REASON_OF_ERROR:
        if any(isinstance(cause, kind) for cause in chain):
            return word
    return "network"


def _detail_of_error(url: str, error: BaseException) -> str:
    """Host and first cause, never the address itself: a webhook's is a secret."""
    *_, first = _walk_causes(error)  # the causes of causes come last
    host = clean_line(url.partition("://")[2].partition("/")[0].rpartition("@")[2], 100)
    return clean_line(f"{host}: {_error_in_words(first)}", 200)


def _error_in_words(error: BaseException) -> str:
    """What an error says; of the system's errors its words alone, for asyncio adds the address to them."""
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and error.errno:
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return str(error) or type(error).__name__


def _walk_causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        if isinstance(seen, BaseExceptionGroup):
            yield from _walk_causes(seen.exceptions[0])
        seen = seen.__cause__ or seen.__context__

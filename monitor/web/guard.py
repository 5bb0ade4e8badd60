"""The address guard: no feed, page or redirect may reach a machine that is not public.

A check of the URL is not enough, for a name may resolve differently a moment later. So the decision falls
where the connection is made: resolve once, refuse the name when any of its addresses is not public,
connect to a checked address, and check the peer again.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpcore

IpAddress = IPv4Address | IPv6Address
IpNetwork = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]

# What Python 3.11's is_global lets pass but no public server has: protocol assignments, 6to4 relays, IPv4 in
# IPv6 in several spellings (they may lead to private addresses), Teredo, documentation, segment routing.
NOT_PUBLIC_NETWORKS: tuple[IpNetwork, ...] = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",
        "192.88.99.0/24",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)

# A lookup cannot be cancelled. In the loop's own few threads, a handful of dead domains would stall everyone.
LOOKUP_THREADS = ThreadPoolExecutor(32, thread_name_prefix="dns")


class BlockedAddress(httpcore.ConnectError):
    """An address that may not be visited."""


class NoAddress(httpcore.ConnectError):
    """A name that leads nowhere."""


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """Which addresses may be visited: public ones on the usual ports, and the networks the user names."""

    allowed: tuple[IpNetwork, ...] = ()
    ports: tuple[int, ...] = (80, 443)

    def check(self, address: str, port: int) -> None:
        """Refuse an address that is neither public nor in a named network, and odd ports of public ones."""
        parsed = parse_address(address)
        if any(parsed in network for network in self.allowed):
            return
        if not is_public_address(parsed):
            raise BlockedAddress(f"{parsed} is not a public address")
        if port not in self.ports:
            raise BlockedAddress(f"port {port} is not allowed")


def parse_address(text: str) -> IpAddress:
    """Read the address itself: without its zone, and as IPv4 when it is one in IPv6 clothes."""
    address = ip_address(text.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def is_public_address(address: IpAddress) -> bool:
    """Whether anybody on the internet could visit this address.

    >>> is_public_address(parse_address("::ffff:10.0.0.1")), is_public_address(parse_address("1.1.1.1"))
    (False, True)
    """
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in NOT_PUBLIC_NETWORKS)


async def look_up_host(host: str, port: int) -> Sequence[str]:
    """Resolve a name to its addresses, as the system does, in its order of preference."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        answers = await asyncio.get_running_loop().run_in_executor(LOOKUP_THREADS, ask)
    except (OSError, UnicodeError, OverflowError) as error:
        raise NoAddress(str(error)) from error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """httpcore's way to the network, with the policy at its door."""

    def __init__(self, policy: AddressPolicy, resolve: Resolve = look_up_host) -> None:
        self._policy = policy
        self._resolve = resolve
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address that answers, when all of them may be visited."""
        addresses = await self._resolve(host, port)
        for address in addresses:
            self._policy.check(address, port)
        problem: Exception = NoAddress(f"no address for {host}")
        for address in addresses:
            try:
                stream = await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                problem = error
            else:
                return await self._check_peer(stream, port)
        raise problem

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: no news comes from a Unix socket."""
        raise BlockedAddress("unix sockets are not allowed")

    async def sleep(self, seconds: float) -> None:
        """Wait, as httpcore asks between its own retries (we allow none)."""
        await self._inner.sleep(seconds)

    async def _check_peer(self, stream: httpcore.AsyncNetworkStream, port: int) -> httpcore.AsyncNetworkStream:
        try:
            self._policy.check(str(stream.get_extra_info("server_addr")[0]), port)
        except BlockedAddress:
            await stream.aclose()
            raise
        return stream

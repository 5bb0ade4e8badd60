"""HTTP servers on this machine: quick to open, quick to close, silent."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Sequence
from http.server import ThreadingHTTPServer
from socketserver import TCPServer
from threading import Thread
from typing import Self


class LoopbackServer(ThreadingHTTPServer):
    """An HTTP server that never leaves the machine, not even to learn its own name."""

    request_queue_size = 64  # workers come all at once, and the library would let five wait

    def server_bind(self) -> None:
        """Bind without asking the DNS for a name, as HTTPServer would: slow, and outside traffic."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


class ServerThread:
    """One thread that waits at the doors of several servers; told to go home, it goes at once."""

    def __init__(self, servers: Sequence[LoopbackServer]) -> None:
        self._servers = servers
        self._bell, self._button = socket.socketpair()
        self._thread = Thread(target=self._wait, name="reception", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._button.send(b"!")
        self._thread.join()
        self._bell.close()
        self._button.close()

    def _wait(self) -> None:
        with selectors.DefaultSelector() as doors:
            doors.register(self._bell, selectors.EVENT_READ)
            for server in self._servers:
                doors.register(server, selectors.EVENT_READ, server.handle_request)
            while knocks := [key.data for key, _ in doors.select()]:
                if None in knocks:
                    return
                for answer in knocks:
                    answer()

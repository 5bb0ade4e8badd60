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
    """One thread that accepts the requests of several servers, and ends at once when the `with` does.

    `serve_forever` would take a thread for each, and look only twice a second whether it shall end.
    """

    def __init__(self, servers: Sequence[LoopbackServer]) -> None:
        self._servers = servers
        self._stop_receiver, self._stop_sender = socket.socketpair()
        self._thread = Thread(target=self._wait, name="reception", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_sender.send(b"!")
        self._thread.join()
        self._stop_receiver.close()
        self._stop_sender.close()

    def _wait(self) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._stop_receiver, selectors.EVENT_READ)  # its data is None
            for server in self._servers:
                selector.register(server, selectors.EVENT_READ, server.handle_request)
            while handlers := [key.data for key, _ in selector.select()]:
                if None in handlers:
                    return
                for handle in handlers:
                    handle()

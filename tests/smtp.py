"""A real mail server on loopback for tests, with scripted answers."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from threading import Event, Thread
from typing import Any, Self

import trustme
from aiosmtpd.smtp import SMTP, AuthResult


@dataclass(frozen=True)
class Received:
    """A mail as it arrived, with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.content, policy=policy.default)


@cache
def certificates() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's context, and one for a client that trusts it."""
    authority = trustme.CA()
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(client)
    return server, client


class MailServer:
    """A context manager: takes mail at 127.0.0.1:`port` from a thread.

    `says` gives its answers by verb, `{"RCPT": "550 no such user"}`, or for one address, `{"RCPT a@x.example": …}`.
    Instead of answering it may `hang up`, be `silent`, or `drip`: send a byte now and then, for ever. `login` is the
    only name and password it lets in.
    """

    def __init__(
        self,
        says: Mapping[str, str] | None = None,
        *,
        security: str = "none",
        login: tuple[str, str] | None = None,
    ) -> None:
        self.received: list[Received] = []
        self.heard: list[str] = []
        self.port = 0
        self.is_waiting = Event()
        """Somebody waits for an answer that does not come."""
        self._says = dict(says or {})
        self._security = security
        self._login = login

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        implicit = certificates()[0] if self._security == "tls" else None
        opening = self._loop.create_server(self._talk, "127.0.0.1", 0, ssl=implicit)
        self._server = self._loop.run_until_complete(opening)
        self.port = self._server.sockets[0].getsockname()[1]
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - aiosmtpd's fixed name
        envelope.mail_from = address
        return await self._answer("MAIL", server)

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - as above
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT", server, self._says.get(f"RCPT {address}", "250 fine"))

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        answer = await self._answer("DATA", server, "250 queued as 4bX9")
        self.received.append(Received(envelope.mail_from, tuple(envelope.rcpt_tos), envelope.content))
        return answer

    async def handle_QUIT(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802 - as above
        return await self._answer("QUIT", server, "221 bye")

    def _talk(self) -> SMTP:
        offered = certificates()[0] if self._security == "starttls" else None
        return SMTP(
            self,
            hostname="mail.example",
            loop=self._loop,
            tls_context=offered,
            authenticator=self._let_in if self._login else None,
            # Under TLS from the first byte, aiosmtpd does not know that there is any.
            auth_require_tls=self._security != "tls",
            auth_exclude_mechanism=None if self._login else ["LOGIN", "PLAIN"],
            auth_required=self._login is not None and self._security != "tls",
        )

    def _let_in(self, server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
        self.heard.append("AUTH")
        is_right = (told.login.decode(), told.password.decode()) == self._login
        return AuthResult(success=is_right, handled=is_right)

    async def _answer(self, verb: str, server: SMTP, usual: str = "250 fine") -> str:
        self.heard.append(verb)
        answer = self._says.get(verb, usual)
        assert server.transport is not None
        if answer == "hang up":
            server.transport.abort()
        if answer in {"silent", "drip"}:
            self.is_waiting.set()
        while answer in {"silent", "drip"}:
            await asyncio.sleep(0.02)
            server.transport.write(b"2" if answer == "drip" else b"")
        return answer

    async def _close(self) -> None:
        self._server.close()
        talks = asyncio.all_tasks() - {asyncio.current_task()}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)


@contextmanager
def scripted(*answers: str) -> Iterator[int]:
    """The port of a server that gives one caller these answers, line by line, the first as its greeting."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        reader = Thread(target=_recite, args=(listening, answers), daemon=True)
        reader.start()
        yield listening.getsockname()[1]
        reader.join()


def _recite(listening: socket.socket, answers: tuple[str, ...]) -> None:
    caller, _ = listening.accept()
    with caller, caller.makefile("rb") as said:
        for answer in answers:
            caller.sendall(f"{answer}\r\n".encode())
            said.readline()

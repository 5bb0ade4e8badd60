"""Where the demo's alerts arrive: a letter box and a chat on this machine. They keep what comes and can show it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from threading import Thread
from typing import Any, Self, cast

from monitor.demo.loopback import LoopbackServer, ServerThread

SINK_HOST = "127.0.0.1"
HOOK_PATH = "/services/T0000/B0000/sample"

ShowMessage = Callable[[str], object]
"""Takes the view of what arrived: `print`, for one. The first message is shown whole, the others by a line."""


@dataclass(frozen=True, slots=True)
class _ReceivedMail:
    """A mail as it arrived, with its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


class MailSink:
    """A mail server that accepts everything and forwards nothing."""

    def __init__(self, show: ShowMessage | None = None) -> None:
        self.received: list[_ReceivedMail] = []
        self.address: tuple[str, int] = (SINK_HOST, 0)
        """Host and port, known once it is open."""
        self._show = show

    def __enter__(self) -> Self:
        from aiosmtpd.smtp import SMTP  # noqa: PLC0415 - only the demo needs it

        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="mail sink", daemon=True)
        # Without a host name given, it would ask the DNS for its own.
        opening = self._loop.create_server(
            lambda: SMTP(self, hostname="mail.sample.example", loop=self._loop), *self.address
        )
        self._server = self._loop.run_until_complete(opening)
        self.address = self._server.sockets[0].getsockname()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        talks = asyncio.all_tasks() - {cast("asyncio.Task[None]", asyncio.current_task())}
        for talk in talks:
            talk.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - its fixed name
        """Keep one mail; aiosmtpd calls this when its text is complete."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        mail = _ReceivedMail(envelope.mail_from, tuple(envelope.rcpt_tos), message)
        self.received.append(mail)
        if self._show:
            self._show(view_mail(mail, whole=len(self.received) == 1))
        return "250 Kept"


class SlackSink:
    """A server that takes what Slack's incoming webhooks take, and answers as they do."""

    def __init__(self, show: ShowMessage | None = None) -> None:
        self.received: list[dict[str, Any]] = []
        self.url = ""
        """The webhook's address, known once it is open."""
        self._show = show
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            server = opened.enter_context(_SlackServer((SINK_HOST, 0), _HookRequest))
            server.keep = self._keep
            opened.enter_context(ServerThread([server]))
            self.url = f"http://{SINK_HOST}:{server.server_port}{HOOK_PATH}"
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _keep(self, payload: dict[str, Any]) -> None:
        self.received.append(payload)
        if self._show:
            self._show(view_slack(payload, whole=len(self.received) == 1))


def view_mail(mail: _ReceivedMail, *, whole: bool = False) -> str:
    """Show a mail by a line, or with its text."""
    line = f"  ✉ mail to {', '.join(mail.recipients)}: {mail.message['Subject']}"
    body = mail.message.get_body(("plain",)) if whole else None
    return "\n".join([line, *_indented_lines(body.get_content())]) if body else line


def view_slack(payload: dict[str, Any], *, whole: bool = False) -> str:
    """Show a Slack message by what its notification says, or with its blocks."""
    line = f"  # slack: {payload.get('text', '')}"
    blocks = payload.get("blocks") if whole else None
    return "\n".join([line, *_indented_lines("\n".join(map(_block_text, blocks)))]) if blocks else line


def _block_text(block: dict[str, Any]) -> str:
    texts = [block.get("text") or {}, *block.get("elements", ())]
    return f"[{block.get('type')}] " + " ".join(str(text.get("text", "")) for text in texts if text)


def _indented_lines(text: str) -> list[str]:
    return [f"    ┊ {line}".rstrip() for line in text.strip().splitlines()]


class _SlackServer(LoopbackServer):
    keep: Callable[[dict[str, Any]], None]


class _HookRequest(BaseHTTPRequestHandler):
    """Answers a POST as hooks.slack.com does: a word of plain text."""

    protocol_version = "HTTP/1.1"
    server: _SlackServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != HOOK_PATH:
            self._answer(HTTPStatus.NOT_FOUND, "no_service")
        elif (payload := _parse_slack_payload(body)) is None:
            self._answer(HTTPStatus.BAD_REQUEST, "invalid_payload")
        else:
            self.server.keep(payload)
            self._answer(HTTPStatus.OK, "ok")

    def _answer(self, status: HTTPStatus, word: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(word)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(word.encode())

    def log_message(self, *_: object) -> None:
        """Stay quiet: what arrives is shown, not logged."""


def _parse_slack_payload(body: bytes) -> dict[str, Any] | None:
    try:
        payload = json.loads(body)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) and (payload.get("text") or payload.get("blocks")) else None

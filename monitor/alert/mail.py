"""Alerts by e-mail: one message a recipient, as text and HTML, over SMTP."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from typing import Literal

from monitor.alert.html import as_html
from monitor.alert.message import as_text, words_of
from monitor.alert.secret import Secret
from monitor.model import Delivery, Sent, StageError
from monitor.text import clean_line

TEMPORARY = 500
"""SMTP answers below this ask to be tried again (RFC 5321, 4.2.1)."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A mail server, and who writes to whom by it."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    recipients: tuple[str, ...]
    username: str | None = None
    password: Secret | None = None
    timeout_s: float = 20


class MailChannel:
    """Sends mail. `trust` replaces the system's certificate authorities, for servers with their own."""

    def __init__(self, name: str, settings: MailSettings, trust: ssl.SSLContext | None = None) -> None:
        self.name = name
        self._settings = settings
        self._trust = trust

    def recipients(self) -> tuple[str, ...]:
        """Every address of the settings."""
        return self._settings.recipients

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Hand one message to the server; `sent` means that it took it over."""
        message = compose(delivery, self._settings.sender, now)
        answer = await asyncio.to_thread(self._hand_over, message, delivery.recipient)
        return Sent(delivery, answer, provider_id=message["Message-ID"])

    def _hand_over(self, message: EmailMessage, recipient: str) -> str:
        settings = self._settings
        with _named_trouble(), self._connected() as server:
            if settings.username and settings.password:
                server.login(settings.username, settings.password.reveal())
            refused = server.send_message(message, settings.sender, [recipient])
            # With several recipients a refused one is told, not raised; with one it never comes to this.
            if refused:
                raise smtplib.SMTPRecipientsRefused(refused)
            return "accepted by the mail server"

    def _connected(self) -> smtplib.SMTP:
        settings, trust = self._settings, self._trust or _public_trust()
        if settings.security == "tls":
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout_s, context=trust)
        server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)
        if settings.security == "starttls":
            try:
                # Without a context, smtplib would take any certificate.
                server.starttls(context=trust)
            except BaseException:
                server.close()
                raise
        return server


def compose(delivery: Delivery, sender: str, now: datetime) -> EmailMessage:
    """Write the message; every header from outside is cleaned first (CVE-2024-6923)."""
    words, alert = words_of(delivery), delivery.alert
    message = EmailMessage()
    message["Subject"] = header(words.headline)
    message["From"] = sender
    message["To"] = delivery.recipient
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{delivery.message_id}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"<{''.join(c if c.isascii() and c.isalnum() else '-' for c in alert.seed)}.monitor.invalid>"
    message.set_content(as_text(words))
    message.add_alternative(as_html(words), subtype="html")
    return message


def header(text: str, limit: int = 180) -> str:
    r"""Text that is safe in a header: one line, and no encoded word that a mail program would unpack.

    >>> header("Truce\r\nBcc: v@x.example =?utf-8?q?=0D=0ABcc:_v=40x?=")
    'Truce Bcc: v@x.example = ?utf-8?q?=0D=0ABcc:_v=40x?='
    """
    return clean_line(text.replace("=?", "= ?"), limit)


@cache
def _public_trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextmanager
def _named_trouble() -> Iterator[None]:
    """What a mail server or the way to it may do, as trouble with a short name."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        raise _refusal("smtp_recipient", code, answer) from error
    except smtplib.SMTPAuthenticationError as error:
        # The login of a whole channel: mended in the settings, so it is worth trying again.
        raise StageError(f"smtp_login_{error.smtp_code}", detail="the server refused the login") from error
    except smtplib.SMTPResponseException as error:
        raise _refusal("smtp", error.smtp_code, error.smtp_error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise StageError("smtp_no_tls", detail="the server does not offer what the settings ask for") from error
    except ssl.SSLError as error:
        raise StageError("tls", detail=error.reason or "") from error
    except TimeoutError as error:
        raise StageError("timeout") from error
    except (OSError, smtplib.SMTPException) as error:
        raise StageError("connect", detail=clean_line(str(error), 200)) from error


def _refusal(reason: str, code: int, answer: bytes | str) -> StageError:
    told = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return StageError(f"{reason}_{code}", final=code >= TEMPORARY, detail=clean_line(told, 200))

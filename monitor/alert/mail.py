"""Alerts by e-mail: one message a recipient, as text and HTML, over SMTP."""

from __future__ import annotations

import asyncio
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from email.message import EmailMessage
from functools import cache
from typing import Annotated, Literal

import msgspec

from monitor.alert.mail_message import compose_mail
from monitor.alert.secret import Secret
from monitor.alert.tables import CommonTable, Flaw, NonEmptyText, SecretVariable
from monitor.model import Delivery, Sent, StageError
from monitor.pace import SLOW_CHANNEL_S, SMTP_FAREWELL_S, SMTP_GREETING_S
from monitor.text import clean_line

AGREED_CODES, PERMANENT_CODE = range(200, 300), 500
"""Yes, and from which code on a no is for good (RFC 5321, 4.2.1)."""
NOT_ASCII = "SMTP takes no such letters in an address or a password"
LOGIN_ANSWERS = (530, 534, 535, 538)
"""These ask for a login, wherever in the talk they come."""

SMTP_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "timeout"),
    (ssl.SSLError, "tls"),
    (socket.gaierror, "dns"),
    (smtplib.SMTPServerDisconnected, "connection_lost"),
    (smtplib.SMTPException, "smtp_unsupported"),
)

SmtpReply = tuple[int, bytes]
SmtpSecurity = Literal["starttls", "tls", "none"]

MAIL_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+[^\s@<>,;:\"()\[\].]")
"""One address alone: no name and no second address beside it."""


@dataclass(frozen=True, slots=True)
class MailTable(CommonTable):
    """`[channels.NAME]` with `kind = "email"`: mail by SMTP; the password is a secret."""

    kind: Literal["email"]
    host: NonEmptyText
    sender: NonEmptyText
    to: Annotated[tuple[NonEmptyText, ...], msgspec.Meta(min_length=1)]
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 587
    """Submission (RFC 6409); with `security = "tls"` servers mostly listen on 465 (RFC 8314)."""
    security: SmtpSecurity = "starttls"
    username: str | None = None
    password_env: NonEmptyText = "SMTP_PASSWORD"  # noqa: S105 - the name of a variable

    @property
    def recipients(self) -> tuple[str, ...]:
        """Each address has a mail of its own."""
        return self.to

    def secret_variables(self) -> Iterator[SecretVariable]:
        """The password, where there is a login."""
        if self.username is not None:
            yield SecretVariable("password_env", self.password_env)

    def flaws(self) -> Iterator[Flaw]:
        """Addresses that are none, and a login without TLS."""
        for key, address in [("sender", self.sender), *(("to", recipient) for recipient in self.to)]:
            if not MAIL_ADDRESS.fullmatch(address):
                yield key, f"{address!r} is no mail address", 'Write it plainly: "desk@example.org".'
        if self.username is not None and self.security == "none":
            yield "security", "would send the password in the clear", 'Use "starttls" or "tls".'


def open_mail_channel(name: str, table: MailTable, secrets: Mapping[str, str], zone: tzinfo) -> MailChannel:
    """Mail by the server of a table."""
    settings = MailSettings(
        host=table.host,
        port=table.port,
        security=table.security,
        sender=table.sender,
        recipients=table.to,
        username=table.username,
        password=Secret(secrets[name]) if name in secrets else None,
    )
    return MailChannel(name, settings, zone=zone)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """A mail server, and who writes to whom by it."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str
    recipients: tuple[str, ...]
    username: str | None = None
    password: Secret | None = None
    timeout_s: float = SLOW_CHANNEL_S
    """For the whole talk with the server, which may look for spam before it answers."""


class MailChannel:
    """Sends mail. `trust` replaces the system's certificate authorities, for servers with their own."""

    def __init__(
        self, name: str, settings: MailSettings, trust: ssl.SSLContext | None = None, *, zone: tzinfo = UTC
    ) -> None:
        self.name = name
        self._zone = zone
        self._settings = settings
        self._trust = trust

    def recipients(self) -> tuple[str, ...]:
        """Every address of the settings."""
        return self._settings.recipients

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Hand one message to the server; `sent` means that it took it over."""
        if delivery.recipient not in self._settings.recipients:
            raise StageError("no_such_recipient", detail=f"{delivery.recipient} is not in the settings any more")
        if self._settings.username and self._settings.security == "none":
            detail = "no password is sent without TLS: change `security`"
            raise StageError("smtp_login_needs_tls", detail=detail, channel_down=True)
        if not delivery.recipient.isascii():
            raise StageError("smtp_not_ascii", detail=NOT_ASCII)
        message = compose_mail(delivery, self._settings.sender, now, self._zone)
        talk = _SmtpSession()
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                await asyncio.to_thread(self._hand_over, message, delivery.recipient, talk)
        except TimeoutError:
            if not talk.answer:  # else the message was taken, and only the farewell took too long
                raise StageError("timeout", detail=f"no end within {self._settings.timeout_s:g} s") from None
        finally:
            talk.cut_off()
        return Sent(delivery, talk.answer, provider_id=message["Message-ID"])

    def _hand_over(self, message: EmailMessage, recipient: str, talk: _SmtpSession) -> None:
        with _translate_smtp_errors(), self._connected(talk) as server:
            self._log_in(server)
            _check_smtp_reply(server.mail(self._settings.sender), "smtp_sender")
            _check_smtp_reply(server.rcpt(recipient), "smtp_recipient", is_about_one=True)
            talk.answer = _check_smtp_reply(server.data(message.as_bytes()), "smtp", is_about_one=True)

    @contextmanager
    def _connected(self, talk: _SmtpSession) -> Iterator[smtplib.SMTP]:
        server = talk.server = self._open()
        try:
            if self._settings.security == "starttls":
                # Without a context, smtplib would take any certificate.
                _check_smtp_reply(server.starttls(context=self._trust or _default_tls_context()), "smtp_starttls")
            server.ehlo_or_helo_if_needed()
            yield server
        finally:
            _end_smtp_session(server)

    def _open(self) -> smtplib.SMTP:
        settings, name = self._settings, _own_host_name()
        wait_s = min(settings.timeout_s, SMTP_GREETING_S)
        if settings.security == "tls":
            trust = self._trust or _default_tls_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host, settings.port, local_hostname=name, timeout=wait_s, context=trust
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, local_hostname=name, timeout=wait_s)
        _set_socket_timeout(server, settings.timeout_s)
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        if self._settings.username:
            password = self._settings.password or Secret("")
            server.login(self._settings.username, password.reveal())


@dataclass(slots=True)
class _SmtpSession:
    """How far a talk with a server has come, for whoever waits for it and may lose patience."""

    server: smtplib.SMTP | None = None
    answer: str = ""
    """What the server said when it took the message; nothing until then."""

    def cut_off(self) -> None:
        """End what still goes on: a thread cannot be cancelled, and would keep the daemon from stopping."""
        if self.server and (sock := self.server.sock):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _set_socket_timeout(server: smtplib.SMTP, wait_s: float) -> None:
    if server.sock:
        server.sock.settimeout(wait_s)


@cache
def _default_tls_context() -> ssl.SSLContext:
    return ssl.create_default_context()


def _own_host_name() -> str:
    # Without one, smtplib would ask the DNS. Servers want a full name or an address (RFC 5321, 4.1.1.1).
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"


def _check_smtp_reply(reply: SmtpReply, reason: str, *, is_about_one: bool = False) -> str:
    """What the server says when it agrees. `is_about_one` says that a no is about this one message.

    If that is permanent, it ends the message's tries. Any other permanent no is about the whole channel, which is
    mended in the settings or at the server.
    """
    code, answer = reply
    said = clean_line(answer.decode("utf-8", "replace"), 200)
    if code in AGREED_CODES:
        return f"{code} {said}"
    if code in LOGIN_ANSWERS:
        raise StageError(f"smtp_login_{code}", detail="the server asks for a login", channel_down=True)
    is_permanent = code >= PERMANENT_CODE
    raise StageError(
        f"{reason}_{code}",
        final=is_permanent and is_about_one,
        channel_down=is_permanent and not is_about_one,
        detail=said,
    )


def _end_smtp_session(server: smtplib.SMTP) -> None:
    # What the server says to a farewell, or that it says nothing, changes nothing about the message.
    with suppress(smtplib.SMTPException, OSError):
        _set_socket_timeout(server, SMTP_FAREWELL_S)
        server.quit()
    server.close()


@contextmanager
def _translate_smtp_errors() -> Iterator[None]:
    """What a mail server or the way to it may do, as trouble with a short name."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        # What the server says to it may repeat the login. A 4xx is trouble of the server's own, which passes.
        down = error.smtp_code >= PERMANENT_CODE
        raise StageError(
            f"smtp_login_{error.smtp_code}", detail="the server refused the login", channel_down=down
        ) from None
    except UnicodeError:
        # The exception holds the whole text, and that may be the password.
        raise StageError("smtp_not_ascii", detail=NOT_ASCII, channel_down=True) from None
    except smtplib.SMTPResponseException as error:
        raise _smtp_response_to_stage_error(error) from error
    except OSError as error:  # every SMTPException is one
        reason = _smtp_error_reason(error)
        raise StageError(
            reason, detail=_smtp_error_detail(error), channel_down=reason == "smtp_unsupported"
        ) from error


def _smtp_response_to_stage_error(error: smtplib.SMTPResponseException) -> StageError:
    answer = error.smtp_error
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    is_permanent, is_about_one = error.smtp_code >= PERMANENT_CODE, isinstance(error, smtplib.SMTPDataError)
    return StageError(
        f"smtp_{error.smtp_code}",
        final=is_permanent and is_about_one,
        channel_down=is_permanent and not is_about_one,
        detail=clean_line(said, 200),
    )


def _smtp_error_reason(error: OSError) -> str:
    # smtplib tells a time-out in the middle of the talk as a lost connection.
    causes = (error, error.__context__)
    return next((word for kind, word in SMTP_REASONS if any(isinstance(cause, kind) for cause in causes)), "connect")


def _smtp_error_detail(error: OSError) -> str:
    return clean_line(getattr(error, "verify_message", "") or str(error), 200)

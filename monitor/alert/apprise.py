"""Alerts by Apprise: some 130 services behind one kind of address. The only user of that library.

Apprise says yes or no and not why, so whatever fails is tried again. It needs the extra `apprise`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from importlib.util import find_spec
from threading import Thread
from typing import Literal

from monitor.alert.message import compose_message
from monitor.alert.plain import render_text
from monitor.alert.secret import Secret
from monitor.alert.tables import CommonTable, Flaw, NonEmptyText, SecretVariable
from monitor.model import Delivery, Sent, StageError
from monitor.pace import SLOW_CHANNEL_S

APPRISE_REMEDY = "pip install 'monitor[apprise]'"


@dataclass(frozen=True, slots=True)
class AppriseTable(CommonTable):
    """`[channels.NAME]` with `kind = "apprise"`: one of the many services that Apprise knows."""

    kind: Literal["apprise"]
    url_env: NonEmptyText = "APPRISE_URL"

    def secret_variables(self) -> Iterator[SecretVariable]:
        """The service's address, which is of a kind of Apprise's own."""
        yield SecretVariable("url_env", self.url_env)

    def flaws(self) -> Iterator[Flaw]:
        """The library is an extra."""
        if find_spec("apprise") is None:
            yield "kind", "needs Apprise, which is not installed", APPRISE_REMEDY


def open_apprise_channel(name: str, secrets: Mapping[str, str], zone: tzinfo) -> AppriseChannel:
    """A service at its secret address."""
    return AppriseChannel(name, AppriseSettings(Secret(secrets.get(name, ""))), zone=zone)


@dataclass(frozen=True, slots=True)
class AppriseSettings:
    """A service as Apprise writes it, such as `tgram://TOKEN/CHAT`: a secret."""

    url: Secret
    timeout_s: float = SLOW_CHANNEL_S


class AppriseChannel:
    """Sends by one service of Apprise's."""

    def __init__(self, name: str, settings: AppriseSettings, *, zone: tzinfo = UTC) -> None:
        self.name = name
        self._settings = settings
        self._zone = zone

    def recipients(self) -> tuple[str, ...]:
        """Whom the service tells is in its address."""
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Send one alert; no answer in time leaves open whether it went out."""
        words = compose_message(delivery, self._zone)
        url = self._settings.url.reveal()
        try:
            async with asyncio.timeout(self._settings.timeout_s):
                is_sent = await _run_in_thread(lambda: _notify_by_apprise(url, words.headline, render_text(words)))
        except TimeoutError:
            raise StageError("timeout", detail=f"no end within {self._settings.timeout_s:g} s") from None
        if not is_sent:
            raise StageError("apprise_failed", detail="Apprise does not say why; its own log may")
        return Sent(delivery, "sent by Apprise")


def _notify_by_apprise(url: str, title: str, text: str) -> bool:
    try:
        from apprise import Apprise, NotifyFormat  # noqa: PLC0415 - an extra, and slow to import
    except ImportError:
        raise StageError("apprise_missing", detail=APPRISE_REMEDY, channel_down=True) from None
    service = Apprise()
    if not service.add(url):
        raise StageError("apprise_url", detail="Apprise knows no such address", channel_down=True)
    return bool(service.notify(title=title, body=text, body_format=NotifyFormat.TEXT))


async def _run_in_thread(work: Callable[[], bool]) -> bool:
    """Do what blocks, in a thread that does not keep the daemon from stopping: Apprise cannot be told to."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[bool] = loop.create_future()

    def tell(settle: Callable[[], None]) -> None:
        # Nobody may wait any more, and the loop itself may be gone.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: None if done.done() else settle())

    def run() -> None:
        try:
            result = work()
        except Exception as error:
            trouble = error
            tell(lambda: done.set_exception(trouble))
        else:
            tell(lambda: done.set_result(result))

    Thread(target=run, daemon=True).start()
    return await done

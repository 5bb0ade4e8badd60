"""What a channel is, and how a delivery finds its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from monitor.model import Delivery, Sent, StageError


class Channel(Protocol):
    """A place where alerts go. It sends one delivery and never waits, repeats or logs a secret."""

    name: str

    def recipients(self) -> tuple[str, ...]:
        """Whom it tells; `("",)` where it has just one place to go to."""
        ...

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Send one delivery. Its StageError is `final` or says `channel_down` when trying again is of no use."""
        ...


async def send_by_channel(delivery: Delivery, channels: Mapping[str, Channel], now: datetime) -> Sent:
    """Send one delivery by the channel it names."""
    channel = channels.get(delivery.channel)
    if channel is None:
        raise StageError("no_such_channel", detail=f"{delivery.channel} is not among the settings any more")
    return await channel.send(delivery, now)

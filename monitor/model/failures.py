"""Trouble: expected, and named by a short reason that people group by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Literal, TypeVar

Item = TypeVar("Item")
Item_co = TypeVar("Item_co", covariant=True)

WebReason = Literal[
    "blocked_address", "bad_url", "dns", "connect", "tls", "timeout", "network",
    "too_many_redirects", "too_big", "bad_encoding",
]  # fmt: skip
"""Why a fetch gave no answer. An answer that nobody wanted is named by its status: `http_404`."""


class StageError(Exception):
    """Expected trouble with one item, named by a short, stable reason that people group by.

    `retry_after` is the least wait the other side asked for. `final` says that trying again is of no use for this
    one item (a feed is looked at all the same, but seldom: see `retry.after_poll`). `channel_down` says the same of a
    whole channel until somebody mends it: its items are to wait.
    `detail` is one plain line for people; it never holds a secret.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_after: timedelta | None = None,
        final: bool = False,
        detail: str = "",
        channel_down: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.final = final
        self.detail = detail
        self.channel_down = channel_down

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}" if self.detail else self.reason

    def about(self, item: Item) -> Failure[Item]:
        """The same trouble as a value, charged to one item."""
        return Failure(item, self.reason, self.retry_after, self.final, self.detail, self.channel_down)


@dataclass(frozen=True, slots=True)
class Failure(Generic[Item_co]):
    """Expected trouble with one item, saved with it: why, and the least wait before the next try."""

    item: Item_co
    reason: str
    retry_after: timedelta | None = None
    final: bool = False
    detail: str = ""
    channel_down: bool = False
    """Of a delivery: its channel is broken until somebody mends it, so that nothing else need be tried there."""

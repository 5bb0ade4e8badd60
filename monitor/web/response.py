"""What a fetch gives, and who can fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Protocol

from monitor.pace import LONGEST_RETRY_AFTER


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect on the way: the status and the address that gave it."""

    status: int
    url: str


@dataclass(frozen=True, slots=True)
class Response:
    """What a server answered, whatever its status; the body is inflated and within its limit."""

    url: str
    """Where the answer came from, after redirects."""
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; values in latin-1, so that every byte survives."""
    body: bytes = b""
    hops: tuple[Hop, ...] = ()
    truncated: bool = False
    """The connection broke before the end: the body is what came."""

    @property
    def content_type(self) -> str:
        """The Content-Type header as sent, or nothing."""
        return self.headers.get("content-type", "")

    def retry_after(self, now: datetime) -> timedelta | None:
        """Read the least wait the server asks for, written in seconds or as a date."""
        raw = self.headers.get("retry-after", "").strip()
        if raw.isascii() and raw.isdigit():
            return min(timedelta(seconds=int(raw[:9])), LONGEST_RETRY_AFTER)
        return _wait_until_date(raw, now)


class Web(Protocol):
    """Whoever can fetch: the guarded Web, or a fake one in tests."""

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 10_000_000,
        deadline_s: float | None = None,
    ) -> Response:
        """Fetch an address; every trouble on the way is a StageError, an HTTP status is not."""


def _wait_until_date(raw: str, now: datetime) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(raw)
        wait = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return min(max(wait, timedelta()), LONGEST_RETRY_AFTER)

"""Fakes of the two outside worlds; everything else in the tests is real."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from monitor.model import Delivery, Sent, StageError
from monitor.web import Response


class FakeWeb:
    """A Web of a few known addresses: each gives a Response or raises its trouble. It remembers who asked."""

    def __init__(self, answers: Mapping[str, Response | StageError] | None = None) -> None:
        self.answers: dict[str, Response | StageError] = dict(answers or {})
        self.requests: list[tuple[str, dict[str, str]]] = []

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 10_000_000,
        deadline_s: float | None = None,
    ) -> Response:
        self.requests.append((url, dict(headers or {})))
        answer = self.answers.get(url, StageError("dns", detail="no such fake"))
        if isinstance(answer, StageError):
            raise answer
        if len(answer.body) > limit_bytes:
            raise StageError("too_big")
        return answer


def answer(
    url: str, body: str | bytes = b"", status: int = 200, content_type: str = "text/html", **headers: str
) -> Response:
    """Make what a server says; header names take an underscore for the hyphen."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body.encode() if isinstance(body, str) else body
    return Response(url, status, {"content-type": content_type, **named}, raw)


class FakeChannel:
    """A channel that keeps what it is sent, or refuses it while it is down."""

    def __init__(self, name: str = "desk") -> None:
        self.name = name
        self.sent: list[Delivery] = []
        self.down: StageError | None = None

    def recipients(self) -> tuple[str, ...]:
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        if self.down:
            raise self.down
        self.sent.append(delivery)
        return Sent(delivery, "ok")

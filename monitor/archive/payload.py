"""Alerts as the archive keeps them: the facts of each as JSON, to be put into words whenever it is sent."""

from __future__ import annotations

from typing import Any

import msgspec

from monitor.model import Alert, Digest, Notice, Report


def encode_alert(alert: Alert) -> str:
    """An alert as JSON."""
    return msgspec.json.encode(alert).decode()


def decode_alert(payload: str) -> Alert:
    """The alert that was kept; also by an earlier version, which wrote one and the same object for every kind."""
    facts: dict[str, Any] = msgspec.json.decode(payload)
    match facts.get("kind"):
        case "digest":
            return msgspec.convert({"lead": facts.get("reason", "")} | facts, Digest)
        case "notice":
            return msgspec.convert({"lead": facts.get("reason", "")} | facts, Notice)
        case _:
            return decode_report(payload)


def decode_report(payload: str) -> Report:
    """The alert about one report that was kept."""
    return msgspec.json.decode(payload, type=Report)

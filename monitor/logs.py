"""Logs: to standard error, as lines for people on a terminal and as JSON elsewhere, never with a secret."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable
from datetime import UTC, datetime


class RedactingFormatter(logging.Formatter):
    """Any format, with known secrets blotted out at the very end, tracebacks included."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets: set[str] = set()
        self.hide(secrets)

    def hide(self, secrets: Iterable[str]) -> None:
        """Blot out these secrets, too, from now on."""
        # Also as JSON writes them: with quotes and backslashes escaped.
        self._secrets |= {form for secret in secrets if secret for form in (secret, json.dumps(secret)[1:-1])}

    def format(self, record: logging.LogRecord) -> str:
        """One record without its secrets."""
        text = self._inner.format(record)
        # The longest first: one secret may be the beginning of another.
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


class JsonLinesFormatter(logging.Formatter):
    """One JSON object a line, for programs that collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        """One record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def hide_secrets(secrets: Iterable[str]) -> None:
    """Keep these secrets out of all logs that are set up: those of a channel that was added meanwhile."""
    known = tuple(secrets)
    for handler in logging.getLogger().handlers:
        if isinstance(handler.formatter, RedactingFormatter):
            handler.formatter.hide(known)


def set_up_logs(secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Send what is logged to standard error."""
    on_terminal = sys.stderr.isatty()
    inner = (
        logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%H:%M:%S")
        if on_terminal
        else JsonLinesFormatter()
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(inner, secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("httpx", "httpcore", "apscheduler", "trafilatura", "htmldate", "asyncio"):
        # httpx tells whole addresses at INFO, those of webhooks included.
        logging.getLogger(noisy).setLevel(logging.WARNING)

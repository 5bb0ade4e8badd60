"""Times as the archive writes them: ISO 8601 in UTC, to the second, so that they sort as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload


@overload
def time_to_text(moment: datetime) -> str: ...
@overload
def time_to_text(moment: None) -> None: ...
def time_to_text(moment: datetime | None) -> str | None:
    """A moment as the archive writes it.

    >>> time_to_text(datetime(2025, 11, 3, 12, 30, tzinfo=UTC))
    '2025-11-03T12:30:00Z'
    """
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@overload
def time_from_text(text: str) -> datetime: ...
@overload
def time_from_text(text: None) -> None: ...
def time_from_text(text: str | None) -> datetime | None:
    """The moment that the archive wrote."""
    return None if text is None else datetime.fromisoformat(text)

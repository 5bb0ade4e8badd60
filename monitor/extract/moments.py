"""Times as pages write them → aware times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web: a zero of some publishing system."""
AHEAD = timedelta(days=1)
"""How far a clock or a time zone may be wrong."""


def moment_of(written: str, now: datetime) -> datetime | None:
    """Read an ISO 8601 or mail date, in the zone it is written in; None when it is neither, or cannot be true.

    A day without a time is its midnight, UTC. A time without a zone is taken for UTC.

    >>> noon = datetime(2025, 11, 3, 12, tzinfo=UTC)
    >>> moment_of("2025-11-03", noon)
    datetime.datetime(2025, 11, 3, 0, 0, tzinfo=datetime.timezone.utc)
    >>> moment_of("0001-01-01T00:00:00", noon), moment_of("soon", noon)
    (None, None)
    """
    moment = _parsed(written.strip())
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware if EARLIEST <= aware <= now + AHEAD else None


def _parsed(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written.removesuffix(" UTC").removesuffix(" GMT"))
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(written)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

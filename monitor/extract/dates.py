"""Times as pages write them → aware times in their own zone: ISO 8601 or mail dates.

Feeds write in many more ways, and want UTC: `monitor.poll.dates`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from monitor.pace import PAGE_DATE_TOLERANCE

EARLIEST_PAGE_DATE = datetime(1990, 1, 1, tzinfo=UTC)
"""Before the web: a zero of some publishing system."""


def parse_page_date(raw: str, now: datetime) -> datetime | None:
    """Read an ISO 8601 or mail date, in the zone it is written in; None when it is neither, or cannot be true.

    A day without a time is its midnight, UTC. A time without a zone is taken for UTC.

    >>> noon = datetime(2025, 11, 3, 12, tzinfo=UTC)
    >>> parse_page_date("2025-11-03", noon)
    datetime.datetime(2025, 11, 3, 0, 0, tzinfo=datetime.timezone.utc)
    >>> parse_page_date("0001-01-01T00:00:00", noon), parse_page_date("soon", noon)
    (None, None)
    """
    moment = _parse_iso_or_mail_date(raw.strip())
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware if EARLIEST_PAGE_DATE <= aware <= now + PAGE_DATE_TOLERANCE else None


def _parse_iso_or_mail_date(raw: str) -> datetime | None:
    try:
        return datetime.fromisoformat(raw.removesuffix(" UTC").removesuffix(" GMT"))
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(raw)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None

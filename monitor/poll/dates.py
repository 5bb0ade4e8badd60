"""When feeds say something was published: many spellings, one answer in UTC, or none.

feedparser is not asked: it turns `UTC+3`, MSK and CET into UTC without a word, takes seconds since 1970 for a
year, fills gaps with today's date, and knows month names in English only.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from monitor.pace import FEED_DATE_TOLERANCE

LONGEST_DATE = 100
EPOCH_SECONDS_DIGITS = range(9, 11)
EPOCH_MILLISECONDS_DIGITS = range(12, 14)
"""How long a number is that counts from 1970."""

YEAR_FIRST = re.compile(r"(\d{4})[-/年년]\s*(\d\d?)[-/月월]\s*(\d\d?)(?!\d)")
DAY_MONTH_YEAR = re.compile(r"(?<!\d)(\d\d?)\.(\d\d?)\.(\d{4})(?!\d)")
DAY_MONTH = re.compile(r"(?<![\d:])(\d\d?)(?:st|nd|rd|th|er|º)?[\s.,-]*(?:de\s+)?([^\W\d_]{3,12})")
MONTH_DAY = re.compile(r"([^\W\d_]{3,12})[\s.,-]+(\d\d?)(?![\d:])")
FOUR_DIGIT_YEAR = re.compile(r"(?<![\d:+])((?:19|20)\d\d)(?![\d:])")
TWO_DIGIT_YEAR = re.compile(r"\d[\s.,-]+[^\W\d_]{3,12}[\s.,-]+(\d\d)(?![\d:])")
TIME_OF_DAY = re.compile(r"(?<![\d+-])(\d\d?):(\d\d?)(?::(\d\d?)(?:[.,]\d+)?)?\s*([ap]\.?m\b\.?)?", re.IGNORECASE)
UTC_OFFSET = re.compile(r"\s*\(?(?:GMT|UTC|UT|Z)?\s*([+-])(\d\d?)(?::?(\d\d))?(?!\d)", re.IGNORECASE)
ZONE_NAME = re.compile(r"\s*\(?([a-z]{1,5})\b", re.IGNORECASE)

# Names by their hours from UTC. Where a name has several meanings (BST, IST, CST), the one of the larger press.
ZONE_NAMES_BY_HOURS: dict[float, str] = {
    1: "WEST BST CET MEZ WAT",
    2: "CEST MESZ EET SAST CAT",
    3: "EEST MSK TRT IDT EAT",
    4: "GST",
    5: "PKT",
    5.5: "IST",
    5.75: "NPT",
    7: "WIB ICT",
    8: "SGT HKT PHT AWST",
    9: "JST KST",
    9.5: "ACST",
    10: "AEST",
    11: "AEDT",
    12: "NZST",
    13: "NZDT",
    -3: "BRT ART ADT",
    -4: "AST EDT",
    -5: "EST CDT",
    -6: "CST MDT",
    -7: "MST PDT",
    -8: "PST",
    -9: "AKST",
    -10: "HST",
}
OFFSET_OF_ZONE = {
    name: timedelta(hours=hours) for hours, names in ZONE_NAMES_BY_HOURS.items() for name in names.split()
}

# Months by how their names begin, in English, Russian, Ukrainian, German, French, Spanish.
MONTH_BEGINNINGS = (
    "jan ene янв січ jän",
    "feb fév fev фев лют",
    "mar mär mrz мар бер",
    "apr avr abr апр кві",
    "may mai май мая тра",
    "jun juin июн чер",
    "jul juil июл лип",
    "aug aoû aou ago авг сер",
    "sep set сен вер",
    "oct okt окт жов",
    "nov ноя лис",
    "dec déc dez dic дек гру",
)
MONTH_OF_BEGINNING = {start: month for month, starts in enumerate(MONTH_BEGINNINGS, 1) for start in starts.split()}


def parse_date(raw: str, now: datetime) -> datetime | None:
    """Read a date as feeds write it; None when it cannot be read, or lies in the future.

    A date without a zone counts as UTC.

    >>> noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    >>> parse_date("22 ноября 2026, 11:00 MSK", noon).isoformat()
    '2026-11-22T08:00:00+00:00'
    """
    text = raw.strip()[:LONGEST_DATE]
    try:
        moment = _parse_epoch(text) if text.isdecimal() else _parse_written_date(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment and moment <= now + FEED_DATE_TOLERANCE else None


def _parse_epoch(text: str) -> datetime | None:
    if len(text) in EPOCH_SECONDS_DIGITS:
        return datetime.fromtimestamp(int(text), UTC)
    if len(text) in EPOCH_MILLISECONDS_DIGITS:
        return datetime.fromtimestamp(int(text) // 1000, UTC)
    return None


def _parse_written_date(text: str) -> datetime | None:
    time = TIME_OF_DAY.search(text)
    before, after = (text[: time.start()], text[time.end() :]) if time else (text, "")
    offset, rest = _split_off_zone(after)
    day = _find_day(f"{before.rstrip('T ')} {rest}")
    if day is None:
        return None
    return (day + _time_since_midnight(time) - offset).replace(tzinfo=UTC)


def _time_since_midnight(time: re.Match[str] | None) -> timedelta:
    """How far into its day; 24:00 is the next midnight."""
    if time is None:
        return timedelta()
    hour, minute, second = int(time[1]), int(time[2]), int(time[3] or 0)
    if time[4]:
        hour = hour % 12 + (12 if time[4][0] in "pP" else 0)
    clock = timedelta(hours=hour, minutes=minute, seconds=second)
    if clock > timedelta(days=1):
        raise ValueError("no time of day")
    return clock


def _split_off_zone(text: str) -> tuple[timedelta, str]:
    """Read the zone that follows a time, and give what is left."""
    if match := UTC_OFFSET.match(text):
        minutes = 60 * int(match[2]) + int(match[3] or 0)
        return timedelta(minutes=-minutes if match[1] == "-" else minutes), text[match.end() :]
    if match := ZONE_NAME.match(text):
        return OFFSET_OF_ZONE.get(match[1].upper(), timedelta()), text[match.end() :]
    return timedelta(), text


def _find_day(text: str) -> datetime | None:
    if match := YEAR_FIRST.search(text):
        return datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001 - its zone comes later
    if match := DAY_MONTH_YEAR.search(text):
        return datetime(int(match[3]), int(match[2]), int(match[1]))  # noqa: DTZ001 - as above
    return _find_day_by_month_name(text.lower())


def _find_day_by_month_name(text: str) -> datetime | None:
    year = _find_year(text)
    pairs = [(word, day) for day, word in DAY_MONTH.findall(text)] + MONTH_DAY.findall(text)
    for word, day in pairs:
        # Four letters first: juin and juil(let) begin alike.
        month = MONTH_OF_BEGINNING.get(word[:4]) or MONTH_OF_BEGINNING.get(word[:3])
        if month and year:
            return datetime(year, month, int(day))  # noqa: DTZ001 - its zone comes later
    return None


def _find_year(text: str) -> int | None:
    if match := FOUR_DIGIT_YEAR.search(text):
        return int(match[1])
    if match := TWO_DIGIT_YEAR.search(text):
        return datetime.strptime(match[1], "%y").year  # noqa: DTZ007 - only its century is of interest
    return None

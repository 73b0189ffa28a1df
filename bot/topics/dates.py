"""What "seit:" and "bis:" mean: durations, dates and the words for days, in the reader's zone."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import BadQuery, QueryFault

_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "t": timedelta(days=1),
    "w": timedelta(weeks=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
    "j": timedelta(days=365),
}
_DURATION = re.compile(r"(\d{1,4})([hdtwmyj])")
_DAYS_AGO = {"heute": 0, "today": 0, "gestern": 1, "yesterday": 1, "vorgestern": 2}
_ISO = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_YEAR = re.compile(r"\d{4}")


def since(value: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The first instant meant; raises BadQuery."""
    return _span(value, now=now, zone=zone)[0]


def until(value: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """The first instant no more meant: a date includes its day; raises BadQuery."""
    return _span(value, now=now, zone=zone)[1]


def _span(value: str, *, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    try:
        duration = _DURATION.fullmatch(value.lower())
        if duration:
            instant = now - int(duration[1]) * _UNITS[duration[2]]
            return instant, instant
        first, after = _dates(value.lower(), today=now.astimezone(zone).date())
        return _midnight(first, zone), _midnight(after, zone)
    except (ValueError, OverflowError):
        raise BadQuery(
            QueryFault.BAD_DATE,
            f"{value!r} is no time; expected 7d, 24h, 2026-03-01, 1.3.2026, gestern or yesterday",
            about=value,
        ) from None


def _dates(value: str, *, today: date) -> tuple[date, date]:
    """First day and the day after the last."""
    if value in _DAYS_AGO:
        first = today - timedelta(days=_DAYS_AGO[value])
        return first, first + timedelta(days=1)
    if match := _ISO.fullmatch(value):
        first = date(int(match[1]), int(match[2]), int(match[3] or 1))
        return first, first + timedelta(days=1) if match[3] else _next_month(first)
    if match := _GERMAN.fullmatch(value):
        first = date(int(match[3] or today.year), int(match[2]), int(match[1]))
        if not match[3] and first > today:
            first = first.replace(year=first.year - 1)
        return first, first + timedelta(days=1)
    if _YEAR.fullmatch(value):
        return date(int(value), 1, 1), date(int(value) + 1, 1, 1)
    raise ValueError(value)


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)

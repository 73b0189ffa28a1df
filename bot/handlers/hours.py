"""What people type for spans of time: quiet hours ("22-7 Uhr") and pauses ("3 Tage", "bis 24.12.")."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.digests.schedule import instant
from bot.handlers.times import day_of, moment_of

LONGEST_PAUSE = timedelta(days=366)

_DAY = timedelta(days=1)
_HOURS = re.compile(
    r"(?:von|from)?\s*(\d{1,2}(?:[:.h]\d{2})?\s*(?:am|pm)?)(?:\s*uhr)?\s*(?:-|–|bis|to|until|,|\s)\s*"
    r"(\d{1,2}(?:[:.h]\d{2})?\s*(?:am|pm)?)(?:\s*uhr)?"
)
_SPAN = re.compile(r"(\d{1,3}|ein|eine|einen|one|a)?\s*([a-zäöü]+)?")
_ONE = frozenset(("ein", "eine", "einen", "one", "a"))
_UNITS = {
    unit: days
    for days, units in (
        (1, "d t tag tage tagen day days"),
        (7, "w woche wochen week weeks"),
        (30, "m monat monate monaten month months"),
    )
    for unit in units.split()
}
_TOMORROW = {"morgen": 1, "tomorrow": 1, "übermorgen": 2}
_GERMAN = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.?\s*(\d{4})?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def parse_hours(text: str) -> tuple[str, str] | None:
    """From when to when, both `HH:MM`; None when it cannot be understood, or is no time at all."""
    found = _HOURS.fullmatch(text.casefold().strip())
    if found is None:
        return None
    start, end = moment_of(found[1]), moment_of(found[2])
    return (start, end) if start and end and start != end else None


def parse_pause(text: str, *, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The first instant after the pause: a day's beginning; None when it cannot be understood."""
    today = now.astimezone(zone).date()
    last = today + LONGEST_PAUSE
    day = _day(text.casefold().strip(" ."), today)
    return midnight(day, zone) if day is not None and today < day <= last else None


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins; where the zone skipped it, the next."""
    begins = instant(day, time(), zone)
    return begins if begins is not None else midnight(day + _DAY, zone)


def _day(text: str, today: date) -> date | None:
    words = text.removeprefix("bis ").removeprefix("until ").removeprefix("zum ").removeprefix("till ")
    if words in _TOMORROW:
        return today + _TOMORROW[words] * _DAY
    weekday = day_of(words)
    if weekday is not None:
        return today + ((weekday - today.weekday() - 1) % 7 + 1) * _DAY
    return _date(words, today) or _later(words, today)


def _date(text: str, today: date) -> date | None:
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _GERMAN.fullmatch(text):
            day = date(int(found[3] or today.year), int(found[2]), int(found[1]))
            return day.replace(year=today.year + 1) if day <= today and not found[3] else day
    except ValueError:  # the 31st of February
        return None
    return None


def _later(text: str, today: date) -> date | None:
    found = _SPAN.fullmatch(text)
    if found is None or not found[1] or (found[2] and found[2] not in _UNITS):
        return None
    number = 1 if found[1] in _ONE else int(found[1])
    return today + number * _UNITS[found[2] or "d"] * _DAY

"""Times as a reader says them: in the reader's zone and language; the words are in times.txt.jinja."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import format_date, format_timedelta

# CLDR has no pattern for a date with weekday and without year in running text.
DAY_PATTERNS = {"de": ("EEEE, d. MMMM", "EEEE, d. MMMM y"), "en": ("EEEE, d MMMM", "EEEE, d MMMM y")}
SHORT_PATTERNS = {"de": ("d. MMMM", "d. MMMM y"), "en": ("d MMMM", "d MMMM y")}


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC for one the world has dropped, so that no digest fails for it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def clock_time(at: datetime, locale: Locale) -> str:
    """7:30 in German, 07:30 in English."""
    return f"{at.hour}:{at:%M}" if locale.language == "de" else f"{at:%H:%M}"


def long_date(day: date, *, today: date, locale: Locale) -> str:
    """Mittwoch, 11. März; with the year when it is not this one."""
    return _with_year(day, today, DAY_PATTERNS.get(locale.language, ("full", "full")), locale)


def short_date(day: date, *, today: date, locale: Locale) -> str:
    """11. März; with the year when it is not this one."""
    return _with_year(day, today, SHORT_PATTERNS.get(locale.language, ("long", "long")), locale)


def _with_year(day: date, today: date, patterns: tuple[str, str], locale: Locale) -> str:
    return format_date(day, patterns[day.year != today.year], locale=locale)


def weekday(day: date, locale: Locale) -> str:
    return format_date(day, "EEEE", locale=locale)


def passed(span: timedelta, locale: Locale) -> str:
    """“vor 3 Stunden”: whole units, the largest that fits."""
    minutes = int(span.total_seconds()) // 60
    if minutes < 60:
        whole = timedelta(minutes=max(minutes, 1))
    elif minutes < 24 * 60:
        whole = timedelta(hours=minutes // 60)
    else:
        whole = timedelta(days=minutes // (24 * 60))
    return format_timedelta(-whole, threshold=1, add_direction=True, locale=locale)

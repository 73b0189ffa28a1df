"""Times as a reader says them: in the reader's zone and language; the words are in times.txt.jinja."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, get_timezone_location

# CLDR has no pattern for a date with weekday and without year in running text.
# Day and month stay on one line (U+00A0).
SHORT_PATTERNS = {"de": ("d.\u00a0MMMM", "d.\u00a0MMMM y"), "en": ("d\u00a0MMMM", "d\u00a0MMMM y")}

_CITIES = tuple(
    f"{area}/"
    for area in (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
)


def clock_time(at: datetime, locale: Locale) -> str:
    """7:30 in German, 07:30 in English."""
    return f"{at.hour}:{at:%M}" if locale.language == "de" else f"{at:%H:%M}"


def long_date(day: date, *, today: date, locale: Locale) -> str:
    """Mittwoch, 11. März; with the year when it is not this one."""
    return f"{weekday(day, locale)}, {short_date(day, today=today, locale=locale)}"


def short_date(day: date, *, today: date, locale: Locale) -> str:
    """11. März; with the year when it is not this one."""
    patterns = SHORT_PATTERNS.get(locale.language, ("long", "long"))
    return format_date(day, patterns[day.year != today.year], locale=locale)


def stamp_date(day: date, *, today: date, locale: Locale) -> str:
    """11. März, 11. Sept.; with the year when it is not this one."""
    pattern = SHORT_PATTERNS.get(locale.language, ("medium", "medium"))[day.year != today.year]
    return format_date(day, pattern.replace("MMMM", "MMM"), locale=locale)


def stamp_weekday(day: date, locale: Locale) -> str:
    """Mi., Wed."""
    return format_date(day, "EEE", locale=locale)


def weekday(day: date, locale: Locale) -> str:
    return format_date(day, "EEEE", locale=locale)


def passed(span: timedelta) -> tuple[str, int]:
    """The largest whole unit that fits, minutes to days, and how many of it."""
    minutes = max(int(span.total_seconds()) // 60, 1)
    if minutes < 60:
        return "minutes", minutes
    if minutes < 24 * 60:
        return "hours", minutes // 60
    return "days", minutes // (24 * 60)


def place_of(zone: str, locale: Locale) -> str:
    """The city a zone is named after, as the language calls it: Athen, Wien, Buenos Aires."""
    if not zone.startswith(_CITIES):
        return zone
    return get_timezone_location(zone, locale=locale, return_city=True).rsplit("/", 1)[-1]

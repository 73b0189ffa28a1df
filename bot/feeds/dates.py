"""Reads the dates feeds really write: RFC 822, ISO 8601, German and other month names, zones or none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

MOST_CHARACTERS = 80
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar jän jänner janvier janv enero ene gennaio gen januari",
            "feb february februar feber février fevrier févr fevr febrero febbraio februari",
            "mar march mär märz maerz mrz mars marzo maart mrt",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag mei",
            "jun june juni juin junio giugno giu",
            "jul july juli juillet juil julio luglio lug",
            "aug august août aout agosto ago augustus",
            "sep sept september septembre septiembre settembre set",
            "oct october okt oktober octobre octubre ottobre ott",
            "nov november novembre noviembre",
            "dec december dez dezember décembre decembre déc diciembre dic dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_ZONES = {
    name: timedelta(hours=hours)
    for name, hours in {
        "UT": 0, "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1,
        "CET": 1, "MEZ": 1, "MET": 1, "CEST": 2, "MESZ": 2, "MEST": 2, "EET": 2, "EEST": 3, "MSK": 3,
        "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    }.items()
}  # fmt: skip
_CLOCK = (
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?:Uhr)?\s*(?P<half>[ap]\.?m\.?)?"
)
_ZONE = r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2}|[+-]\d{1,2}|[A-Za-z]{2,5}(?:[+-]\d{1,2}(?::?\d{2})?)?)?"
_NAMED = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s+)?(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?[\s-]+(?P<name>[^\W\d_]+)\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}})"
    rf"(?:,?\s+(?:um\s+|à\s+|at\s+)?{_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)
_AMERICAN = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s+)?(?P<name>[^\W\d_]{{3,}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"(?:{_CLOCK}{_ZONE}\s+)?(?P<year>\d{{4}})",
    re.IGNORECASE,
)
_AMERICAN_LATE = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s+)?(?P<name>[^\W\d_]{{3,}})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+"
    rf"(?P<year>\d{{4}})(?:,|\s+at|\s+[-–|])?\s+{_CLOCK}{_ZONE}",
    re.IGNORECASE,
)
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-?(?P<month>\d{{2}})-?(?P<day>\d{{2}})(?:[T\s]\s*{_CLOCK}{_ZONE})?", re.IGNORECASE
)
_DOTTED = re.compile(
    rf"(?:[^\W\d_]+\.?,?\s+)?(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}|\d{{2}})"
    rf"(?:,?\s*(?:[-–|]\s+|um\s+|à\s+)?{_CLOCK}{_ZONE})?",
    re.IGNORECASE,
)
_HOMES = {
    "de": "Europe/Berlin",
    "fr": "Europe/Paris",
    "it": "Europe/Rome",
    "es": "Europe/Madrid",
    "nl": "Europe/Amsterdam",
}


def home_zone(language: str) -> tzinfo:
    """The zone meant when a feed in this language names none."""
    name = _HOMES.get(language[:2].lower())
    return ZoneInfo(name) if name else UTC


_DAY = timedelta(days=1)
# By far the most dates are written in these two ways.
_USUAL = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})"
    r" (\d\d):(\d\d):([0-5]\d) (?:GMT|UTC|Z|([+-]\d{4}))"
)
_USUAL_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):([0-5]\d)(?:\.\d+)?(?:Z|([+-]\d\d:\d\d))")


def read_date(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The instant in UTC, None for what is no date; `zone` holds where the text names none."""
    return _usual(text) or _any(text, zone)


def _usual(text: str) -> datetime | None:
    match = _USUAL.fullmatch(text)
    if match:
        day, name, year, hour, minute, second, zone = match.groups()
        month = _MONTHS.get(name.lower(), 0)
    else:
        match = _USUAL_ISO.fullmatch(text)
        if not match:
            return None
        year, name, day, hour, minute, second, zone = match.groups()
        month = int(name)
    try:
        said = datetime(int(year), month, int(day), int(hour), int(minute), int(second), tzinfo=UTC)
        shift = _shift(zone) if zone else timedelta()
        return said - shift if -_DAY < shift < _DAY else None
    except (ValueError, OverflowError):
        return None


@lru_cache(maxsize=256)
def _shift(zone: str) -> timedelta:
    """How far ahead of UTC "+0100" or "+01:00" is."""
    shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return shift if zone[0] == "+" else -shift


def _any(text: str, zone: tzinfo) -> datetime | None:
    text = " ".join(text.split())
    if len(text) > MOST_CHARACTERS:
        return None
    for pattern in (_ISO, _NAMED, _AMERICAN, _AMERICAN_LATE, _DOTTED):
        match = pattern.fullmatch(text)
        if match:
            return _instant({key: value or "" for key, value in match.groupdict().items()}, zone)
    return None


def _instant(parts: dict[str, str], zone: tzinfo) -> datetime | None:
    month = int(parts["month"]) if "month" in parts else _MONTHS.get(parts["name"].lower(), 0)
    year = int(parts["year"])
    if len(parts["year"]) == 2:
        year += 2000 if year < 70 else 1900
    hour = int(parts["hour"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower().startswith("p") else 0)
    try:
        said = datetime(year, month, int(parts["day"]), tzinfo=_zone(parts["zone"], zone))
        # 24:00 and leap seconds are the next minute, not a mistake.
        said += timedelta(hours=hour, minutes=int(parts["minute"] or 0), seconds=int(parts["second"] or 0))
        return said.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(name: str, home: tzinfo) -> tzinfo:
    if not name:
        return home
    shift = re.fullmatch(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?", name, re.IGNORECASE)
    if shift:
        minutes = int(shift[2]) * 60 + int(shift[3] or 0)
        return timezone(timedelta(minutes=minutes if shift[1] == "+" else -minutes))
    known = _ZONES.get(name.upper())
    return home if known is None else timezone(known)

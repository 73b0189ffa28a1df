"""What people type for times: "7:30 18:00", "mo-fr 7, sa 9 Uhr", "weekdays 7am", "off"."""

from __future__ import annotations

import re

from bot.digests.schedule import EVERY_DAY, Order
from bot.subscriptions import MOST_ORDERS

WORKDAYS = 0b0011111
WEEKEND = 0b1100000

_DAYS = {
    name: number
    for number, names in enumerate(
        (
            "mo montag montags mon monday mondays",
            "di dienstag dienstags tue tues tuesday tuesdays",
            "mi mittwoch mittwochs wed wednesday wednesdays",
            "do donnerstag donnerstags thu thur thurs thursday thursdays",
            "fr freitag freitags fri friday fridays",
            "sa samstag samstags sonnabend sonnabends sat saturday saturdays",
            "so sonntag sonntags sun sunday sundays",
        )
    )
    for name in names.split()
}
_SPANS = dict.fromkeys(("täglich", "taeglich", "immer", "daily", "everyday"), EVERY_DAY)
_SPANS |= dict.fromkeys(("werktags", "werktage", "wochentags", "weekdays", "workdays"), WORKDAYS)
_SPANS |= dict.fromkeys(("wochenende", "wochenends", "weekend", "weekends"), WEEKEND)
_FILLERS = frozenset(
    ("um", "at", "und", "and", "uhr", "h", "am", "on", "jeden", "tag", "every", "day", "bis", "to")
)
OFF = frozenset(("aus", "off", "keine", "none", "nie", "never", "stopp", "stop"))

_WORD = re.compile(r"\d{1,2}(?:[:.h]\d{2})?\s*(?:am|pm)\b|\d{1,2}[:.h]\d{2}|\d{1,2}|[^\W\d_]+|[-–]|\S")
_TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm)?")


def parse_times(text: str) -> tuple[Order, ...] | None:
    """The wished times, earliest first; empty for "off", None when it cannot be understood."""
    words = _WORD.findall(text.casefold())
    if words and all(word in OFF for word in words):
        return ()
    wishes: dict[str, int] = {}
    days = 0
    days_closed = False
    spans_from: int | None = None
    for index, word in enumerate(words):
        if word in {"-", "–", "bis", "to"} and 0 < index < len(words) - 1 and words[index - 1] in _DAYS:
            spans_from = _DAYS[words[index - 1]]
        elif (found := _weekdays(word, spans_from)) is not None:
            days = found if days_closed else days | found
            days_closed, spans_from = False, None
        elif (moment := moment_of(word)) is not None:
            wishes[moment] = wishes.get(moment, 0) | (days or EVERY_DAY)
            days_closed = True
        elif word not in _FILLERS and word not in {",", ";", "+", "&", "."}:
            return None
    if not wishes or len(wishes) > MOST_ORDERS or (days and not days_closed):
        return None
    return tuple(Order(moment, wishes[moment]) for moment in sorted(wishes))


def shown_time(local_time: str, language: str) -> str:
    """As a button or list shows it: 7:30 in German, 07:30 in English."""
    return local_time.removeprefix("0") if language == "de" else local_time


def day_of(word: str) -> int | None:
    """The number of a weekday by its name, Monday being 0."""
    return _DAYS.get(word)


def _weekdays(word: str, spans_from: int | None) -> int | None:
    if word in _SPANS:
        return _SPANS[word]
    if word not in _DAYS:
        return None
    last = _DAYS[word]
    if spans_from is None:
        return 1 << last
    # "fr-mo" goes over the weekend
    count = (last - spans_from) % 7 + 1
    return sum(1 << (spans_from + step) % 7 for step in range(count))


def moment_of(word: str) -> str | None:
    """`HH:MM` of a time of day as people write it; None for what is none."""
    match = _TIME.fullmatch(word)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour == 24 and minute == 0:
        hour = 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None

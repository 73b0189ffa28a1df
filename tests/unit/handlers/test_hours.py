"""Quiet hours and pauses as people type them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.handlers.hours import parse_hours, parse_pause

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("22-7", ("22:00", "07:00")),
        ("22 7", ("22:00", "07:00")),
        ("22:30–6:15", ("22:30", "06:15")),
        ("von 22 Uhr bis 7 Uhr", ("22:00", "07:00")),
        ("22 Uhr - 7 Uhr", ("22:00", "07:00")),
        ("from 10pm to 7am", ("22:00", "07:00")),
        ("13-15", ("13:00", "15:00")),
        ("22-22", None),
        ("25-7", None),
        ("22", None),
        ("nachts", None),
    ],
)
def test_quiet_hours(text, hours):
    assert parse_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("morgen", (12, 3)),
        ("bis morgen", (12, 3)),
        ("3", (14, 3)),
        ("3 Tage", (14, 3)),
        ("1w", (18, 3)),
        ("eine Woche", (18, 3)),
        ("bis Mittwoch", (18, 3)),
        ("bis Donnerstag", (12, 3)),
        ("until monday", (16, 3)),
        ("bis 24.3.", (24, 3)),
        ("bis zum 24.3", (24, 3)),
        ("2026-03-20", (20, 3)),
        ("20.3.2026", (20, 3)),
    ],
)
def test_pauses_end_with_the_beginning_of_a_day(text, day):
    until = parse_pause(text, now=NOW, zone=BERLIN).astimezone(BERLIN)
    assert (until.day, until.month, until.hour, until.minute) == (*day, 0, 0)


def test_a_date_that_has_passed_means_next_years():
    assert parse_pause("bis 1.2.", now=NOW, zone=BERLIN) == datetime(2027, 1, 31, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "bald", "0", "0 Tage", "31.2.", "11.3.2026", "1.1.2020", "400 Tage", "999 w"]
)
def test_what_is_no_pause(text):
    assert parse_pause(text, now=NOW, zone=BERLIN) is None


def test_a_pause_may_end_on_a_day_whose_midnight_is_missing():
    havana = ZoneInfo("America/Havana")
    until = parse_pause("bis 14.3.2027", now=datetime(2027, 3, 12, 12, 0, tzinfo=UTC), zone=havana)
    assert until == datetime(2027, 3, 14, 5, 0, tzinfo=UTC)

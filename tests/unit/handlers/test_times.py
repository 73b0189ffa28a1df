"""Times as people type them."""

import pytest

from bot.digests.schedule import EVERY_DAY, Order
from bot.handlers.times import WEEKEND, WORKDAYS, parse_times


def every_day(*times):
    return tuple(Order(time, EVERY_DAY) for time in times)


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("7", every_day("07:00")),
        ("7:30 18:00", every_day("07:30", "18:00")),
        ("18 Uhr und 7.30 Uhr", every_day("07:30", "18:00")),
        ("07h15", every_day("07:15")),
        ("um 7 Uhr", every_day("07:00")),
        ("7, 12, 18", every_day("07:00", "12:00", "18:00")),
        ("7 7", every_day("07:00")),
        ("24:00", every_day("00:00")),
        ("7am 6:30pm", every_day("07:00", "18:30")),
        ("12am", every_day("00:00")),
        ("12 pm", every_day("12:00")),
        ("täglich 8", every_day("08:00")),
        ("jeden Tag um 8 Uhr", every_day("08:00")),
        ("mo-fr 7", (Order("07:00", WORKDAYS),)),
        ("Mo – Fr 7 Uhr", (Order("07:00", WORKDAYS),)),
        ("Montag bis Freitag um 7:30 Uhr", (Order("07:30", WORKDAYS),)),
        ("mon to fri 7", (Order("07:00", WORKDAYS),)),
        ("werktags 7", (Order("07:00", WORKDAYS),)),
        ("sa so 9", (Order("09:00", WEEKEND),)),
        ("sa, so 9", (Order("09:00", WEEKEND),)),
        ("am Wochenende 9 Uhr", (Order("09:00", WEEKEND),)),
        ("mo-fr 7 sa so 9", (Order("07:00", WORKDAYS), Order("09:00", WEEKEND))),
        ("mo-fr 7 18, sa 9", (Order("07:00", WORKDAYS), Order("09:00", 1 << 5), Order("18:00", WORKDAYS))),
        ("mo-fr 7, wochenende 7", every_day("07:00")),
        ("fr-mo 10", (Order("10:00", 0b1110001),)),
        ("aus", ()),
        ("Off", ()),
    ],
)
def test_times_are_understood(text, wishes):
    assert parse_times(text) == wishes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bald",
        "25",
        "7:61",
        "13pm",
        "mo-fr",
        "7 mo",
        "-5",
        "7 aus",
        "7/8",
        "'; drop table digests; --",
        "0 1 2 3 4 5 6 7 8 9 10 11 12",
        "９９",
    ],
)
def test_what_is_no_time_is_not_guessed(text):
    assert parse_times(text) is None

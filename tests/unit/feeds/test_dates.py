"""Dates as feeds write them."""

from datetime import UTC, datetime

import pytest

from bot.feeds.dates import home_zone, read_date

BERLIN = home_zone("de-AT")


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("Wed, 11 Mar 2026 07:30:00 +0100", 6, 30),
        ("Wed, 11 Mar 2026 06:30:00 GMT", 6, 30),
        ("Wed, 11 Mar 2026 01:30 EST", 6, 30),
        ("11 Mar 26 07:30:00 CET", 6, 30),
        ("Mi, 11 Mär 2026 07:30:00 +0100", 6, 30),
        ("Mittwoch, 11. März 2026 07:30 Uhr", 6, 30),
        ("11. März 2026 um 07:30 Uhr MEZ", 6, 30),
        ("11.03.2026 07:30", 6, 30),
        ("11.3.2026 - 7.30 Uhr", 6, 30),
        ("2026-03-11T07:30:00+01:00", 6, 30),
        ("2026-03-11T06:30:00Z", 6, 30),
        ("2026-03-11T06:30:00.123456Z", 6, 30),
        ("2026-03-11 07:30", 6, 30),
        ("20260311T063000Z", None, None),
        ("mer., 11 mars 2026 07:30:00 +0100", 6, 30),
        ("mié, 11 marzo 2026 07:30:00 +0100", 6, 30),
        ("March 11, 2026 7:30 AM GMT+1", 6, 30),
        ("March 11, 2026 at 7:30 a.m.", 6, 30),
        ("Mar 11, 2026, 07:30 CET", 6, 30),
        ("11.03.26, 07:30 Uhr", 6, 30),
        ("Wed Mar 11 06:30:00 UTC 2026", 6, 30),
        ("Wed, 11 Mar 2026 07:30:60 +0100", 6, 31),
    ],
)
def test_a_date_is_read_to_the_minute(text, hour, minute):
    expected = None if hour is None else datetime(2026, 3, 11, hour, minute, tzinfo=UTC)
    assert read_date(text, BERLIN) == expected


def test_the_home_zone_knows_summer():
    assert read_date("11.07.2026 07:30", BERLIN) == datetime(2026, 7, 11, 5, 30, tzinfo=UTC)
    assert read_date("2026-07-11T07:30") == datetime(2026, 7, 11, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gestern",
        "Thu, 31 Feb 2026 07:30:00 GMT",
        "11.13.2026",
        "2026-03-11T07:30:00+99:00",
        "x" * 9999,
        "9999-12-31T23:59:59-23:00",
    ],
)
def test_what_is_no_date_is_none(text):
    assert read_date(text) is None

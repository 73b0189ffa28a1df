"""Slots through the clock changes of the world's zones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digests.schedule import (
    EVERY_DAY,
    Order,
    first_slots,
    instant,
    is_too_late,
    next_slot,
    slot_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
ZONES = sorted(name for name in available_timezones() if "/" in name or name == "UTC")


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        # A local time that does not exist: the first instant after the gap.
        ("Europe/Berlin", date(2027, 3, 28), "02:30", utc(2027, 3, 28, 1, 0)),
        ("Asia/Beirut", date(2027, 3, 28), "00:00", utc(2027, 3, 27, 22, 0)),
        ("Africa/Cairo", date(2027, 4, 30), "00:30", utc(2027, 4, 29, 22, 0)),
        ("America/Havana", date(2027, 3, 14), "00:00", utc(2027, 3, 14, 5, 0)),
        ("America/Santiago", date(2027, 9, 5), "00:00", utc(2027, 9, 5, 4, 0)),
        # One that exists twice: the first occurrence.
        ("Europe/Berlin", date(2026, 10, 25), "02:30", utc(2026, 10, 25, 0, 30)),
        ("America/New_York", date(2026, 11, 1), "01:30", utc(2026, 11, 1, 5, 30)),
        ("Australia/Lord_Howe", date(2027, 4, 4), "01:45", utc(2027, 4, 3, 14, 45)),
        # Odd offsets.
        ("Asia/Kathmandu", date(2026, 6, 1), "07:30", utc(2026, 6, 1, 1, 45)),
        ("Pacific/Chatham", date(2026, 6, 1), "07:30", utc(2026, 5, 31, 18, 45)),
        ("Pacific/Apia", date(2026, 6, 1), "07:30", utc(2026, 5, 31, 18, 30)),
        ("Antarctica/Troll", date(2026, 7, 1), "07:30", utc(2026, 7, 1, 5, 30)),
        ("Antarctica/Troll", date(2027, 3, 28), "01:30", utc(2027, 3, 28, 1, 0)),
        ("Etc/GMT+12", date(2026, 6, 1), "07:30", utc(2026, 6, 1, 19, 30)),
        ("Etc/GMT-14", date(2026, 6, 1), "07:30", utc(2026, 5, 31, 17, 30)),
        # A gap over midnight: still that date's slot, served on the next.
        ("America/Nuuk", date(2027, 3, 27), "23:30", utc(2027, 3, 28, 1, 0)),
    ],
)
def test_the_instant_of_a_local_time(zone, day, at, expected):
    assert instant(day, time.fromisoformat(at), ZoneInfo(zone)) == expected


def test_a_date_its_zone_never_had_has_no_slot():
    apia = ZoneInfo("Pacific/Apia")
    assert instant(date(2011, 12, 30), time(7, 30), apia) is None

    before = utc(2011, 12, 29, 18, 0)
    slot = next_slot(Order("07:30"), apia, after=before)

    assert slot.local_date == date(2011, 12, 31)


@pytest.mark.parametrize(
    ("zone", "at", "start"),
    [
        ("Europe/Berlin", "02:30", date(2027, 3, 26)),
        ("Europe/Berlin", "02:30", date(2026, 10, 23)),
        ("Asia/Beirut", "00:00", date(2027, 3, 26)),
        ("Africa/Cairo", "00:30", date(2027, 4, 28)),
        ("America/Havana", "00:00", date(2027, 3, 12)),
        ("America/Havana", "00:30", date(2026, 10, 30)),
        ("America/Santiago", "00:00", date(2027, 9, 3)),
        ("America/New_York", "01:30", date(2026, 10, 30)),
        ("Australia/Lord_Howe", "01:45", date(2027, 4, 2)),
        ("America/Nuuk", "23:30", date(2027, 3, 25)),
    ],
)
def test_exactly_one_slot_per_local_date_around_a_change(zone, at, start):
    zone = ZoneInfo(zone)
    after = datetime.combine(start, time(23, 59), zone).astimezone(UTC)
    dates = []
    for _ in range(5):
        slot = next_slot(Order(at), zone, after=after)
        assert slot_of(Order(at), zone, due_at=slot.due_at) == slot
        dates.append(slot.local_date)
        after = slot.due_at
    assert dates == [start + timedelta(days=days) for days in range(1, 6)]


@given(
    zone=st.sampled_from(ZONES),
    minutes=st.integers(0, 24 * 60 - 1),
    start=st.integers(0, 700 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
)
@settings(deadline=None, max_examples=400)
def test_the_slots_of_any_zone_are_one_per_date_and_in_order(zone, minutes, start):
    zone, order = ZoneInfo(zone), Order(f"{minutes // 60:02}:{minutes % 60:02}")
    after = start
    dates = []
    for _ in range(12):
        slot = next_slot(order, zone, after=after)
        assert slot.due_at > after
        assert slot_of(order, zone, due_at=slot.due_at) == slot
        shown = slot.due_at.astimezone(zone)
        assert shown.replace(tzinfo=None) >= datetime.combine(
            slot.local_date, time(minutes // 60, minutes % 60)
        )
        dates.append(slot.local_date)
        after = slot.due_at
    assert dates == [dates[0] + timedelta(days=days) for days in range(12)]


@given(
    zone=st.sampled_from(ZONES),
    weekdays=st.integers(1, EVERY_DAY),
    start=st.integers(0, 700 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes)),
)
@settings(deadline=None, max_examples=200)
def test_only_the_chosen_weekdays_are_served(zone, weekdays, start):
    slot = next_slot(Order("07:30", weekdays), ZoneInfo(zone), after=start)
    assert weekdays >> slot.local_date.weekday() & 1
    assert slot.due_at - start <= timedelta(days=8, hours=2)


def test_the_key_is_the_local_date_and_time():
    slot = next_slot(Order("07:30"), BERLIN, after=utc(2026, 3, 11, 6, 0))
    assert (slot.key, slot.due_at) == ("2026-03-11T07:30", utc(2026, 3, 11, 6, 30))


MORNING, EVENING = Order("07:30"), Order("18:30")
SLOT = next_slot(MORNING, BERLIN, after=utc(2026, 3, 11, 0, 0))
SIX_HOURS = timedelta(hours=6)


@pytest.mark.parametrize(
    ("orders", "late_by", "is_late"),
    [
        ([MORNING], timedelta(0), False),
        ([MORNING], SIX_HOURS, False),
        ([MORNING], SIX_HOURS + timedelta(seconds=1), True),
        ([MORNING, EVENING], timedelta(hours=5), False),
        # Never past the chat's next slot.
        ([MORNING, Order("09:30")], timedelta(hours=1, minutes=59), False),
        ([MORNING, Order("09:30")], timedelta(hours=2), True),
    ],
)
def test_how_late_a_digest_may_be(orders, late_by, is_late):
    now = SLOT.due_at + late_by
    assert is_too_late(SLOT, orders, BERLIN, now=now, most=SIX_HOURS) is is_late


NOON = utc(2026, 3, 11, 11, 0)


@pytest.mark.parametrize(
    ("orders", "served", "expected"),
    [
        # Told at 7:30 and moved to a later time of the same day: the next is tomorrow's.
        ([Order("13:00")], 1, ["2026-03-12T13:00"]),
        ([Order("13:00")], 0, ["2026-03-11T13:00"]),
        ([Order("08:00"), Order("18:30")], 1, ["2026-03-12T08:00", "2026-03-11T18:30"]),
        ([Order("08:00"), Order("18:30")], 2, ["2026-03-12T08:00", "2026-03-12T18:30"]),
        # The eleventh is a Wednesday; an order for other days does not use up its turn.
        ([Order("13:00", 0b0000001), Order("14:00")], 1, ["2026-03-16T13:00", "2026-03-12T14:00"]),
        ([Order("13:00"), Order("13:00")], 0, ["2026-03-11T13:00"]),
        ([], 3, []),
    ],
)
def test_a_change_of_times_never_brings_more_digests_than_orders(orders, served, expected):
    slots = first_slots(orders, BERLIN, now=NOON, served_today=served)
    assert [slot.key for slot in slots] == expected


def test_changed_slots_are_never_today_when_served_even_in_a_doubled_hour():
    now = utc(2026, 10, 25, 0, 45)  # 2:45 summer time; 2:30 comes again
    [slot] = first_slots([Order("02:30")], BERLIN, now=now, served_today=1)
    assert slot.key == "2026-10-26T02:30"

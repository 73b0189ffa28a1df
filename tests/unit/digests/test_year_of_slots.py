"""Slots of every zone around its clock changes, counted against its clocks; the whole year is a command."""

import random

import pytest

from tests.benchmarks.year_of_slots import HALF_HOURS, alike, deviations, deviations_near_changes, zones

SPECIAL = ["Africa/Cairo", "America/Havana", "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca"]


@pytest.fixture(scope="module")
def every_zone():
    return alike(zones())


def test_every_zone_has_one_slot_per_local_date_and_half_hour_around_its_changes(every_zone):
    assert sum(len(names) for names in every_zone.values()) > 400
    wrong = [
        line for offsets, names in every_zone.items() for line in deviations_near_changes(names[0], offsets)
    ]
    assert wrong == []


@pytest.mark.parametrize("zone", SPECIAL)
def test_a_year_has_one_slot_per_local_date(zone):
    times = ["00:00", "00:30", "02:30", "23:30", random.Random(zone).choice(HALF_HOURS)]
    assert deviations(zone, times) == []

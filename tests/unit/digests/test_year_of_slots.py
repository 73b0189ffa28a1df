"""A year of slots in a few zones, counted against their clocks; all zones are a command of the benchmarks."""

import random

import pytest

from tests.benchmarks.year_of_slots import HALF_HOURS, deviations, zones

SPECIAL = ["Africa/Cairo", "America/Havana", "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Casablanca"]
DRAWN = random.Random(20261124).sample(zones(), 4)


@pytest.mark.parametrize("zone", [*SPECIAL, *DRAWN])
def test_each_local_date_has_one_slot_at_the_right_instant(zone):
    times = ["00:00", "00:30", "01:30", "02:30", "23:30", *random.Random(zone).sample(HALF_HOURS, 2)]
    assert deviations(zone, times) == []

"""A few hours of many feeds, most of which misbehave: every entry is accounted for, every article stored once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.benchmarks.day_world import SHARES
from tests.benchmarks.simulated_day import simulate


@pytest.mark.allow_hosts(["127.0.0.0/8"])
async def test_entries_served_are_stored_known_or_refused(tmp_path, monkeypatch):
    # Some of every kind; the afternoon's flood is in these hours.
    monkeypatch.setattr("tests.benchmarks.day_world.SHARES", dict.fromkeys(SHARES, 4))

    day = await simulate(tmp_path, feeds=50, seed=3, hours=16, step=timedelta(hours=2))

    total = day.total
    assert total.mismatches == []
    assert total.served == total.accounted > 3_000
    assert day.articles == day.distinct == total.stored
    assert set(day.feeds) == set(SHARES)
    assert day.braked >= 1
    assert "the answer broke off" in total.refused
    assert day.tallies["never ends"].visits["failed"] > 0

"""The demo's clock and the sample news it moves to today."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.localchat.newsroom import SAMPLE_DAY, SimulatedClock, load_sample

START = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_the_clock_runs_at_its_speed_and_goes_on_from_now_when_it_changes():
    watch = Stopwatch()
    clock = SimulatedClock(START, speed=60, monotonic=watch)
    watch.seconds += 10
    assert clock.now() == START + timedelta(minutes=10)
    clock.run_at(900)
    assert clock.now() == START + timedelta(minutes=10)
    watch.seconds += 2
    assert clock.now() == START + timedelta(minutes=40)


@pytest.mark.parametrize("speed", [0, 0.5, -1])
def test_the_clock_never_stands_still_or_goes_back(speed):
    with pytest.raises(ValueError, match="at least 1"):
        SimulatedClock(START).run_at(speed)


def test_the_sample_is_moved_by_whole_days_and_keeps_its_wall_clock():
    then = load_sample(SAMPLE_DAY, BERLIN)
    summer = load_sample(date(2026, 7, 1), BERLIN)
    assert len(then.drafts) == len(summer.drafts) > 150
    for old, new in zip(then.drafts, summer.drafts, strict=True):
        moved = new.published_at.astimezone(BERLIN) - old.published_at.astimezone(BERLIN)
        assert new.published_at.astimezone(BERLIN).time() == old.published_at.astimezone(BERLIN).time()
        assert moved == timedelta(days=112)
    assert summer.breaking.at.astimezone(BERLIN).date() == date(2026, 7, 1)


def test_the_sample_is_in_order_of_time():
    times = [draft.published_at for draft in load_sample(SAMPLE_DAY, BERLIN).drafts]
    assert times == sorted(times)

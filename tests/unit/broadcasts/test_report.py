"""The report's figures and what follows from them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.broadcasts.report import BAR, next_state, progress
from storage.breaking import Broadcast, BroadcastCount, BroadcastState
from storage.records import BroadcastId

NOW = datetime(2026, 3, 11, 18, tzinfo=UTC)
HALF_MINUTE = timedelta(seconds=30)


def broadcast(state, **values):
    known = {"admin_id": 1, "title": "T", "text": "", "desk_id": 1, "created_at": NOW, "is_fed": True}
    return Broadcast(id=BroadcastId(1), state=state, **(known | values))


def count(**values):
    return BroadcastCount(**({"total": 100, "sent": 100, "pending": 0} | values))


def test_progress_says_how_far_how_fast_and_how_long():
    shown = progress(count(sent=74, pending=25, failed=1, recent=60), HALF_MINUTE)

    assert (shown.percent, shown.rate, shown.seconds_left) == (75, 2.0, 12)
    assert shown.bar == "▓" * 9 + "░" * 3


@pytest.mark.parametrize("total", [0, 1, 7, 100_000])
def test_the_bar_is_always_as_long(total):
    for pending in {0, total // 3, total}:
        assert len(progress(count(total=total, pending=pending), HALF_MINUTE).bar) == BAR


def test_nothing_moving_has_no_time_left():
    assert progress(count(sent=0, pending=100), HALF_MINUTE).seconds_left is None


@pytest.mark.parametrize(
    ("now_in", "figures", "then"),
    [
        ("running", {}, "done"),
        ("running", {"pending": 1}, "running"),
        ("running", {"stale": 1}, "running"),
        ("paused", {}, "paused"),
        ("recalling", {"stale": 1}, "recalling"),
        ("recalling", {"pending": 1, "under_way": 1}, "recalling"),
        ("recalling", {}, "recalled"),
    ],
)
def test_it_ends_when_nothing_is_left_to_do(now_in, figures, then):
    assert next_state(broadcast(BroadcastState(now_in)), count(**figures), now=NOW) == then


def test_it_does_not_end_before_everybody_was_looked_at():
    fed_half = broadcast(BroadcastState.RUNNING, is_fed=False)

    assert next_state(fed_half, count(), now=NOW) is BroadcastState.RUNNING


def test_an_approval_does_not_wait_for_ever():
    waiting = broadcast(BroadcastState.WAITING, confirmed_at=NOW)

    assert next_state(waiting, count(), now=NOW + timedelta(minutes=30)) is BroadcastState.WAITING
    late = NOW + timedelta(minutes=30, seconds=1)
    assert next_state(waiting, count(), now=late) is BroadcastState.CANCELLED

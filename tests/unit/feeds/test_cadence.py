"""When a feed is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.cadence import (
    LONGEST,
    LONGEST_BACKOFF,
    PAUSE_AFTER,
    SHORTEST,
    after_failure,
    after_success,
    interval,
)
from storage.records import Feed, FeedId, FeedState

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def feed(**values):
    defaults = {
        "id": FeedId(1),
        "url": "https://example.org/feed",
        "publisher": "Bote",
        "state": FeedState.ACTIVE,
        "next_fetch_at": NOW,
        "interval_s": 1800,
        "etag": '"old"',
        "body_hash": "old",
    }
    return Feed(**{**defaults, **values})


def every(gap, count=10, last=NOW):
    return [last - gap * number for number in range(count)]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        (every(HOUR), HOUR / 2),
        (every(timedelta(minutes=1)), SHORTEST),
        (every(timedelta(days=2)), LONGEST),
        (every(HOUR, last=NOW - timedelta(hours=20)), timedelta(hours=2)),
        ([], LONGEST / 4),
        ([NOW], LONGEST / 4),
        ([NOW + HOUR * number for number in range(9)], LONGEST / 4),
    ],
)
def test_a_feed_is_visited_as_often_as_it_publishes(published, expected):
    assert interval(published, now=NOW) == expected


def test_a_success_wipes_the_slate_and_keeps_the_validators():
    plan = after_success(
        feed(failures=7, last_error="x"),
        now=NOW,
        chance=0,
        published=every(HOUR),
        etag='"new"',
        body_hash="new",
    )
    visit = plan.visit
    assert (visit.failures, visit.last_error, visit.etag, visit.body_hash) == (0, "", '"new"', "new")
    assert (visit.next_fetch_at, visit.started_at, visit.last_success_at) == (NOW + HOUR / 2, NOW, NOW)
    assert not plan.pause


def test_not_modified_keeps_what_the_server_left_out():
    visit = after_success(feed(started_at=NOW - HOUR), now=NOW, chance=0).visit
    assert (visit.etag, visit.body_hash, visit.interval_s) == ('"old"', "old", 1800)
    assert (visit.next_fetch_at, visit.started_at) == (NOW + HOUR / 2, NOW - HOUR)


def test_a_new_body_without_validators_forgets_the_old_ones():
    assert after_success(feed(), now=NOW, chance=0, published=[], body_hash="new").visit.etag == ""


def test_the_servers_own_wish_is_granted_within_reason():
    wish = after_success(feed(), now=NOW, chance=0, max_age=timedelta(minutes=45)).visit
    excess = after_success(feed(), now=NOW, chance=0, max_age=timedelta(days=365)).visit
    assert wish.next_fetch_at == NOW + timedelta(minutes=45)
    assert excess.next_fetch_at == NOW + HOUR


def test_failures_double_the_wait_up_to_a_day_and_pause_after_weeks():
    waits, current, at = [], feed(), NOW
    for _ in range(PAUSE_AFTER):
        plan = after_failure(current, "no answer", now=at, chance=0)
        waits.append(plan.visit.next_fetch_at - at)
        at = plan.visit.next_fetch_at
        current = feed(failures=plan.visit.failures)
    assert waits[:3] == [HOUR / 4, HOUR / 2, HOUR]
    assert max(waits) == LONGEST_BACKOFF
    assert plan.pause
    assert plan.visit.last_error == "no answer"
    assert at - NOW > timedelta(weeks=3)


def test_retry_after_is_obeyed_and_gone_is_believed_the_third_time():
    patient = after_failure(feed(), "busy", now=NOW, chance=0, retry_after=timedelta(days=2))
    endless = after_failure(feed(), "busy", now=NOW, chance=0, retry_after=timedelta(days=999))
    assert patient.visit.next_fetch_at == NOW + timedelta(days=2)
    assert endless.visit.next_fetch_at == NOW + timedelta(days=7)
    assert [
        after_failure(feed(failures=n), "gone", now=NOW, chance=0, is_gone=True).pause for n in (0, 1, 2)
    ] == [False, False, True]


def test_chance_spreads_the_visits_by_a_tenth_at_most():
    early, late = (after_success(feed(), now=NOW, chance=chance).visit.next_fetch_at for chance in (0, 1))
    assert late - early == HOUR / 20

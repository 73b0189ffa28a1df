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
    postponed,
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
    assert (visit.etag, visit.body_hash, visit.started_at) == ('"old"', "old", NOW - HOUR)


def test_a_feed_without_news_is_visited_ever_more_seldom():
    current, waits = feed(interval_s=300), []
    for _ in range(100):
        visit = after_success(current, now=NOW, chance=0).visit
        waits.append(visit.next_fetch_at - NOW)
        current = feed(interval_s=visit.interval_s)
    assert waits[0] == timedelta(minutes=5, seconds=15)
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST


def test_an_address_that_has_moved_is_believed_after_three_days():
    there, elsewhere = "https://neu.example/feed", "https://anders.example/feed"

    def after(days, current, moved_to=there):
        visit = after_success(current, now=NOW + timedelta(days=days), chance=0, moved_to=moved_to).visit
        return visit, feed(moved_to=visit.moved_to, moved_since=visit.moved_since)

    first, current = after(0, feed())
    second, current = after(2.9, current)
    third, _ = after(3, current)
    assert (first.url, second.url, third.url) == ("", "", there)
    assert (third.moved_to, third.moved_since) == ("", None)

    # It changed its mind, or took it back: the days are counted anew.
    changed, _ = after(3, current, moved_to=elsewhere)
    back, _ = after(3, current, moved_to="")
    assert (changed.url, changed.moved_since, back.url, back.moved_since) == (
        "",
        NOW + timedelta(days=3),
        "",
        None,
    )
    failed = after_failure(current, "no answer", now=NOW + timedelta(days=9), chance=0).visit
    assert (failed.url, failed.moved_to) == ("", there)


def test_a_host_that_wants_patience_costs_no_failure():
    plan = postponed(feed(failures=2, last_error="busy"), timedelta(hours=2), now=NOW, chance=0)
    assert plan.visit.next_fetch_at == NOW + timedelta(hours=2)
    assert (plan.visit.failures, plan.visit.last_error, plan.visit.etag) == (2, "busy", '"old"')


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
    early, late = (
        after_success(feed(), now=NOW, chance=chance, published=every(HOUR)).visit.next_fetch_at
        for chance in (0, 1)
    )
    assert late - early == HOUR / 20

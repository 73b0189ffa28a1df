"""Which entries of a feed are news, and when they are too many."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.articles.newness import is_flood, is_notice_due, news_since
from storage.collecting import FeedPace
from storage.records import Feed, FeedId, FeedState

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


def feed(*, started=timedelta(days=60), success=timedelta(minutes=20), braked=None):
    return Feed(
        id=FeedId(1),
        url="https://bote.example/feed",
        publisher="Der Bote",
        state=FeedState.ACTIVE,
        next_fetch_at=NOW,
        interval_s=1200,
        last_success_at=NOW - success,
        started_at=None if started is None else NOW - started,
        braked_at=None if braked is None else NOW - braked,
    )


SIXTY_DAYS_AGO = NOW - timedelta(days=60)


def said(*ages):
    return [NOW - age for age in ages]


def test_what_was_published_long_before_is_back_catalogue():
    hour_ago = said(timedelta(hours=1))
    assert news_since(SIXTY_DAYS_AGO, hour_ago, now=NOW) == NOW - timedelta(days=14)
    assert news_since(NOW - timedelta(days=3), hour_ago, now=NOW) == NOW - timedelta(days=4)


def test_a_feed_without_dates_or_with_a_lost_clock_is_judged_by_first_sight_alone():
    assert news_since(SIXTY_DAYS_AGO, [], now=NOW) is None
    assert news_since(SIXTY_DAYS_AGO, said(timedelta(days=2000), timedelta(days=2001)), now=NOW) is None
    assert news_since(None, said(timedelta(hours=1)), now=NOW) is None


@pytest.mark.parametrize(
    ("fresh", "today", "before", "success", "flood"),
    [
        (20, 30, 13 * 50, timedelta(minutes=20), False),
        (60, 30, 13 * 50, timedelta(minutes=20), True),
        # Away for two days, it may catch up.
        (150, 0, 13 * 50, timedelta(days=2), False),
        # A busy feed brings more than a quiet one.
        (90, 400, 13 * 300, timedelta(hours=1), False),
        (10, 340, 13 * 20, timedelta(minutes=5), True),
        (10_000, 0, 0, timedelta(minutes=20), True),
    ],
)
def test_a_flood_is_measured_by_the_feeds_own_days(fresh, today, before, success, flood):
    pace = FeedPace(today=today, before=before)
    assert is_flood(fresh, pace, feed(success=success), now=NOW) is flood


def test_the_admins_hear_of_a_flood_once_a_week():
    assert is_notice_due(feed(), now=NOW)
    assert not is_notice_due(feed(braked=timedelta(hours=1)), now=NOW)
    assert is_notice_due(feed(braked=timedelta(days=8)), now=NOW)

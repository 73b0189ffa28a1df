"""Decides which entries of a feed are news and which only come up again: by first sight, not their word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from storage.collecting import FeedPace
from storage.records import Feed

# What was published so long before the feed entered, or before it is seen, belongs to the back catalogue.
LATE = timedelta(days=1)
OLD = timedelta(days=14)
# A busy news site brings 200 entries a day; what a quiet feed may bring is not less than this.
LEAST_A_DAY = 60
USUAL_DAYS = 13
# Most feeds hold 20 to 40 entries: changing all of them at once stays under this alone by other signs.
MOST_AT_ONCE = 40
SURGE = 5
SHORTEST_SPAN = timedelta(hours=1)
LONGEST_SPAN = timedelta(days=7)
NOTICE_AGAIN = timedelta(days=7)


def news_since(
    started_at: datetime | None, published: Sequence[datetime], *, now: datetime
) -> datetime | None:
    """Entries dated before this are back catalogue that came up again; None when the dates tell nothing.

    `started_at`: when the feed entered; `published`: what its entries say.
    A feed whose newest date lies before the bound has lost its clock: then first sight alone decides.
    """
    if started_at is None:
        return None
    bound = max(started_at - LATE, now - OLD)
    return bound if published and max(published) >= bound else None


def is_flood(fresh: int, pace: FeedPace, feed: Feed, *, now: datetime) -> bool:
    """Whether so many new entries are more than the feed can have news.

    Measured against its usual day, over the time since the last look and over the last day, so that a
    flood in small portions is seen as well, and a feed that was away for days may catch up.
    """
    usual = max(pace.before / USUAL_DAYS, LEAST_A_DAY)
    span = min(max(now - (feed.last_success_at or now), SHORTEST_SPAN), LONGEST_SPAN)
    since_last = MOST_AT_ONCE + SURGE * usual * (span / timedelta(days=1))
    a_day = MOST_AT_ONCE + SURGE * usual * max(1.0, span / timedelta(days=1))
    return fresh > since_last or fresh + pace.today > a_day


def is_notice_due(feed: Feed, *, now: datetime) -> bool:
    """Whether the admins should hear of a flood: once, and again when it still goes on after a week."""
    return feed.braked_at is None or now - feed.braked_at >= NOTICE_AGAIN

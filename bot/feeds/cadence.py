"""Decides when to look at a feed again: as often as it publishes, seldom when it fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nlargest
from itertools import pairwise
from statistics import median

from storage.records import Feed, FeedVisit

SHORTEST = timedelta(minutes=5)
LONGEST = timedelta(hours=4)
FIRST_BACKOFF = timedelta(minutes=15)
LONGEST_BACKOFF = timedelta(days=1)
# A server may ask for more patience than we would have, within reason.
MOST_PATIENCE = timedelta(days=7)
MOST_CACHE = timedelta(hours=1)
JITTER = 0.1
# With the waits above these are more than three weeks.
PAUSE_AFTER = 30
# Nothing new: each such look makes the next a little later.
SLOWER = 1.05
# Servers in trouble say "moved for good" and do not mean it.
MOVED_AFTER = timedelta(days=3)
PAUSE_WHEN_GONE_AFTER = 3
RECENT_ENTRIES = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What a visit leaves behind, and whether the feed rests until somebody wakes it."""

    visit: FeedVisit
    pause: bool = False


def latest(published: Iterable[datetime], *, now: datetime) -> list[datetime]:
    """The times that say how often a feed publishes, the last first."""
    return nlargest(RECENT_ENTRIES, [at for at in published if at <= now])


def interval(published: Iterable[datetime], *, now: datetime) -> timedelta:
    """Half the usual time between entries; longer when the feed has fallen silent."""
    recent = [at.timestamp() for at in latest(published, now=now)]
    if len(recent) < 2:
        return LONGEST / 4
    gap = median([late - early for late, early in pairwise(recent)])
    silence = now.timestamp() - recent[0]
    return min(max(timedelta(seconds=max(gap / 2, silence / 10)), SHORTEST), LONGEST)


def after_success(
    feed: Feed,
    *,
    now: datetime,
    chance: float,
    published: Sequence[datetime] | None = None,
    etag: str = "",
    last_modified: str = "",
    body_hash: str = "",
    max_age: timedelta | None = None,
    moved_to: str = "",
) -> Plan:
    """The feed answered; `published` is None when it said nothing new. `chance` is from 0 to 1.

    `moved_to`: where its address leads for good, if it does.
    """
    if published is None:
        wait = min(timedelta(seconds=feed.interval_s) * SLOWER, LONGEST)
    else:
        wait = interval(published, now=now)
    since = None
    if moved_to:
        since = (feed.moved_since or now) if moved_to == feed.moved_to else now
    has_moved = since is not None and now - since >= MOVED_AFTER
    patience = max(wait, min(max_age or timedelta(), MOST_CACHE))
    return Plan(
        FeedVisit(
            next_fetch_at=now + _spread(patience, chance),
            interval_s=int(wait.total_seconds()),
            # Some servers leave the validators out of "not modified".
            etag=etag or (feed.etag if published is None else ""),
            last_modified=last_modified or (feed.last_modified if published is None else ""),
            body_hash=body_hash or feed.body_hash,
            failures=0,
            last_error="",
            last_success_at=now,
            started_at=feed.started_at or now,
            moved_to="" if has_moved else moved_to,
            moved_since=None if has_moved else since,
            url=moved_to if has_moved else "",
        )
    )


def postponed(feed: Feed, wait: timedelta, *, now: datetime, chance: float) -> Plan:
    """Its host wants patience, as it said about another feed: no look, and no failure either."""
    return Plan(
        FeedVisit(
            next_fetch_at=now + _spread(max(min(wait, MOST_PATIENCE), SHORTEST), chance),
            interval_s=feed.interval_s,
            etag=feed.etag,
            last_modified=feed.last_modified,
            body_hash=feed.body_hash,
            failures=feed.failures,
            last_error=feed.last_error,
            last_success_at=feed.last_success_at,
            started_at=feed.started_at,
            moved_to=feed.moved_to,
            moved_since=feed.moved_since,
        )
    )


def after_failure(
    feed: Feed,
    reason: str,
    *,
    now: datetime,
    chance: float,
    retry_after: timedelta | None = None,
    is_gone: bool = False,
) -> Plan:
    """The feed did not answer, or with nothing that can be used."""
    failures = feed.failures + 1
    wait = min(FIRST_BACKOFF * 2 ** min(failures - 1, 20), LONGEST_BACKOFF)
    wait = max(wait, min(retry_after or timedelta(), MOST_PATIENCE))
    return Plan(
        FeedVisit(
            next_fetch_at=now + _spread(wait, chance),
            interval_s=feed.interval_s,
            etag=feed.etag,
            last_modified=feed.last_modified,
            body_hash=feed.body_hash,
            failures=failures,
            last_error=reason,
            last_success_at=feed.last_success_at,
            started_at=feed.started_at,
            moved_to=feed.moved_to,
            moved_since=feed.moved_since,
        ),
        pause=failures >= (PAUSE_WHEN_GONE_AFTER if is_gone else PAUSE_AFTER),
    )


def _spread(wait: timedelta, chance: float) -> timedelta:
    """A little later, each feed by another amount, so that they do not all come at once."""
    return wait * (1 + JITTER * chance)

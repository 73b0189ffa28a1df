"""How a feed does: what it brings, how late, and what is wrong with it, in words people can act on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from storage.collecting import FeedHaul
from storage.records import Feed, FeedId, FeedState

LOOK_BACK = timedelta(days=7)
# From here on a feed that answers and brings nothing is worth a look.
SILENT_AFTER = timedelta(days=7)
BRAKED_FOR = timedelta(days=1)


class Condition(StrEnum):
    """The worst thing that can be said of a feed, most urgent first."""

    PAUSED = "paused"
    FAILING = "failing"
    BRAKED = "braked"
    """It brought more at once than a feed can have news."""
    SILENT = "silent"
    NEW = "new"
    """Nobody has looked at it yet."""
    WELL = "well"


class Fault(StrEnum):
    """What kind of thing is wrong, for readers in their own language."""

    NONE = ""
    STATUS = "status"
    """The server answered with an error; its number goes along."""
    TIME = "time"
    NAME = "name"
    CERTIFICATE = "certificate"
    UNREACHABLE = "unreachable"
    BROKEN_OFF = "broken_off"
    TOO_LARGE = "too_large"
    WEB_PAGE = "web_page"
    NO_FEED = "no_feed"
    REDIRECTS = "redirects"
    NOT_ALLOWED = "not_allowed"
    EMPTY = "empty"
    OTHER = "other"


_FAULTS = (
    (Fault.STATUS, r"the server answers (?P<number>\d+)"),
    (Fault.TIME, r"no complete answer within|took longer than"),
    (Fault.NAME, r"name is not known"),
    (Fault.CERTIFICATE, r"certificate"),
    (Fault.UNREACHABLE, r"cannot be reached"),
    (Fault.BROKEN_OFF, r"broke off|damaged"),
    (Fault.TOO_LARGE, r"larger than|too much memory"),
    (Fault.WEB_PAGE, r"web page, no feed"),
    (Fault.NO_FEED, r"no feed that can be read|feed cannot be read|broken JSON"),
    (Fault.REDIRECTS, r"leads on more than|leads from https"),
    (Fault.NOT_ALLOWED, r"not allowed|no http or https"),
    (Fault.EMPTY, r"answer is empty"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed as the admins see it."""

    feed: Feed
    condition: Condition
    fault: Fault = Fault.NONE
    status: int = 0
    a_day: float = 0.0
    """New entries a day, over the days looked at."""
    full_text: float | None = None
    """Share of them that are whole texts, 0 to 1; None when there are none."""
    delay: timedelta | None = None
    """Average time between publication and first sight."""


def look_at(feeds: Iterable[Feed], hauls: Mapping[FeedId, FeedHaul], *, now: datetime) -> list[FeedHealth]:
    """Those that need a hand first, then by publisher."""
    found = [_health(feed, hauls.get(feed.id), now) for feed in feeds]
    urgency = {condition: place for place, condition in enumerate(Condition)}
    return sorted(
        found,
        key=lambda one: (
            min(urgency[one.condition], urgency[Condition.NEW]),
            one.feed.publisher.casefold(),
            one.feed.id,
        ),
    )


def fault_of(reason: str) -> tuple[Fault, int]:
    """What a recorded reason says, and the number in it."""
    if not reason:
        return Fault.NONE, 0
    for fault, pattern in _FAULTS:
        match = re.search(pattern, reason)
        if match:
            return fault, int(match.groupdict().get("number") or 0)
    return Fault.OTHER, 0


def _health(feed: Feed, haul: FeedHaul | None, now: datetime) -> FeedHealth:
    fault, status = fault_of(feed.last_error)
    age = now - (feed.started_at or now)
    days = max(min(age, LOOK_BACK) / timedelta(days=1), 1.0)
    entries = haul.entries if haul else 0
    return FeedHealth(
        feed=feed,
        condition=_condition(feed, entries, age, now),
        fault=fault,
        status=status,
        a_day=entries / days,
        full_text=haul.with_text / entries if haul and entries else None,
        delay=timedelta(seconds=haul.delay_s) if haul and haul.delay_s is not None else None,
    )


def _condition(feed: Feed, entries: int, age: timedelta, now: datetime) -> Condition:
    if feed.state is FeedState.PAUSED:
        return Condition.PAUSED
    if feed.failures:
        return Condition.FAILING
    if feed.braked_at is not None and now - feed.braked_at < BRAKED_FOR:
        return Condition.BRAKED
    if feed.started_at is None:
        return Condition.NEW
    return Condition.SILENT if not entries and age > SILENT_AFTER else Condition.WELL

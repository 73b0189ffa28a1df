"""How a feed does, from what is stored of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.health import Condition, Fault, fault_of, look_at
from storage.collecting import FeedHaul
from storage.records import Feed, FeedId, FeedState

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)
FEED = Feed(
    id=FeedId(1),
    url="https://bote.example/feed",
    publisher="Der Bote",
    state=FeedState.ACTIVE,
    next_fetch_at=NOW,
    interval_s=600,
    last_success_at=NOW,
    started_at=NOW - timedelta(days=30),
)
HAUL = FeedHaul(entries=70, with_text=35, delay_s=600.0)


@pytest.mark.parametrize(
    ("change", "haul", "condition"),
    [
        ({}, HAUL, Condition.WELL),
        ({"state": FeedState.PAUSED, "failures": 30}, None, Condition.PAUSED),
        ({"failures": 1}, HAUL, Condition.FAILING),
        ({"braked_at": NOW - timedelta(hours=2)}, HAUL, Condition.BRAKED),
        ({"braked_at": NOW - timedelta(days=2)}, HAUL, Condition.WELL),
        ({"started_at": None}, None, Condition.NEW),
        ({}, None, Condition.SILENT),
        ({"started_at": NOW - timedelta(days=2)}, None, Condition.WELL),
    ],
)
def test_the_worst_is_said(change, haul, condition):
    [found] = look_at([replace(FEED, **change)], {FEED.id: haul} if haul else {}, now=NOW)
    assert found.condition is condition


def test_figures_are_by_the_day_and_a_young_feed_by_its_age():
    [found] = look_at([FEED], {FEED.id: HAUL}, now=NOW)
    assert (found.a_day, found.full_text, found.delay) == (10.0, 0.5, timedelta(minutes=10))
    [young] = look_at([replace(FEED, started_at=NOW - timedelta(days=2))], {FEED.id: HAUL}, now=NOW)
    assert young.a_day == 35.0
    [none] = look_at([FEED], {}, now=NOW)
    assert (none.a_day, none.full_text, none.delay) == (0.0, None, None)


def test_those_in_trouble_come_first_and_the_others_by_name():
    feeds = [
        replace(FEED, id=FeedId(n), publisher=publisher, failures=failures)
        for n, (publisher, failures) in enumerate([("b", 0), ("A", 0), ("z", 3)])
    ]
    hauls = {FeedId(0): HAUL, FeedId(1): HAUL}
    assert [one.feed.publisher for one in look_at(feeds, hauls, now=NOW)] == ["z", "A", "b"]


@pytest.mark.parametrize(
    ("reason", "fault"),
    [
        ("", (Fault.NONE, 0)),
        ("the server answers 503", (Fault.STATUS, 503)),
        ("no complete answer within 30 seconds", (Fault.TIME, 0)),
        ("reading the feed took longer than 10 seconds", (Fault.TIME, 0)),
        ("the answer is a web page, no feed", (Fault.WEB_PAGE, 0)),
        ("the answer is larger than 10 MB", (Fault.TOO_LARGE, 0)),
        ("an error of our own; the log says more", (Fault.OTHER, 0)),
    ],
)
def test_a_reason_has_a_kind(reason, fault):
    assert fault_of(reason) == fault

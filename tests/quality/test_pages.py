"""How well pages are read, on pages of our own in many publishers' manners: floors that only rise."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from statistics import mean
from zoneinfo import ZoneInfo

import pytest

from bot.articles.page_walls import Obstacle
from bot.articles.pages import Reading, examine
from tests.quality.page_manners import MANNERS
from tests.quality.page_news import ZONES, News, news
from tests.quality.page_shapes import KINDS as SHAPES

KINDS = SHAPES | MANNERS
# The shapes of the testing half were not looked at while the rules were made; what they score is printed by
# `python -m tests.quality.test_pages`.
FLOORS = {
    "tuning": {"text_f1": 0.995, "worst": 0.97, "title": 1.0, "day": 1.0, "minute": 1.0},
    "testing": {"text_f1": 0.985, "worst": 0.93, "title": 1.0, "day": 1.0, "minute": 1.0},
}


@dataclass(frozen=True)
class Judged:
    kind: str
    wanted: News
    found: Reading

    @property
    def text_f1(self) -> float:
        return f1(self.wanted.text, self.found.draft.text)

    @property
    def is_title(self) -> bool:
        # One kind of space is kept of all.
        return self.found.draft.title == " ".join(self.wanted.title.split())

    @property
    def is_day(self) -> bool:
        zone = ZoneInfo(ZONES[self.wanted.language])
        at = self.found.draft.published_at
        return at is not None and at.astimezone(zone).date() == self.wanted.at.date()

    @property
    def is_minute(self) -> bool:
        at = self.found.draft.published_at
        return at is not None and abs((at - self.wanted.at).total_seconds()) < 60


def f1(wanted: str, found: str) -> float:
    """Of words, each as often as it stands there."""
    left, right = (Counter(re.findall(r"\w+", text.casefold())) for text in (wanted, found))
    shared = sum((left & right).values())
    return 2 * shared / (left.total() + right.total()) if shared else 0.0


@cache
def judged(half: str) -> tuple[Judged, ...]:
    found: list[Judged] = []
    used: Counter[str] = Counter()
    for name, kind in KINDS.items():
        if kind.half != half:
            continue
        seed = used[kind.language]
        used[kind.language] += 1
        # Both halves show different articles as well.
        offset = (
            8
            if half == "testing" and kind.language == "de"
            else 2
            if half == "testing" and kind.language == "en"
            else 0
        )
        articles = news(kind.language, kind.count, seed=seed + offset)
        found += [Judged(name, each, examine(kind.draw(each), url=each.url)) for each in articles]
    return tuple(found)


def readable(half: str) -> list[Judged]:
    return [one for one in judged(half) if not KINDS[one.kind].obstacle]


def measures(half: str) -> dict[str, float]:
    pages = readable(half)
    return {
        "text_f1": mean(one.text_f1 for one in pages),
        "worst": min(one.text_f1 for one in pages),
        "title": mean(one.is_title for one in pages),
        "day": mean(one.is_day for one in pages),
        "minute": mean(one.is_minute for one in pages if KINDS[one.kind].has_clock),
    }


@pytest.mark.parametrize("half", FLOORS)
def test_pages_are_read_as_well_as_before(half):
    found = measures(half)
    assert {name: value for name, value in found.items() if value < FLOORS[half][name]} == {}


@pytest.mark.parametrize("half", FLOORS)
def test_no_wall_is_taken_for_an_article_and_no_article_for_a_wall(half):
    wrong = [
        (one.kind, one.found.obstacle, one.wanted.title)
        for one in judged(half)
        if one.found.obstacle != Obstacle(KINDS[one.kind].obstacle)
    ]
    assert wrong == []


def test_there_are_enough_pages_in_each_half():
    assert len(judged("tuning")) + len(judged("testing")) >= 50
    assert len(readable("testing")) >= 25


if __name__ == "__main__":
    for half in FLOORS:
        print(
            half,
            {name: round(value, 3) for name, value in measures(half).items()},
            len(judged(half)),
            "pages",
        )
        for one in judged(half):
            if one.found.obstacle != Obstacle(KINDS[one.kind].obstacle):
                print("  obstacle", one.kind, repr(one.found.obstacle), one.wanted.title)
        for one in readable(half):
            at = one.found.draft.published_at
            if one.text_f1 < 0.985:
                print(f"  text {one.text_f1:.3f} {one.kind}")
                wanted, got = one.wanted.text.split("\n"), one.found.draft.text.split("\n")
                print(
                    "    missing",
                    [line[:60] for line in wanted if line not in got],
                    "extra",
                    [line[:60] for line in got if line not in wanted],
                )
            if not one.is_title:
                print(f"  title {one.kind}: {one.wanted.title!r} != {one.found.draft.title!r}")
            if not (one.is_minute if KINDS[one.kind].has_clock else one.is_day):
                print(f"  date {one.kind}: {one.wanted.at} != {at}")

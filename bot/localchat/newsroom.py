"""The demo's world of news: a fast clock, and sample articles that arrive as it passes their hour."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from itertools import groupby
from zoneinfo import ZoneInfo

from bot import pipeline
from bot.articles.draft import Draft
from bot.localchat.demo_control import DemoState
from bot.services import Services
from storage.records import FeedState, NewFeed, Origin

SAMPLE_DAY = date(2026, 3, 11)
"""The last day of the sample news; the demo plays it as today."""
_FOLDER = resources.files("bot.localchat") / "sample"
SPEEDS = (1.0, 60.0, 300.0, 900.0)
"""Simulated seconds per second, as the page offers them."""


class SimulatedClock:
    """Runs from a chosen instant at an adjustable speed; it never stands still and never goes back."""

    def __init__(
        self, start: datetime, *, speed: float = 60, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._then = start
        self._since = monotonic()
        self._speed = speed

    @property
    def speed(self) -> float:
        """Simulated seconds per second."""
        return self._speed

    def now(self) -> datetime:
        return self._then + timedelta(seconds=(self._monotonic() - self._since) * self._speed)

    def run_at(self, speed: float) -> None:
        """Go on from now at another speed; at least real time, since what is due must come."""
        if speed < 1:
            raise ValueError(
                f"a clock at {speed} times real time would hold up what is due; expected at least 1"
            )
        self._then, self._since, self._speed = self.now(), self._monotonic(), speed


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakingItem:
    """What the demo's editor pushes, and when."""

    at: datetime
    text: str
    """As typed after the command: title, text, address, a line each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    drafts: tuple[Draft, ...]
    """By time of publication."""
    breaking: BreakingItem


def load_sample(today: date, zone: ZoneInfo) -> Sample:
    """The bundled news, moved so that their last day is `today`; wall-clock times stay as written."""
    shift = today - SAMPLE_DAY

    def moved(stamp: str) -> datetime:
        return (
            (datetime.fromisoformat(stamp).replace(tzinfo=None) + shift).replace(tzinfo=zone).astimezone(UTC)
        )

    lines = (_FOLDER / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    drafts = [
        _draft(record, moved(record["published_at"])) for record in map(json.loads, filter(None, lines))
    ]
    item = json.loads((_FOLDER / "breaking.json").read_text(encoding="utf-8"))
    return Sample(
        drafts=tuple(
            sorted(drafts, key=lambda draft: draft.published_at or datetime.min.replace(tzinfo=UTC))
        ),
        breaking=BreakingItem(
            at=moved(item["published_at"]), text="\n".join((item["title"], item["text"], item["url"]))
        ),
    )


def _draft(record: dict[str, str], published_at: datetime) -> Draft:
    return Draft(
        url=record["url"],
        title=record["title"],
        text=record["text"],
        summary=record.get("summary", ""),
        publisher=record["publisher"],
        language=record["language"],
        author=record.get("author", ""),
        section=record.get("section", ""),
        published_at=published_at,
        origin=Origin.FEED,
    )


@dataclass(frozen=True, slots=True)
class _At:
    """A clock for one moment of the past."""

    instant: datetime

    def now(self) -> datetime:
        return self.instant


class Newsroom:
    """Takes the sample news in as if their publishers' feeds had just shown them."""

    def __init__(self, services: Services, drafts: Sequence[Draft]) -> None:
        self._services = services
        self._drafts = [(draft.published_at or services.clock.now(), draft) for draft in drafts]
        self._next = 0
        self.paused = False

    @property
    def total(self) -> int:
        return len(self._drafts)

    @property
    def arrived(self) -> int:
        return self._next

    async def register_publishers(self) -> None:
        """Say where each publisher is from, by a feed that nobody polls: the news comes from here."""
        lines = (_FOLDER / "publishers.jsonl").read_text(encoding="utf-8").splitlines()
        now = self._services.clock.now()
        async with self._services.storage.write() as tx:
            known = {feed.url for feed in await tx.feeds.all()}
            for record in map(json.loads, filter(None, lines)):
                new = NewFeed(
                    url=f"{record['address']}feed",
                    publisher=record["name"],
                    country=record["country"],
                    language=record["language"],
                )
                if new.url not in known:
                    feed = await tx.feeds.add(new, now=now)
                    await tx.feeds.set_state(feed.id, FeedState.PAUSED, next_fetch_at=now)

    async def open_archive(self) -> int:
        """Take in what was published before now, each hour's news at that hour; how many."""
        now = self._services.clock.now()
        past = [pair for pair in self._drafts if pair[0] <= now]
        for hour, batch in groupby(
            past, key=lambda pair: pair[0].replace(minute=59, second=59, microsecond=0)
        ):
            then = dataclasses.replace(self._services, clock=_At(min(hour, now)))
            await pipeline.take_in(then, [draft for _, draft in batch])
        self._next = len(past)
        return self._next

    async def step(self) -> bool:
        """Take in what has become due since the last look."""
        if self.paused:
            return False
        now = self._services.clock.now()
        due = [draft for at, draft in self._drafts[self._next :] if at <= now]
        await self._take(due)
        return False

    async def bring_next(self) -> bool:
        """Take in the next article ahead of its hour; False when all are here."""
        upcoming = [draft for _, draft in self._drafts[self._next : self._next + 1]]
        await self._take(upcoming)
        return bool(upcoming)

    async def _take(self, drafts: list[Draft]) -> None:
        if drafts:
            await pipeline.take_in(self._services, drafts)
            self._next += len(drafts)


class Playback:
    """The demo's levers: the speed of its clock and the flow of its news (see demo_control)."""

    def __init__(self, clock: SimulatedClock, newsroom: Newsroom) -> None:
        self._clock = clock
        self._newsroom = newsroom

    def state(self) -> DemoState:
        return DemoState(
            now=self._clock.now(),
            speed=self._clock.speed,
            speeds=SPEEDS,
            paused=self._newsroom.paused,
            arrived=self._newsroom.arrived,
            total=self._newsroom.total,
        )

    def run_at(self, speed: float) -> None:
        self._clock.run_at(speed)

    def pause(self, paused: bool) -> None:
        self._newsroom.paused = paused

    async def bring_next(self) -> bool:
        return await self._newsroom.bring_next()

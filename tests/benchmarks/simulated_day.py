"""A day of collecting under a test clock: `python -m tests.benchmarks.simulated_day [FEEDS] [SEED]`.

Every entry that a feed handed out is stored, known or refused with a reason, and every article is stored once.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot import pipeline
from bot.app import open_services
from bot.articles.feed_session import FeedSession
from bot.articles.feed_worker import FeedReaders
from bot.feeds.fetch import open_client
from bot.feeds.patience import Patience
from bot.feeds.report import Outcome, Visit
from bot.services import Services
from bot.settings import Settings
from storage.queries import TermQuery
from storage.records import NewFeed
from tests.benchmarks.day_world import World, serving
from tests.conftest import FixedClock

START = datetime(2026, 3, 11, 0, 0, tzinfo=UTC)
STEP = timedelta(minutes=5)
# Long enough for loopback, short enough for a day of feeds that never answer.
PATIENCE_S = 1.0


@dataclass
class Tally:
    """What became of the entries of one kind of feed."""

    visits: Counter[str] = field(default_factory=Counter)
    served: int = 0
    stored: int = 0
    known: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    mismatches: list[str] = field(default_factory=list)

    @property
    def accounted(self) -> int:
        return self.stored + self.known + self.refused.total()


@dataclass
class Day:
    tallies: dict[str, Tally]
    feeds: Counter[str]
    articles: int = 0
    news: int = 0
    changed: int = 0
    braked: int = 0
    distinct: int = 0
    """Articles in answers that could be read, however often and in however many feeds they stood."""
    seconds: float = 0.0

    @property
    def total(self) -> Tally:
        whole = Tally()
        for tally in self.tallies.values():
            whole.visits += tally.visits
            whole.served += tally.served
            whole.stored += tally.stored
            whole.known += tally.known
            whole.refused += tally.refused
            whole.mismatches += tally.mismatches
        return whole


async def simulate(folder: Path, *, feeds: int, seed: int, hours: float = 24, step: timedelta = STEP) -> Day:
    """A day, or its first hours, of so many feeds."""
    clock = FixedClock(START)
    world = World(feeds, seed=seed, start=START, now=clock.now)
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{folder / 'day.db'}"), private_feeds=True, fetch_pages=False
    )
    started = time.perf_counter()
    client = open_client(user_agent="Depesche/0.1 (simulated day)", allow_private=True)
    async with (
        open_services(settings, clock=clock) as services,
        client,
        FeedReaders() as readers,
        serving(world) as port,
    ):
        session = FeedSession(
            client=client,
            readers=readers,
            allow_private=True,
            most_seconds=PATIENCE_S,
            chance=world.feeds[0].chance.random,
            patience=Patience(monotonic=lambda: clock.now().timestamp()),
        )
        numbers = await _enter(services, world, port)
        day = Day(defaultdict(Tally), Counter(feed.kind for feed in world.feeds))
        uids: set[str] = set()

        def seen(visit: Visit) -> None:
            # A feed that moved for good goes by its new address by now.
            number = int(visit.feed.url.rsplit("/", 1)[1])
            _count(day.tallies[world.feeds[number].kind], visit, world, numbers[visit.feed.id], uids)

        while clock.now() < START + timedelta(hours=hours):
            while (await pipeline.collect(services, session, limit=100, seen=seen)).more or session.late:
                pass
            clock.advance(seconds=step.total_seconds())
        await _look_back(services, day)
        day.distinct = len(uids)
    day.seconds = time.perf_counter() - started
    return day


async def _enter(services: Services, world: World, port: int) -> dict[int, int]:
    numbers = {}
    async with services.storage.write() as tx:
        for feed in world.feeds:
            new = NewFeed(url=world.url(feed, port), publisher=feed.publisher, language="de")
            numbers[(await tx.feeds.add(new, now=services.clock.now())).id] = feed.number
    return numbers


def _count(tally: Tally, visit: Visit, world: World, number: int, uids: set[str]) -> None:
    served = world.served.pop(number, None)
    tally.visits[visit.outcome.value] += 1
    entries = served.entries if served else 0
    tally.served += entries
    match visit.outcome:
        case Outcome.NEW:
            tally.stored += visit.stored
            tally.known += visit.known
            if visit.refused:
                tally.refused["there is neither a title nor a text"] += visit.refused
            if served:
                uids |= served.uids
            if entries != visit.stored + visit.known + visit.refused:
                tally.mismatches.append(
                    f"{visit.feed.url}: {entries} served, {visit.stored} stored, {visit.known} known, {visit.refused} refused"
                )
        case Outcome.UNCHANGED:
            tally.known += entries
        case _ if entries:
            tally.refused[visit.error] += entries


async def _look_back(services: Services, day: Day) -> None:
    async with services.storage.read() as tx:
        after = None
        while ids := await tx.search.find(TermQuery(match=None), limit=5_000, before_id=after):
            found = await tx.articles.get_many(ids)
            day.articles += len(found)
            day.news += sum(not article.is_archive for article in found.values())
            day.changed += sum(article.version > 1 for article in found.values())
            after = ids[-1]
        day.braked = sum(feed.braked_at is not None for feed in await tx.feeds.all())


def show(day: Day) -> None:
    console = Console(width=150)
    table = Table(box=None, pad_edge=False, title="A simulated day")
    for name in (
        "kind of feed",
        "feeds",
        "visits",
        "unchanged",
        "failed",
        "served",
        "stored",
        "known",
        "refused",
    ):
        table.add_column(name, justify="left" if name == "kind of feed" else "right")
    for kind, tally in [*sorted(day.tallies.items()), ("all", day.total)]:
        failed = sum(tally.visits[name] for name in ("failed", "paused", "postponed"))
        count = day.feeds.total() if kind == "all" else day.feeds[kind]
        numbers = (
            count,
            tally.visits.total(),
            tally.visits["unchanged"],
            failed,
            tally.served,
            tally.stored,
            tally.known,
        )
        table.add_row(kind, *(f"{number:,}" for number in numbers), f"{tally.refused.total():,}")
    console.print(table)
    for reason, count in day.total.refused.most_common():
        console.print(f"  {count:7,}  refused: {reason}")
    total = day.total
    console.print(
        f"served {total.served:,} = stored {total.stored:,} + known {total.known:,} + refused {total.refused.total():,}:"
        f" {'adds up' if total.served == total.accounted and not total.mismatches else 'DOES NOT ADD UP'}"
    )
    console.print(
        f"{day.distinct:,} different articles in readable answers, {day.articles:,} stored:"
        f" {'each once' if day.distinct == day.articles else 'NOT EACH ONCE'};"
        f" {day.news:,} of them news, {day.changed:,} changed since, {day.braked} feeds braked"
    )
    console.print(
        f"{total.visits.total():,} visits in {day.seconds:.0f} s, {total.visits.total() / day.seconds:.0f} a second"
    )
    for line in total.mismatches[:10]:
        console.print(f"  {line}")


def main() -> None:
    feeds, seed = (int(word) for word in (*sys.argv[1:3], *("1000", "7")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as folder:
        day = asyncio.run(simulate(Path(folder), feeds=feeds, seed=seed))
    show(day)
    total = day.total
    sys.exit(not (total.served == total.accounted and not total.mismatches and day.distinct == day.articles))


if __name__ == "__main__":
    main()

"""Kills workers at every step of their work and counts what is lost and what comes twice.

    python -m tests.benchmarks.kills --kills 200 --database sqlite
    python -m tests.benchmarks.kills --kills 200 --database postgresql --lanes 4
    python -m tests.benchmarks.kills --kills 200 --step ingest

Each worker is a real process with all its loops; it dies by SIGKILL at a statement drawn by the seed, or at a
moment of sending, or while it stops. Telegram's limits are kept by the local Bot API. The same seed draws
the same kills. Prints what was lost, what came twice and why, and what Telegram refused: all but the
excusable repetitions must be 0.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import open_services
from bot.localchat.local import LocalTelegram
from bot.localchat.rates import Rates
from bot.settings import Settings
from storage.database import Storage
from storage.migrate import current_revision, newest_revision
from tests.benchmarks.crash_report import Findings, findings_of
from tests.benchmarks.crash_world import ADMIN, CrashWorld, heartbeat, served_feed
from tests.benchmarks.databases import database, new_database
from tests.benchmarks.victim import Doom, JumpingClock, Life, When, Worker, bring_up_to_date

LEASES_OVER_S = 120.0
MOST_S = 40.0
"""What one life may last."""
QUIET_WITHIN_S = 120.0


@dataclass(frozen=True, slots=True)
class Step:
    """A kind of work, and which statements of it one may die at; without any, at a moment of sending."""

    prepare: Callable[[CrashWorld], Awaitable[object]]
    statement: str = ""
    most: int = 1


STEPS: dict[str, Step] = {
    "ingest": Step(lambda w: w.publish(20), r"INSERT INTO (articles|analyses|entries|terms)|UPDATE feeds", 8),
    "build": Step(lambda w: w.let_digests_be_due(6), r"UPDATE digests|INSERT INTO (editions|told|outbox)", 5),
    "claim": Step(lambda w: w.owe(20), r"UPDATE outbox SET .*fence", 20),
    "accept, mark": Step(lambda w: w.owe(20), r"UPDATE outbox SET .*message_id", 20),
    "part, part": Step(lambda w: w.owe(20)),
    "broadcast": Step(lambda w: w.break_news(recall=False), r"UPDATE broadcasts|INSERT INTO outbox", 4),
    "recall": Step(lambda w: w.break_news(recall=True), r"UPDATE outbox SET .*revision|DELETE FROM told", 4),
    "answer": Step(lambda w: w.ask(), r"UPDATE inbox|INSERT INTO inbox", 6),
    "forget": Step(lambda w: w.forget(), r"DELETE FROM chats", 1),
    "shutdown": Step(lambda w: w.owe(25)),
    "migration": Step(lambda w: w.owe(0), "CREATE|ALTER|INSERT|DROP|UPDATE", 110),
}


@dataclass
class Trial:
    """Life after life until enough were ended."""

    world: CrashWorld
    life: Life
    chance: random.Random
    deaths: Counter[str] = field(default_factory=Counter)
    under_way: int = 0
    late_exits: int = 0
    bad_codes: list[int | None] = field(default_factory=list)
    unfinished_schemas: int = 0

    async def run(
        self, kills: int, *, steps: Iterable[str] = STEPS, on_kill: Callable[[int], object] = lambda _: None
    ) -> None:
        steps = cycle(steps)
        while (number := sum(self.deaths.values())) < kills:
            await self._kill(next(steps))
            on_kill(number + 1)
        await self.finish()

    async def _kill(self, name: str) -> None:
        step = STEPS[name]
        if name == "migration":
            await self._kill_migration(step)
            self.deaths[name] += 1
            return
        await step.prepare(self.world)
        doom = self._doom(step) if step.statement else None
        if not doom:
            # Accepted at once, answered a little later: the end falls between accepting and noting.
            self.world.telegram.faults.slow(0.03, times=None)
        goal = len(self.world.telegram.sent) + self.chance.randint(1, 20)
        with Worker(replace(self.life, doom=doom)) as worker:
            if doom:
                await self._until_dead(worker)
            else:
                await self._until_sent(worker, goal)
                if name == "shutdown":
                    worker.signal(signal.SIGTERM)
                    await asyncio.sleep(self.chance.uniform(0, 0.4))
            worker.signal(signal.SIGKILL)
            await worker.ended(within=5)
        self.world.telegram.faults.clear()
        self.deaths[name] += 1
        self.under_way += await self.world.note_death()
        self.world.clock.jump(seconds=LEASES_OVER_S)

    async def _kill_migration(self, step: Step) -> None:
        """Over a database of its own; the next start has to finish it."""
        url = await new_database(self.life.database, f"new_{next(self.world.numbers)}")
        life = replace(self.life, database=url, work=bring_up_to_date, doom=self._doom(step))
        for one in (life, replace(life, doom=None)):
            with Worker(one) as worker:
                await worker.ended(within=MOST_S)
        async with Storage(url) as storage:
            self.unfinished_schemas += await current_revision(storage) != newest_revision()

    def _doom(self, step: Step) -> Doom:
        return Doom(
            statement=step.statement,
            nth=self.chance.randint(1, step.most),
            when=self.chance.choice(list(When)),
            late_s=self.chance.uniform(0, 0.008),
        )

    async def _until_dead(self, worker: Worker) -> None:
        """Or until there is nothing left that it could die of."""
        end = time.monotonic() + MOST_S
        while worker.is_alive and time.monotonic() < end:
            if await worker.ended(within=0.3) is None and await self.world.is_quiet():
                await asyncio.sleep(self.chance.uniform(0, 0.5))
                return

    async def _until_sent(self, worker: Worker, goal: int) -> None:
        telegram, end = self.world.telegram, time.monotonic() + MOST_S
        while worker.is_alive and len(telegram.sent) < goal and time.monotonic() < end:
            await telegram.world.changes.wait(0.5)

    async def finish(self) -> None:
        """One more life, in peace; then it is told to stop."""
        with Worker(self.life) as worker:
            end = time.monotonic() + QUIET_WITHIN_S
            while time.monotonic() < end and not await self._is_done():  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.3)
            started = time.monotonic()
            worker.signal(signal.SIGTERM)
            self.bad_codes = [code for code in [await worker.ended(within=20)] if code != 0]
            self.late_exits = int(time.monotonic() - started > 15)

    async def _is_done(self) -> bool:
        """A feed whose reader was killed is looked at again when the claim on it is over: time has to pass."""
        if not await self.world.is_quiet():
            return False
        if not await self.world.missing_articles():
            return True
        self.world.clock.jump(seconds=LEASES_OVER_S)
        await asyncio.sleep(3)
        return False


@asynccontextmanager
async def trial_over(
    url: str, folder: Path, *, lanes: int, seed: int, rate: int = 28
) -> AsyncIterator[Trial]:
    """A world with its readers, feed and Telegram around one database, and the life its workers lead."""
    clock, chance = JumpingClock(folder / "clock"), random.Random(seed)
    values: dict[str, Any] = {
        "admins": frozenset({ADMIN}),
        "breaking_cap": 100,
        "send_lanes": lanes,
        "rate_limit": rate,
    }
    settings = Settings(database_url=SecretStr(url), private_feeds=True, **values)
    async with (
        served_feed() as feed,
        heartbeat() as stalls,
        LocalTelegram() as telegram,
        open_services(settings, clock=clock) as services,
    ):
        telegram.api.rates = Rates()
        world = CrashWorld(services, telegram, clock, chance, feed, stalls=stalls)
        await world.settle_in()
        life = Life(
            database=url,
            api_url=telegram.base_url,
            token=telegram.token,
            clock_path=clock.path,
            log_path=folder / "log",
            settings=values,
        )
        yield Trial(world, life, chance)


async def try_it(
    url: str,
    folder: Path,
    *,
    kills: int,
    lanes: int,
    seed: int,
    rate: int = 28,
    steps: Iterable[str] = tuple(STEPS),
    on_kill: Callable[[int], object] = lambda _: None,
) -> Findings:
    """Kill so many workers over one database, and look at what is left."""
    async with trial_over(url, folder, lanes=lanes, seed=seed, rate=rate) as trial:
        await trial.run(kills, steps=steps, on_kill=on_kill)
        return await findings_of(trial.world, trial, log_path=trial.life.log_path)


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--lanes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1706)
    parser.add_argument("--step", choices=STEPS, action="append", help="Only these kinds of work.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database(options.database, Path(name)) as url:
        started = time.monotonic()
        findings = await try_it(
            url,
            Path(name),
            kills=options.kills,
            lanes=options.lanes,
            seed=options.seed,
            steps=options.step or tuple(STEPS),
            on_kill=lambda number: print(".", end="" if number % 50 else "\n", flush=True),
        )
        print(f"\nseed {options.seed}, {options.database}, {time.monotonic() - started:.0f} s")
        print(findings)
    return 0 if findings.is_clean else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

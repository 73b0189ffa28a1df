"""Everything at once for a while, then quiet, then a comparison with what was owed.

    python -m tests.benchmarks.soak --minutes 5 --database postgresql

Workers (two on PostgreSQL) serve readers, digests, breaking items, questions and a feed while the local
Bot API breaks connections, answers with pages and junk, holds, throttles and closes; every 20 seconds a
worker is killed, the clock jumps once, and the database drops all connections once. The seed brings the same
weather and the same work again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.localchat.storm import Storm
from storage.database import normalise_url
from tests.benchmarks.crash_report import Findings, findings_of
from tests.benchmarks.crash_world import CrashWorld
from tests.benchmarks.databases import database
from tests.benchmarks.kills import Trial, trial_over
from tests.benchmarks.victim import Life, Worker

KILL_EVERY_S = 20.0
WORK_EVERY_S = 2.0
LATER_S = 60.0
"""A killed worker's leases are over by then."""


@dataclass
class Soak:
    """Some workers, and what happens to them."""

    world: CrashWorld
    trial: Trial
    life: Life
    chance: random.Random
    workers: list[Worker]
    memory: list[int] = field(default_factory=list)
    """Bytes of the largest worker, seen now and then."""

    async def run(self, seconds: float) -> None:
        started = time.monotonic()
        kill_at, jump_at, cut_at = KILL_EVERY_S, seconds * 0.4, seconds * 0.7
        while (passed := time.monotonic() - started) < seconds:
            await self._work()
            if passed >= kill_at:
                kill_at += KILL_EVERY_S
                await self._kill()
            if passed >= jump_at:
                jump_at = float("inf")
                self.world.clock.jump(hours=1)
            if passed >= cut_at:
                cut_at = float("inf")
                await self._cut()
            self.memory.append(max(_resident(worker.process.pid) for worker in self.workers))
            await asyncio.sleep(WORK_EVERY_S)
            print(".", end="", flush=True)

    async def _work(self) -> None:
        draw = self.chance.random()
        await self.world.owe(self.chance.randint(2, 12))
        if draw < 0.3:
            await self.world.let_digests_be_due(self.chance.randint(1, 4))
        if draw > 0.7:
            await self.world.ask()
        if 0.3 <= draw < 0.4:
            await self.world.publish(5)
        if 0.4 <= draw < 0.46:
            await self.world.break_news(recall=draw < 0.43)
        if 0.46 <= draw < 0.5:
            await self.world.forget()

    async def _kill(self) -> None:
        place = self.chance.randrange(len(self.workers))
        worker = self.workers[place]
        pid = worker.process.pid
        worker.signal(9)
        await worker.ended(within=5)
        worker.__exit__()
        self.trial.under_way += await self.world.note_death(pid)
        self.trial.deaths["soak"] += 1
        self.world.clock.jump(seconds=LATER_S)
        self.workers[place] = Worker(self.life)
        self.workers[place].__enter__()

    async def _cut(self) -> None:
        """All connections to PostgreSQL at once; a file has none."""
        url = normalise_url(self.life.database)
        if url.get_backend_name() == "sqlite":
            return
        engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                     " AND datname = current_database()")
            )  # fmt: skip
        await engine.dispose()


def _resident(pid: int | None) -> int:
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * 4096


async def soak(url: str, folder: Path, *, minutes: float, seed: int, lanes: int) -> tuple[Findings, Soak]:
    async with trial_over(url, folder, lanes=lanes, seed=seed) as trial:
        faults = trial.world.telegram.faults
        count = 2 if trial.world.services.storage.dialect == "postgresql" else 1
        one = Soak(trial.world, trial, trial.life, trial.chance, [Worker(trial.life) for _ in range(count)])
        for worker in one.workers:
            worker.__enter__()
        faults.weather = Storm(seed=seed)
        try:
            await one.run(minutes * 60)
        finally:
            faults.clear()
            for worker in one.workers:
                worker.signal(15)
                await worker.ended(within=20)
                worker.__exit__()
        trial.world.clock.jump(seconds=LATER_S)
        await trial.finish()
        return await findings_of(trial.world, trial, log_path=trial.life.log_path), one


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--lanes", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1706)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database(options.database, Path(name)) as url:
        findings, done = await soak(
            url, Path(name), minutes=options.minutes, seed=options.seed, lanes=options.lanes
        )
    half = len(done.memory) // 2
    first, second = max(done.memory[:half], default=0), max(done.memory[half:], default=0)
    print(f"\nseed {options.seed}, {options.database}, {options.minutes:g} minutes")
    print(findings)
    print(f"{'largest worker, first and second half, MiB':<48}{first / 2**20:.0f}, {second / 2**20:.0f}")
    return 0 if findings.is_clean else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))

"""Issuing editions to very many chats: `python -m tests.benchmarks.bench_digests [--chats N] [--large N]`.

The news are a day's 5,000 articles in an archive of 100,000, the chats follow 5 to 10 of 20,000 topics. Everything runs as in the
bot: claim, select, build, print, outbox, on SQLite. CPU is this process's, all threads together. The peer
of selection is one text query a chat, asked of the same file without any layer between.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import multiprocessing
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot import editions, pipeline
from bot.app import open_services
from bot.garbage import seldom_sought
from bot.services import Services
from bot.settings import Settings
from storage.database import Storage
from storage.migrate import migrate
from tests.benchmarks import crowd
from tests.benchmarks.crowd import NOW, Readership

SAMPLE = 2000
"""Chats whose selection is asked of the text index as well."""


class Standing:
    """A clock that stands at the minute all are due."""

    def now(self) -> Any:
        return NOW


@dataclass
class Spent:
    """Where the time of a run went."""

    cpu: dict[str, float] = field(default_factory=dict)
    locked_ms: list[float] = field(default_factory=list)
    memory_mb: list[float] = field(default_factory=list)
    chats: int = 0
    parts: int = 0

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        started = time.process_time()
        try:
            yield
        finally:
            self.cpu[name] = self.cpu.get(name, 0.0) + time.process_time() - started

    def per_chat_ms(self, name: str) -> float:
        return self.cpu.get(name, 0.0) / max(self.chats, 1) * 1000


@contextmanager
def watched(spent: Spent) -> Iterator[None]:
    """The steps of issuing with a clock around each; the steps themselves are the bot's."""
    kept = (editions.choose, editions.Press.print_all, editions.owe, Storage.write)

    async def choose(*args: Any, **more: Any) -> Any:
        with spent.on("select"):
            return await kept[0](*args, **more)

    def print_all(*args: Any, **more: Any) -> Any:
        with spent.on("build and print"):
            return kept[1](*args, **more)

    async def owe(*args: Any, **more: Any) -> Any:
        with spent.on("edition, ledger, outbox"):
            return await kept[2](*args, **more)

    @contextlib.asynccontextmanager
    async def write(self: Storage) -> AsyncIterator[Any]:
        async with kept[3](self) as tx:
            started = time.perf_counter()
            yield tx
        spent.locked_ms.append((time.perf_counter() - started) * 1000)

    editions.choose, editions.Press.print_all, editions.owe = choose, print_all, owe  # type: ignore[assignment]
    Storage.write = write  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        editions.choose, editions.Press.print_all, editions.owe, Storage.write = kept  # type: ignore[method-assign,assignment]


async def issue_all(services: Services, *, most: int = 0) -> Spent:
    """Every due order, in the bot's own rounds."""
    spent, process = Spent(), psutil.Process()
    with watched(spent), spent.on("all"):
        while not most or spent.chats < most:
            done = await pipeline.issue(services)
            spent.chats += done.issued + done.empty
            spent.memory_mb.append(process.memory_info().rss / 1e6)
            if not done.is_more:
                break
    return spent


async def made(path: Path, readership: Readership) -> None:
    async with Storage(f"sqlite:///{path}") as storage:
        await migrate(storage)
    # In a process of its own: what filling took would be counted as the bot's memory.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        await asyncio.wrap_future(pool.submit(crowd.fill, path, readership))


@contextlib.asynccontextmanager
async def opened(path: Path) -> AsyncIterator[Services]:
    settings = Settings(database_url=SecretStr(f"sqlite:///{path}"))
    async with open_services(settings, clock=Standing()) as services:
        gc.collect()
        with seldom_sought():
            yield services


def text_queries(path: Path, chats: list[int]) -> float:
    """CPU seconds a chat: its topics looked up in the text index, the stories of the day's hits."""
    connection = sqlite3.connect(path)
    ask = (
        "SELECT articles.story_id, articles.first_seen_at FROM text_index JOIN articles"
        " ON articles.id = text_index.rowid WHERE text_index MATCH ? AND text_index.rowid > ?"
    )
    wishes = [
        " OR ".join(
            f'"{key}"'
            for (key,) in connection.execute(
                "SELECT key FROM topics JOIN subscriptions ON topic_id = id WHERE chat_id = ?", (chat,)
            )
        )
        for chat in chats
    ]
    started = time.process_time()
    found = sum(len(connection.execute(ask, (wish, crowd.ARCHIVE)).fetchall()) for wish in wishes)
    spent = time.process_time() - started
    connection.close()
    assert found
    return spent / len(chats)


async def due_ms(storage: Storage, *, rounds: int = 21) -> float:
    """Median wall time of finding the next orders that are due."""
    taken = []
    for _ in range(rounds):
        async with storage.read() as tx:
            started = time.perf_counter()
            assert await tx.digests.due(NOW, pipeline.ISSUED_AT_ONCE)
            taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def share(path: Path, query: str) -> float:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return float(connection.execute(query).fetchone()[0])


async def bench(chats: int, large: int, few: int, folder: Path) -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    path = folder / "crowd.db"
    await made(path, Readership(chats))
    sample = random.Random(2).sample(range(1, chats + 1), min(SAMPLE, chats))
    peer_before = text_queries(path, sample)
    async with opened(path) as services:
        spent = await issue_all(services)
    peer = statistics.mean([peer_before, text_queries(path, sample)])
    assert spent.chats == chats, spent.chats
    mine = spent.per_chat_ms("select") / 1000
    rows.append(("selection: text query / ours, CPU", f"{peer / mine:.1f}", "≥ 10"))
    rows.append(("  one text query a chat, ms", f"{peer * 1000:.3f}", ""))
    steps = ("select", "build and print", "edition, ledger, outbox")
    rows.extend((f"  {name}, ms a chat", f"{spent.per_chat_ms(name):.3f}", "") for name in steps)
    rows.append(("whole edition, ms of one core a chat", f"{spent.per_chat_ms('all'):.3f}", "< 1"))
    rows.append(("writer held: median, longest, ms", _spread(spent.locked_ms), "longest ≤ 100"))
    stories = share(path, "SELECT avg(story_count) FROM editions")
    parts = share(path, "SELECT 1.0 * count(*) / count(DISTINCT chat_id) FROM outbox")
    rows.append(("stories and messages a chat", f"{stories:.1f}, {parts:.1f}", ""))
    warm = spent.memory_mb[len(spent.memory_mb) // 5]
    rows.append(("memory, MB: after a fifth, at the end", f"{warm:.0f}, {spent.memory_mb[-1]:.0f}", "flat"))
    path.unlink()
    rows += await _growth(large, few, folder)
    return rows


async def _growth(large: int, few: int, folder: Path) -> list[tuple[str, str, str]]:
    """The same number of chats due, of few on file and of many."""
    rows = []
    costs: dict[int, list[float]] = {few: [], large: []}
    paths = {count: folder / f"{count}.db" for count in costs}
    for count, path in paths.items():
        await made(path, Readership(count, every=count // few))
    for count, path in paths.items():
        async with opened(path) as services:
            ms = await due_ms(services.storage)
            rows.append((f"finding who is due, {count:,} chats on file, ms", f"{ms:.2f}", "< 50"))
    for count, path in paths.items():
        async with opened(path) as services:
            spent = await issue_all(services)
        assert spent.chats == few, spent.chats
        costs[count].append(spent.per_chat_ms("all"))
    ratio = statistics.median(costs[large]) / statistics.median(costs[few])
    rows.append((f"cost a chat, {large:,} on file / {few:,}, CPU", f"{ratio:.2f}", "≤ 1.3"))
    return rows


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.0f}, {max(values):.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--chats", type=int, default=100_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--few", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(bench(chosen.chats, chosen.large, chosen.few, Path(folder)))
    table = Table("figure", "measured", "limit", title=f"{chosen.chats:,} editions")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()

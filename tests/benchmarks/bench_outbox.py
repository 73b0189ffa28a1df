"""The outbox alone: look up, claim and record in batches, against raw sqlite3 with the same statements.

    python -m tests.benchmarks.bench_outbox [--count 5000] [--rounds 5] [--batch 100]

SQLite with synchronous=FULL. Our run is noted statement by statement and then carried out once more by the
standard library's driver alone, on a copy of the same file. Medians of interleaved rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sqlite3
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, event

from bot.clock import SystemClock
from storage.database import Storage, Transaction
from storage.messages import Attempt, OutboxMessage, OutboxState
from storage.migrate import migrate
from tests.benchmarks.bench_delivery import owe

LEASE = timedelta(seconds=50)
Statement = tuple[str, Any]
COMMIT: Statement = ("COMMIT", ())


async def ours(path: Path, batch: int) -> tuple[float, int]:
    """Seconds for all that waits, and how many that were."""
    clock, done = SystemClock(), 0
    claimed: list[OutboxMessage] = []

    async def turn(tx: Transaction) -> list[OutboxMessage]:
        """As the ledger does it: what came of the last ones and the intent of the next, in one commit."""
        sent = [
            Attempt(
                id=one.id,
                fence=one.fence + 1,
                state=OutboxState.SENT,
                attempts=1,
                ambiguous=0,
                message_id=7,
            )
            for one in claimed
        ]
        if sent:
            assert len(await tx.outbox.record(sent, owner="bench", now=clock.now())) == len(sent)
        messages = await tx.outbox.due(now=clock.now(), limit=batch)
        if messages:
            await tx.outbox.claim(messages, owner="bench", until=clock.now() + LEASE)
        return messages

    async with Storage(f"sqlite:///{path}") as storage:
        await storage.transact(lambda tx: tx.outbox.waiting(now=clock.now()))  # open, and warm
        started = time.perf_counter()
        while True:
            claimed = await storage.transact(turn)
            done += len(claimed)
            if not claimed:
                return time.perf_counter() - started, done


def raw(path: Path, statements: list[Statement]) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    started = time.perf_counter()
    for statement, values in statements:
        connection.execute(statement, values).fetchall()
    took = time.perf_counter() - started
    connection.close()
    return took


class Noted:
    """What our run asks of the database."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def __enter__(self) -> list[Statement]:
        event.listen(Engine, "before_cursor_execute", self._note)
        event.listen(Engine, "commit", self._commit)
        return self.statements

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)
        event.remove(Engine, "commit", self._commit)

    def _note(self, *arguments: Any) -> None:
        _connection, _cursor, statement, values, *_ = arguments
        self.statements.append((statement, values))

    def _commit(self, _connection: object) -> None:
        self.statements.append(COMMIT)


async def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--batch", type=int, default=100)
    options = parser.parse_args()
    rates: dict[str, list[float]] = {"ours": [], "raw sqlite3": []}
    with tempfile.TemporaryDirectory() as folder:
        made, ours_path, raw_path = (Path(folder) / name for name in ("made.db", "ours.db", "raw.db"))
        async with Storage(f"sqlite:///{made}") as storage:
            await migrate(storage)
            await owe(storage, SystemClock(), options.count)
        shutil.copy(made, ours_path)
        with Noted() as statements:
            await ours(ours_path, options.batch)
        for _ in range(options.rounds):
            shutil.copy(made, ours_path)
            took, done = await ours(ours_path, options.batch)
            assert done == options.count
            rates["ours"].append(done / took)
            shutil.copy(made, raw_path)
            rates["raw sqlite3"].append(options.count / raw(raw_path, statements))
    table = Table(title=f"outbox, SQLite FULL, batches of {options.batch}")
    for column in ("", "messages/s", "× raw sqlite3"):
        table.add_column(column, justify="left" if not column else "right")
    yardstick = statistics.median(rates["raw sqlite3"])
    for name, found in rates.items():
        table.add_row(name, f"{statistics.median(found):,.0f}", f"{statistics.median(found) / yardstick:.2f}")
    Console(width=80).print(table)


if __name__ == "__main__":
    asyncio.run(main())

"""The breaking desk with a large audience: how long each of its steps holds the database.

    python -m tests.benchmarks.bench_broadcasts [--chats 100000]

Prints medians in milliseconds on SQLite beside the limits they must keep: a page is fed within the time
its messages take to send, and nothing holds the one writer longer than 100 ms.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import insert, select, update

from bot.app import open_services
from bot.broadcasts import control, drafting
from bot.broadcasts.drafting import Preview
from bot.broadcasts.feeding import PAGE, feed
from bot.broadcasts.item import Item
from bot.broadcasts.report import count_of
from bot.services import Services
from bot.settings import Settings
from storage.records import BroadcastId
from storage.schema_chats import chats, outbox

ADMIN = 1
WRITER_MS = 100.0


async def _people(services: Services, number: int) -> None:
    rows = [
        {
            "telegram_id": n,
            "thread_id": 0,
            "kind": "private",
            "language": "de" if n % 3 else "en",
            "timezone": "Europe/Berlin" if n % 5 else "Europe/Vienna",
            "state": "active",
            "state_reason": "",
            "length": "normal",
            "breaking": "all",
            "created_at": services.clock.now() - timedelta(days=1),
        }
        for n in range(1, number + 1)
    ]
    for start in range(0, number, 5000):
        async with services.storage.write() as tx:
            await tx.chats._connection.execute(insert(chats), rows[start : start + 5000])


async def _send_what_waits(services: Services) -> None:
    """Stands in for the courier: everything that waits has gone out."""
    async with services.storage.write() as tx:
        waiting = select(outbox.c.id).where(outbox.c.state == "pending")
        await tx.outbox._connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(waiting))
            .values(state="sent", message_id=outbox.c.id, ended_at=services.clock.now())
        )


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return (time.perf_counter() - started) * 1000


async def measure(number: int) -> dict[str, tuple[float, float]]:
    """(median ms, limit in ms) by step."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            database_url=SecretStr(f"sqlite:///{Path(folder) / 'bench.db'}"),
            admins=frozenset({ADMIN}),
            rate_limit=1000,
        )
        async with open_services(settings) as services:
            await _people(services, number)
            item = Item("Nordkorea feuert erneut", "Zwei Raketen gingen im Meer nieder.", "")
            preview = await drafting.draft(services, item, admin_id=ADMIN, desk_id=ADMIN)
            assert isinstance(preview, Preview)
            assert preview.audience.reached == number
            id_ = preview.broadcast.id
            confirming = await _timed(
                lambda: control.confirm(services, id_, admin_id=ADMIN, report_message_id=1)
            )
            pages, counts, pauses = await _run(services, id_)
            recalling = await _timed(lambda: control.recall(services, id_))
        return {
            "confirm": (confirming, 1000.0),
            f"feed a page of {PAGE}": (statistics.median(pages), WRITER_MS),
            "feed a page, slowest": (max(pages), 10 * WRITER_MS),
            "count for the report, all fed": (statistics.median(counts[-5:]), 1000.0),
            "pause and go on": (statistics.median(pauses), 2 * WRITER_MS),
            "recall, all sent": (recalling, 2000.0),
        }


async def _run(services: Services, id_: BroadcastId) -> tuple[list[float], list[float], list[float]]:
    pages, counts, pauses = [], [], []
    is_more = True
    while is_more:
        started = time.perf_counter()
        is_more = await feed(services)
        pages.append((time.perf_counter() - started) * 1000)
        if len(pages) % 20 == 0 or not is_more:
            async with services.storage.read() as tx:
                broadcast = await tx.broadcasts.get(id_)
            pauses.append(await _timed(lambda: _pause(services, id_)))
            await _send_what_waits(services)
            counts.append(await _timed(partial(count_of, services, broadcast)))
            is_more = is_more or not broadcast.is_fed
    return pages, counts, pauses


async def _pause(services: Services, id_: BroadcastId) -> None:
    await control.pause(services, id_)
    await control.resume(services, id_)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chats", type=int, default=100_000)
    figures = asyncio.run(measure(parser.parse_args().chats))
    print(f"{'step':<34}{'ms':>10}{'limit':>10}{'ratio':>8}")
    for step, (found, limit) in figures.items():
        print(f"{step:<34}{found:>10.1f}{limit:>10.0f}{found / limit:>8.2f}")


if __name__ == "__main__":
    main()

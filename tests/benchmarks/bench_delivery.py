"""Whole delivery against bare aiohttp and plain python-telegram-bot: `python -m tests.benchmarks.bench_delivery`.

Medians of interleaved rounds against a minimal Bot API in its own process. CPU is this process's, all
threads together; where others share the machine it says more than the rates.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.clock import SystemClock
from bot.delivery.limits import Limits
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.garbage import seldom_sought
from bot.pipeline import deliver
from storage.database import Storage
from storage.messages import Lane, MessagePart, NewDelivery
from storage.migrate import migrate
from storage.records import ChatId, ChatKind, ChatState
from storage.schema_chats import chats
from tests.benchmarks.databases import database
from tests.flows.postbox import services_for

TOKEN = "123456:" + "x" * 35
TEXT = "<b>Überschrift</b>\n" + "Ein Satz über die Lage. " * 52
LANES_FOR_EACH, MOST_LANES = 3, 256
"""Lanes for each request in flight: while some wait for a commit, the others send."""
Run = Callable[[int], Awaitable[None]]


def lanes_for(in_flight: int) -> int:
    return min(LANES_FOR_EACH * in_flight, MOST_LANES)


@asynccontextmanager
async def bot_api(delay: float) -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.bot_api", str(delay), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        port = int(await process.stdout.readline())
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        await process.communicate()


async def spread(count: int, lanes: int, send: Callable[[int], Awaitable[object]]) -> None:
    numbers = iter(range(count))

    async def lane() -> None:
        for number in numbers:
            await send(number)

    await asyncio.gather(*(lane() for _ in range(lanes)))


@asynccontextmanager
async def bare(address: str, lanes: int) -> AsyncIterator[Run]:
    """The yardstick: the same JSON posted by aiohttp, nothing stored."""
    url = f"{address}/bot{TOKEN}/sendMessage"
    connector = aiohttp.TCPConnector(limit=lanes)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def send(number: int) -> None:
            body = {
                "chat_id": number,
                "text": TEXT,
                "parse_mode": "HTML",
                "link_preview_options": {"is_disabled": True},
            }
            async with session.post(url, json=body) as answer:
                await answer.json()

        yield lambda count: spread(count, lanes, send)


@asynccontextmanager
async def library(address: str, lanes: int, *, ours: bool) -> AsyncIterator[Run]:
    """Bot.send_message over its stock transport, or over ours."""
    request = (
        AiohttpRequest()
        if ours
        else HTTPXRequest(connection_pool_size=lanes, read_timeout=60, pool_timeout=60)
    )
    bot = Bot(TOKEN, base_url=f"{address}/bot", request=request, get_updates_request=request)
    async with request:
        yield lambda count: spread(count, lanes, lambda n: bot.send_message(n + 1, TEXT, parse_mode="HTML"))


@asynccontextmanager
async def whole(address: str, connections: int, lanes: int, url: str) -> AsyncIterator[Run]:
    """Look up, claim, send, record; on SQLite with synchronous=FULL.

    `connections` requests are in flight at most; the other lanes wait for their commit meanwhile.
    """
    clock = SystemClock()
    transport = AiohttpRequest(connections=connections)
    async with Storage(url) as storage, transport:
        await migrate(storage)
        services = services_for(storage, clock, send_lanes=lanes)
        sender = TelegramSender(transport, token=TOKEN, base_url=address)
        limits = Limits(per_second=1_000_000)

        async def run(count: int) -> None:
            sent = 0
            while sent < count:
                sent += (await deliver(services, sender, limits)).sent

        run.prepare = lambda count: owe(storage, clock, count)  # type: ignore[attr-defined]
        yield run


async def owe(storage: Storage, clock: SystemClock, count: int) -> None:
    """A message for each of so many new chats."""
    now, stamp = clock.now(), time.monotonic_ns()
    async with storage.write() as tx:
        await tx.outbox._connection.execute(
            insert(chats),
            [
                {
                    "id": stamp + number, "telegram_id": stamp + number, "thread_id": 0,
                    "kind": ChatKind.PRIVATE, "language": "de", "timezone": "Europe/Berlin",
                    "state": ChatState.ACTIVE, "state_reason": "", "length": "normal", "breaking": "all",
                    "created_at": now,
                }
                for number in range(count)
            ],
        )  # fmt: skip
        for start in range(0, count, 500):
            deliveries = [
                NewDelivery(
                    chat_id=ChatId(stamp + number),
                    key=f"bench:{stamp}:{number}",
                    lane=Lane.DIGEST,
                    parts=(MessagePart(html=TEXT),),
                    not_before=now,
                )
                for number in range(start, min(start + 500, count))
            ]
            await tx.outbox.put_many(deliveries, now=now)


async def measure(run: Run, count: int) -> tuple[float, float]:
    """Messages a second, and CPU microseconds for each."""
    prepare = getattr(run, "prepare", None)
    if prepare is not None:
        await prepare(count)
    wall, cpu = time.perf_counter(), time.process_time()
    await run(count)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return count / wall, cpu / count * 1e6


async def compare(
    delay: float, lanes: int, *, count: int, rounds: int, kind: str
) -> dict[str, tuple[float, float]]:
    with tempfile.TemporaryDirectory() as folder, database(kind, Path(folder)) as url:
        async with (
            bot_api(delay) as address,
            bare(address, lanes) as bare_run,
            library(address, lanes, ours=False) as plain_run,
            library(address, lanes, ours=True) as ours_run,
            whole(address, lanes, lanes_for(lanes), url) as whole_run,
        ):
            runs = {
                "bare aiohttp, JSON": bare_run,
                "plain python-telegram-bot": plain_run,
                "python-telegram-bot over our transport": ours_run,
                "whole delivery": whole_run,
            }
            # The stock transport is so slow that fewer of its messages say as much.
            counts = {name: max(1, count // 5) if run is plain_run else count for name, run in runs.items()}
            return await medians(runs, counts, rounds)


async def concurrency(*, count: int, rounds: int) -> float:
    """The rate with 128 in flight as a share of the one with 8, on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            bot_api(0) as address,
            whole(address, 8, lanes_for(8), f"sqlite:///{folder}/few.db") as few,
            whole(address, 128, lanes_for(128), f"sqlite:///{folder}/many.db") as many,
        ):
            rates = await medians({"8": few, "128": many}, {"8": count, "128": count}, rounds)
    return rates["128"][0] / rates["8"][0]


async def medians(
    runs: dict[str, Run], counts: dict[str, int], rounds: int
) -> dict[str, tuple[float, float]]:
    results: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for name, run in runs.items():
            results.setdefault(name, []).append(await measure(run, counts[name]))
    return {
        name: (statistics.median(rate for rate, _ in pairs), statistics.median(cpu for _, cpu in pairs))
        for name, pairs in results.items()
    }


def show(title: str, results: dict[str, tuple[float, float]]) -> None:
    table = Table(title=title)
    for column in ("", "messages/s", "CPU µs each", "× bare aiohttp", "× plain library", "core at 1,000/s"):
        table.add_column(column, justify="left" if not column else "right")
    bare_rate = results["bare aiohttp, JSON"][0]
    plain_rate = results["plain python-telegram-bot"][0]
    for name, (rate, cpu) in results.items():
        table.add_row(
            name,
            f"{rate:,.0f}",
            f"{cpu:,.0f}",
            f"{rate / bare_rate:.2f}",
            f"{rate / plain_rate:.1f}",
            f"{cpu / 10:.0f} %",
        )
    Console(width=110).print(table)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    numbers = {"count": options.count, "rounds": options.rounds}
    with seldom_sought():  # as in the running bot, and for the peers as well
        show("no latency, 32 in flight", await compare(0, 32, **numbers, kind=options.database))
        results = await compare(0.04, 64, **numbers, kind=options.database)
        show("40 ms latency, 64 in flight", results)
        print(f"share of 64 / 40 ms: {results['whole delivery'][0] / (64 / 0.04):.2f}")
        print(f"128 in flight, as a share of 8 in flight: {await concurrency(**numbers):.2f}")


if __name__ == "__main__":
    asyncio.run(main())

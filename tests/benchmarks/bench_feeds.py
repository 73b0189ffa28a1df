"""Collecting beside reader: `python -m tests.benchmarks.bench_feeds [--feeds N] [--rounds N] [--growth]`.

Needs `pip install reader sgmllib3k`. Both ask the same feeds on loopback, 25 entries each, into a new SQLite file: a
first run, then one in which every feed answers that nothing has changed. Each run has a process of its own,
by turns; CPU is that process with all it starts. reader updates with 10 workers.

Collecting also finds each entry's language, words and names, fills the text index and matches topics,
which reader does not do in its update; "collecting alone" leaves just that out and is what the ratios
compare. `--growth` asks for 100, 1,000 and 10,000 feeds and shows the cost of each.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import psutil
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot import intake, pipeline
from bot.analysis.analyser import Findings
from bot.app import open_services
from bot.articles.feed_session import open_session
from bot.feeds.report import Outcome
from bot.garbage import seldom_sought
from bot.services import Services
from bot.settings import Settings
from storage.records import NewFeed
from tests.benchmarks.feed_server import ENTRIES, feed, host
from tests.benchmarks.loop_watch import LoopWatch

WORKERS = 10
KINDS = ("collecting alone", "collecting, all of it", "reader")
NOTHING = Findings(
    language="de", title_terms=(), title_also=(), text_terms=(), text_also=(), entities=(), fingerprint=b""
)


@dataclass(frozen=True)
class Spent:
    """What one run of one kind took."""

    wall: float
    cpu: float
    peak_mb: float
    """The process and all it started, together."""
    entries: int
    blocked_ms: float = 0.0
    """The longest the event loop's own thread computed without looking at anything else."""


@contextmanager
def measuring(into: list[tuple[float, float, float]]) -> Iterator[None]:
    """Seconds, CPU seconds and the most memory so far, of this process and all it started."""
    me = psutil.Process()
    wall, cpu = time.perf_counter(), _cpu(me)
    yield
    into.append((time.perf_counter() - wall, _cpu(me) - cpu, sum(map(_peak, _family(me)))))


def _family(me: psutil.Process) -> list[psutil.Process]:
    return [me, *me.children(recursive=True)]


def _cpu(me: psutil.Process) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in _family(me))


def _peak(process: psutil.Process) -> float:
    """In MB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii", errors="replace")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def addresses(port: int, count: int) -> list[str]:
    return [f"http://{host(number)}:{port}/{number}" for number in range(count)]


# --- the two that are compared; each runs in a process of its own ----------------------------------


async def collect(port: int, count: int, folder: Path, *, whole: bool) -> list[Spent]:
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{folder / 'depesche.db'}"), private_feeds=True, fetch_pages=False
    )
    async with open_services(settings) as opened, open_session(settings) as session:
        services = opened if whole else _without_analysis(opened)
        async with services.storage.write() as tx:
            for number, url in enumerate(addresses(port, count)):
                new = NewFeed(url=url, publisher=f"Bote {number}", language="de")
                await tx.feeds.add(new, now=services.clock.now())
        # The word lists and the reading processes are there once for all rounds of a running bot.
        services.analyser.analyse(title="Der Rat tagt", text="Der Rat plant eine Brücke.", language="de")
        await asyncio.gather(*(session.readers.parse(feed(0)) for _ in range(2)))
        runs: list[Spent] = []
        for _ in range(2):
            spent: list[tuple[float, float, float]] = []
            # The watch stands inside, as to measure takes the loop's own time, too.
            with seldom_sought(), measuring(spent):  # as in the running bot
                async with LoopWatch() as loop:
                    done = await pipeline.collect(services, session, limit=count, every=True)
            bad = [visit for visit in done.visits if visit.outcome in {Outcome.FAILED, Outcome.PAUSED}]
            if bad:
                raise SystemExit(f"{len(bad)} feeds failed: {bad[0].error}")
            runs.append(Spent(*spent[0], entries=done.stored, blocked_ms=loop.own * 1000))
        return runs


def _without_analysis(services: Services) -> Services:
    class Absent:
        """Finds nothing in no time."""

        def analyse(self, **_: object) -> Findings:
            return NOTHING

    async def put_nothing(*_: object) -> None:
        pass

    intake._put_findings = put_nothing  # type: ignore[assignment]
    return replace(services, analyser=Absent())  # type: ignore[arg-type]


def update(port: int, count: int, folder: Path) -> list[Spent]:
    from reader import make_reader

    reader = make_reader(str(folder / "reader.db"))
    for url in addresses(port, count):
        reader.add_feed(url)
    runs = []
    for _ in range(2):
        spent: list[tuple[float, float, float]] = []
        before = reader.get_entry_counts().total
        with measuring(spent):
            reader.update_feeds(workers=WORKERS, scheduled=False)
        runs.append(Spent(*spent[0], entries=(reader.get_entry_counts().total or 0) - (before or 0)))
    if reader.get_feed_counts(broken=True).total:
        raise SystemExit("reader could not read some feeds")
    return runs


def run_one(kind: str, port: int, count: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if kind == "reader":
            runs = update(port, count, folder)
        else:
            runs = asyncio.run(collect(port, count, folder, whole=kind == "collecting, all of it"))
    print(json.dumps([asdict(run) for run in runs]))


# --- the comparison ----------------------------------------------------------------------------------


@contextmanager
def serving(count: int) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.benchmarks.feed_server", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.terminate()


def measure(kind: str, port: int, count: int) -> list[Spent]:
    """First run and unchanged run."""
    command = [sys.executable, "-m", __spec__.name, "--run", kind, str(port), str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [Spent(**run) for run in json.loads(done.stdout)]


def median(runs: list[list[Spent]], place: int, value: Callable[[Spent], float]) -> float:
    return statistics.median(value(run[place]) for run in runs)


def compare(port: int, count: int, rounds: int, console: Console) -> bool:
    runs: dict[str, list[list[Spent]]] = {kind: [] for kind in KINDS}
    for place in range(rounds):
        for kind in KINDS[place % 3 :] + KINDS[: place % 3]:
            runs[kind].append(measure(kind, port, count))
    good = True
    for place, name, target in ((0, "first run", 10.0), (1, "nothing changed", 5.0)):
        table = Table(
            box=None,
            pad_edge=False,
            title=f"{count:,} feeds, {name}, median of {rounds}",
            title_justify="left",
        )
        for head in ("", "seconds", "feeds/s", "entries/s", "CPU ms a feed", "peak MB", "loop blocked ms"):
            table.add_column(head, justify="left" if not head else "right")
        for kind, found in runs.items():
            wall, cpu = median(found, place, lambda one: one.wall), median(found, place, lambda one: one.cpu)
            entries = median(found, place, lambda one: one.entries)
            blocked = median(found, place, lambda one: one.blocked_ms)
            table.add_row(
                kind,
                f"{wall:.2f}",
                f"{count / wall:,.0f}",
                f"{entries / wall:,.0f}" if entries else "-",
                f"{cpu / count * 1000:.2f}",
                f"{median(found, place, lambda one: one.peak_mb):.0f}",
                f"{blocked:.0f}" if blocked else "-",
            )
        console.print(table)
        for kind in KINDS[:2]:
            ratios = [
                median(runs["reader"], place, value) / median(runs[kind], place, value)
                for value in ((lambda one: one.cpu), (lambda one: one.wall))
            ]
            is_met = ratios[0] >= target or kind != KINDS[0]
            good = good and is_met
            console.print(
                f"  reader / {kind}: CPU {ratios[0]:.1f}, wall {ratios[1]:.1f}"
                + (f"   (target {target:g}: {'met' if is_met else 'MISSED'})" if kind == KINDS[0] else "")
            )
        expected = count * ENTRIES if place == 0 else 0
        for kind, found in runs.items():
            if {run[place].entries for run in found} != {expected}:
                console.print(f"  {kind}: {found[0][place].entries} entries instead of {expected}")
                good = False
    return good


def grow(port: int, most: int, console: Console) -> None:
    table = Table(box=None, pad_edge=False, title="How cost grows", title_justify="left")
    for head in ("feeds", "run", "seconds", "CPU ms a feed", "entries/s", "peak MB", "loop blocked ms"):
        table.add_column(head, justify="right")
    for count in (number for number in (100, 1_000, 10_000) if number <= most):
        for name, run in zip(("first", "unchanged"), measure(KINDS[1], port, count), strict=True):
            table.add_row(
                f"{count:,}",
                name,
                f"{run.wall:.2f}",
                f"{run.cpu / count * 1000:.2f}",
                f"{run.entries / run.wall:,.0f}" if run.entries else "-",
                f"{run.peak_mb:.0f}",
                f"{run.blocked_ms:.0f}",
            )
    console.print(table)


def main() -> None:
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("--feeds", type=int, default=1_000)
    asking.add_argument("--rounds", type=int, default=3)
    asking.add_argument("--growth", action="store_true", help="100 to 10,000 feeds instead")
    asking.add_argument("--run", nargs=3, help=argparse.SUPPRESS)
    asked = asking.parse_args()
    if asked.run:
        run_one(asked.run[0], int(asked.run[1]), int(asked.run[2]))
        return
    console = Console(width=110)
    count = 10_000 if asked.growth else asked.feeds
    with serving(count) as port:
        if asked.growth:
            grow(port, count, console)
        else:
            sys.exit(not compare(port, count, asked.rounds, console))


if __name__ == "__main__":
    main()

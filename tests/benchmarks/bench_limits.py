"""The whole bot under Telegram's own limits, in real time, against the local Bot API that enforces them.

    python -m tests.benchmarks.bench_limits digests [--chats 10000]
    python -m tests.benchmarks.bench_limits spread [--chats 250]
    python -m tests.benchmarks.bench_limits breaking [--chats 100000]

`digests`: that many orders are due in the same minute (10,000 take six minutes). `spread`: they are due over
ten minutes. `breaking`: an editor's item goes to that many readers (100,000 take an hour) while others talk
to the bot. A worker runs in a process
of its own on SQLite; the Bot API refuses whoever is faster than Telegram allows and counts it.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sqlite3
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot import log
from bot.app import open_services
from bot.garbage import not_sought
from bot.localchat.local import LocalTelegram
from bot.localchat.people import Person
from bot.localchat.rates import Rates
from bot.localchat.values import Message
from bot.running import Role, running
from bot.settings import Settings
from tests.benchmarks import crowd
from tests.benchmarks.bench_digests import made
from tests.benchmarks.crowd import NOW, Readership
from tests.benchmarks.victim import JumpingClock

LIMIT = Settings.model_fields["rate_limit"].default
EDITOR = 77
WARM_UP = timedelta(seconds=30)
SPAN_S = 10.0
QUESTIONS = ("/hilfe", "/status", "/abos", "/thema {word}", "/suche {word}")
EACH_S = 2.0
SPREAD_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Stage:
    telegram: LocalTelegram
    rates: Rates
    people: dict[int, Person]

    def sent_at(self, since: float = 0.0) -> list[float]:
        """When new messages were accepted, in seconds since the epoch."""
        times = (entry.at.timestamp() for entry in self.telegram.sent)
        return [at for at in times if at >= since]


@asynccontextmanager
async def stage_of(readership: Readership, *, breaking: bool, due_over: int = 1) -> AsyncIterator[Stage]:
    """A readership, the local Telegram, and a worker that has warmed up when the orders fall due."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "limits.db"
        await made(path, readership)
        _as_asked(path, breaking=breaking, due_over=due_over)
        async with LocalTelegram() as telegram:
            telegram.api.rates = rates = Rates()
            people = {
                number: telegram.user("Leserin", user_id=number)
                for number in range(1_000_001, 1_000_001 + readership.chats)
            }
            clock = JumpingClock(Path(folder) / "clock")
            clock.jump(seconds=(NOW - timedelta(days=1) - clock.now()).total_seconds())
            async with _worker(path, telegram, Path(folder) / "clock"):
                await _until(lambda: bool(telegram.requests), "the worker")
                clock.jump(seconds=(NOW - WARM_UP - clock.now()).total_seconds())
                # The local Bot API counts what comes when it sees it: a search for garbage that holds it up
                # for a tenth of a second makes two requests of different moments one heap.
                with not_sought():
                    yield Stage(telegram, rates, people)


def _as_asked(path: Path, *, breaking: bool, due_over: int) -> None:
    with sqlite3.connect(path) as database:
        # A worker that runs has grouped its archive long ago.
        database.execute(
            "INSERT INTO stories(id, headline, lead_id, language, first_at, last_at, article_count,"
            " independent_count, version) SELECT (SELECT max(id) + 1 FROM stories), '', min(id), 'de',"
            " min(first_seen_at), max(first_seen_at), count(*), 1, 1 FROM articles WHERE story_id IS NULL"
        )
        database.execute(
            "UPDATE articles SET story_id = (SELECT max(id) FROM stories) WHERE story_id IS NULL"
        )
        database.execute("UPDATE chats SET breaking = ?, length = 'short'", ("all" if breaking else "none",))
        for minute in range(1, due_over):
            due_at = NOW + timedelta(minutes=minute)
            local = due_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M")
            database.execute(
                "UPDATE digests SET next_due_at = ?, local_time = ? WHERE chat_id % ? = ?",
                (due_at.strftime("%Y-%m-%d %H:%M:%S.%f"), local, due_over, minute),
            )
    database.close()


@asynccontextmanager
async def _worker(path: Path, telegram: LocalTelegram, clock: Path) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.bench_limits", "worker",
        str(path), telegram.base_url, telegram.token, str(clock),
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def work(path: str, api_url: str, token: str, clock: str) -> None:
    log.configure(level="warning", style="text")
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{path}"),
        token=SecretStr(token),
        api_url=api_url,
        admins=frozenset({EDITOR}),
        webhook_secret=SecretStr(""),
        send_lanes=8,
    )
    async with (
        open_services(settings, clock=JumpingClock(Path(clock))) as services,
        running(services, Role.WORKER) as bot,
    ):
        await bot.until_stopped()


# What is measured


async def digests(chats: int) -> dict[str, tuple[str, str]]:
    async with stage_of(Readership(chats), breaking=False) as stage:
        due = time.time() + WARM_UP.total_seconds()
        await _until(lambda: bool(stage.telegram.sent), "the first digest")
        await _until_quiet(stage)
        times = stage.sent_at()
        count = len(times)
        return {
            "chats reached": (f"{len({entry.chat_id for entry in stage.telegram.sent}):,}", f"{chats:,}"),
            "messages": (f"{count:,}", ""),
            "first, seconds after it was due": (f"{times[0] - due:.1f}", "≤ 2"),
            "seconds for all": (f"{times[-1] - due:.1f}", f"≤ {380 * count / 10_000:.0f}"),
            **rate_figures(times, stage.rates),
        }


async def spread(chats: int) -> dict[str, tuple[str, str]]:
    async with stage_of(Readership(chats), breaking=False, due_over=SPREAD_MINUTES) as stage:
        due = time.time() + WARM_UP.total_seconds()
        ends = due + 60 * SPREAD_MINUTES

        def is_out() -> bool:
            return time.time() > ends and len({entry.chat_id for entry in stage.telegram.sent}) >= chats

        await _until(is_out, "all digests", seconds=60 * SPREAD_MINUTES + 180)
        firsts: dict[int, float] = {}
        for entry in stage.telegram.sent:
            firsts.setdefault(entry.chat_id or 0, entry.at.timestamp())
        # People's numbers are their chats' with a million before.
        late = sorted(at - due - 60 * (chat % SPREAD_MINUTES) for chat, at in firsts.items())
        return {
            "chats reached": (f"{len(firsts):,}", f"{chats:,}"),
            "lateness: median, slowest, s": (f"{late[len(late) // 2]:.1f}, {late[-1]:.1f}", ""),
            "lateness: p99, s": (f"{late[int(len(late) * 0.99)]:.1f}", "≤ 5"),
            "violations of Telegram's limits": (str(len(stage.rates.violations)), "0"),
        }


async def breaking(chats: int) -> dict[str, tuple[str, str]]:
    async with stage_of(Readership(chats, every=chats + 1), breaking=True) as stage:
        editor = stage.telegram.user("Clara", user_id=EDITOR, is_admin=True)
        await _answers(stage, seconds=1)  # the worker is up, and warm
        before = await _answers(stage, seconds=60)
        said = await editor.say("/eilmeldung Nordkorea feuert erneut Raketen ab. Sie gingen im Meer nieder.")
        preview = await _shown(stage, editor, said)
        pressed = time.time()
        go = next(
            button.callback_data
            for button in preview.buttons()
            if (button.callback_data or "").endswith(":go")
        )
        await editor.press_data(preview, go or "")
        talking = asyncio.create_task(_answers(stage, seconds=chats / 24))
        item = "Nordkorea feuert erneut"
        count = 0

        def is_out() -> bool:
            nonlocal count
            ledger = stage.telegram.api.ledger
            while count < len(ledger):
                entry = ledger[count]
                count += 1
                if entry.message is not None and item in entry.message.text and entry.chat_id in stage.people:
                    got.add(entry.chat_id)
                    last[0] = entry.at.timestamp()
            return len(got) >= chats

        got, last = set[int | None](), [0.0]
        await _until(is_out, "the item with all readers", seconds=chats / 10 + 120)
        talking.cancel()
        during = await talking
        times = [at for at in stage.sent_at(pressed) if at <= last[0]]
        return {
            "readers reached": (f"{len(got):,}", f"{chats:,}"),
            "seconds for all": (f"{last[0] - pressed:.1f}", f"≤ {3700 * chats / 100_000 + 3:.0f}"),
            "answers while idle": (f"{len(before)}, p95 {_p95(before):.0f} ms", "≤ 150 ms"),
            "answers under the broadcast": (f"{len(during)}, p95 {_p95(during):.0f} ms", "≤ 1000 ms"),
            "slowest answer": (f"{max(during) * 1000:.0f} ms", ""),
            **rate_figures(times, stage.rates),
        }


async def _shown(stage: Stage, editor: Person, said: Message) -> Message:
    def preview() -> Message | None:
        later = (one for one in stage.telegram.replies(editor) if one.id > said.id)
        return next(
            (
                one
                for one in later
                for button in one.buttons()
                if (button.callback_data or "").endswith(":go")
            ),
            None,
        )

    return await stage.telegram.wait_for(preview, what="the preview", seconds=120)


async def _answers(stage: Stage, *, seconds: float) -> list[float]:
    """People ask things at random; how long each waits for the first answer, in seconds."""
    chance, waits = random.Random(7), []
    people = list(stage.people.values())
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends:
            person = chance.choice(people)
            question = chance.choice(QUESTIONS).format(word=crowd.word(chance.randrange(200)).title())
            said, asked = await person.say(question), time.monotonic()
            await stage.telegram.wait_for_reply(person, after=said, seconds=60)
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(EACH_S)
    except asyncio.CancelledError:
        return waits
    return waits


def _p95(seconds: Sequence[float]) -> float:
    """In milliseconds; of few, the slowest."""
    return sorted(seconds)[int(len(seconds) * 0.95)] * 1000 if seconds else float("nan")


def rate_figures(times: list[float], rates: Rates) -> dict[str, tuple[str, str]]:
    """How evenly the limit is used over any ten seconds of sustained sending, and who broke it."""
    times = sorted(times)
    full = [at for at in times if times[0] + 2 <= at <= times[-1] - SPAN_S - 2]
    counts = [bisect_left(times, at + SPAN_S) - bisect_left(times, at) for at in full] or [0]
    least, most = min(counts) / (LIMIT * SPAN_S), max(counts) / (LIMIT * SPAN_S)
    return {
        "messages a second": (f"{len(times) / max(times[-1] - times[0], 1e-9):.2f}", f"27 to {LIMIT}"),
        f"share of {LIMIT}/s in any 10 s": (f"{least:.3f} to {most:.3f}", "0.95 to 1.00"),
        "most in any second": (str(rates.fastest), "≤ 30"),
        "violations of Telegram's limits": (str(len(rates.violations)), "0"),
    }


async def _until(condition: object, what: str, seconds: float = 900.0) -> None:
    ends = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        if time.monotonic() > ends:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        await asyncio.sleep(0.2)


async def _until_quiet(stage: Stage, seconds: float = 10.0) -> None:
    """Until nothing has been sent for so long."""
    seen, since = -1, time.monotonic()
    while time.monotonic() - since < seconds:
        if (now := len(stage.telegram.api.ledger)) != seen:
            seen, since = now, time.monotonic()
        await asyncio.sleep(0.5)


def show(title: str, figures: dict[str, tuple[str, str]]) -> None:
    table = Table(title=title)
    for column in ("", "found", "target"):
        table.add_column(column, justify="left" if not column else "right")
    for name, (found, target) in figures.items():
        table.add_row(name, found, target)
    Console(width=100).print(table)


_MEASURES = {"digests": (digests, 10_000), "spread": (spread, 250), "breaking": (breaking, 100_000)}


def main() -> None:
    if sys.argv[1:2] == ["worker"]:
        asyncio.run(work(*sys.argv[2:6]))
        return
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=tuple(_MEASURES))
    parser.add_argument("--chats", type=int)
    options = parser.parse_args()
    measure, usual = _MEASURES[options.what]
    chats = options.chats or usual
    show(f"{options.what}, {chats:,} chats", asyncio.run(measure(chats)))


if __name__ == "__main__":
    main()

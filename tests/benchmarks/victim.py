"""A whole worker in a process of its own that dies by SIGKILL at a chosen moment of its work.

Nothing in the bot knows of it: the process counts its own statements to the database and kills itself at
the nth that fits, before it is carried out, after it, or around the commit that follows.
"""

from __future__ import annotations

import asyncio
import mmap
import multiprocessing
import os
import re
import resource
import signal
import struct
import sys
import threading
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Self

from pydantic import SecretStr
from sqlalchemy import Engine, event

from bot import log
from bot.app import open_services
from bot.running import Role, running
from bot.settings import Settings
from storage.database import Storage
from storage.migrate import migrate

_PROCESSES = multiprocessing.get_context("forkserver")
# Started once and copied for each life: a worker loads for seconds what a copy has at once.
_PROCESSES.set_forkserver_preload(["tests.benchmarks.warm"])


class JumpingClock:
    """The machine's clock and some seconds more, which all processes read from one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            path.write_bytes(struct.pack("d", 0.0))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 8)

    def now(self) -> datetime:
        [ahead] = struct.unpack("d", self._shared[:8])
        return datetime.now(UTC) + timedelta(seconds=ahead)

    def jump(self, **delta: float) -> None:
        [ahead] = struct.unpack("d", self._shared[:8])
        self._shared[:8] = struct.pack("d", ahead + timedelta(**delta).total_seconds())


class When(StrEnum):
    """Where about the statement the end comes."""

    BEFORE = "before"
    AFTER = "after"
    COMMIT = "commit"
    """A few milliseconds later: before, in or after the commit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doom:
    statement: str
    """A pattern of the statements that count."""
    nth: int
    when: When
    late_s: float = 0.0

    def await_it(self) -> None:
        """From now on, in this process."""
        pattern, left = re.compile(self.statement), [self.nth]

        def meet(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not pattern.search(statement):
                return
            left[0] -= 1
            if left[0] == 0:
                if self.when is When.COMMIT:
                    threading.Thread(target=_die_in, args=(self.late_s,), daemon=True).start()
                else:
                    _die_in(0)

        name = "before_cursor_execute" if self.when is When.BEFORE else "after_cursor_execute"
        event.listen(Engine, name, meet)


def _die_in(seconds: float) -> None:
    time.sleep(seconds)
    os.kill(os.getpid(), signal.SIGKILL)


Work = Callable[["Life"], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What a worker needs to know."""

    database: str
    api_url: str
    token: str
    clock_path: Path
    log_path: Path
    doom: Doom | None = None
    work: Work | None = None
    """What to do instead of a worker's loops."""
    open_files: int = 0
    """How many it may have open; 0 for the system's own limit."""
    settings: Mapping[str, Any] = field(default_factory=dict)

    def services_settings(self) -> Settings:
        return Settings(
            database_url=SecretStr(self.database),
            token=SecretStr(self.token),
            api_url=self.api_url,
            private_feeds=True,
            webhook_secret=SecretStr(""),
            **self.settings,
        )


class Worker:
    """The process of one life."""

    def __init__(self, life: Life) -> None:
        self.process: ForkServerProcess = _PROCESSES.Process(target=live, args=(life,))

    def __enter__(self) -> Self:
        self.process.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.is_alive():
            self.process.kill()
        self.process.join()
        self.process.close()

    @property
    def is_alive(self) -> bool:
        return self.process.is_alive()

    def signal(self, number: int) -> None:
        if self.process.pid is not None and self.process.is_alive():
            os.kill(self.process.pid, number)

    async def ended(self, *, within: float) -> int | None:
        """Its exit code; None if it still lives then."""
        end = time.monotonic() + within
        while self.process.is_alive() and time.monotonic() < end:  # noqa: ASYNC110 - a process, not a task
            await asyncio.sleep(0.01)
        return self.process.exitcode


def live(life: Life) -> None:
    """In the process: work until told to stop, or until the end that was ordered."""
    warnings.simplefilter("ignore")
    with life.log_path.open("a") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    log.configure(level="debug", style="json")
    if life.open_files:
        resource.setrlimit(resource.RLIMIT_NOFILE, (life.open_files, life.open_files))
    if life.doom is not None:
        life.doom.await_it()
    asyncio.run((life.work or work)(life))


async def bring_up_to_date(life: Life) -> None:
    """The newest schema, and nothing else."""
    async with Storage(life.database) as storage:
        await migrate(storage)


async def work(life: Life) -> None:
    async with (
        open_services(life.services_settings(), clock=JumpingClock(life.clock_path)) as services,
        running(services, Role.WORKER) as bot,
    ):
        await bot.until_stopped()

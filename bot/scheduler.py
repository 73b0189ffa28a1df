"""Which step of the pipeline runs how often. APScheduler only ticks; the database says what is due."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import metrics

log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[bool]]
"""One bounded round of work; True when more is waiting."""

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A step and how often it looks for work, beside being woken."""

    name: str
    step: Step
    every: timedelta


class Scheduler:
    """Runs each loop in a task of its own: a slow or failing one holds up no other."""

    def __init__(self, loops: Iterable[Loop]) -> None:
        self._loops = tuple(loops)
        self._wake = {loop.name: asyncio.Event() for loop in self._loops}
        self._ticks = AsyncIOScheduler(timezone="UTC")
        self._tasks: list[asyncio.Task[None]] = []
        self._stopping = asyncio.Event()

    def start(self) -> None:
        for loop in self._loops:
            self._wake[loop.name].set()  # whatever waited while we were down is looked at now
            self._ticks.add_job(
                self._tick,
                "interval",
                args=[loop.name],
                seconds=loop.every.total_seconds(),
                coalesce=True,
                misfire_grace_time=None,
            )
            self._tasks.append(asyncio.create_task(self._run(loop), name=f"loop {loop.name}"))
        self._ticks.start()

    async def _tick(self, name: str) -> None:
        """A coroutine: APScheduler calls everything else on a thread, and an event knows of none."""
        self._wake[name].set()

    def wake(self, name: str) -> None:
        """Look for work now; harmless for a loop this process does not run."""
        if name in self._wake:
            self._wake[name].set()

    async def stop(self, *, within: timedelta = timedelta(seconds=10)) -> None:
        """Take no new work, let running rounds finish, cut off what takes longer."""
        self._stopping.set()
        if self._ticks.running:
            # Shut down at the end only: that cancels ticks yet to run, and APScheduler calls each an error.
            self._ticks.pause()
        for event in self._wake.values():
            event.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=within.total_seconds())
            for task in late:
                log.warning("loop cut off", extra={"task": task.get_name()})
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._ticks.running:
            self._ticks.shutdown(wait=False)

    async def _run(self, loop: Loop) -> None:
        wake = self._wake[loop.name]
        pause = FIRST_PAUSE_S
        while True:
            await wake.wait()
            wake.clear()
            if self._stopping.is_set():
                return
            started = time.monotonic()
            try:
                more = await loop.step()
            except Exception:  # a loop's edge: the round is given up, the loop goes on
                log.exception("loop failed", extra={"loop": loop.name, "pause_s": pause})
                metrics.LOOP_ERRORS.labels(loop.name).inc()
                await self._pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE_S)
                continue
            metrics.LOOP_SECONDS.labels(loop.name).observe(time.monotonic() - started)
            pause = FIRST_PAUSE_S
            if more:
                wake.set()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

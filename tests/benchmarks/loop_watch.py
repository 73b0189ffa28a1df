"""Watches an event loop from inside: how long it was kept from doing anything else."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Self

PACE = 0.002


class LoopWatch:
    """The worst delay of a task that only wants to run every two milliseconds.

    `own` is what the loop's thread itself computed meanwhile; `longest` counts waiting for the interpreter
    and for other programs of the machine, too.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.own = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        before, computed = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(PACE)
            now, total = time.perf_counter(), time.thread_time()
            self.longest = max(self.longest, now - before - PACE)
            self.own = max(self.own, total - computed)
            before, computed = now, total

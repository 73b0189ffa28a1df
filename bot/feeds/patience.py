"""Manners towards a host: few requests at once, and none while it asks us to wait."""

from __future__ import annotations

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

AT_ONCE = 2
MOST_HOSTS = 10_000
_AFTER_HOST = re.compile(r"[/?#]")


class Patience:
    """What the hosts asked of us in this process; feeds of one host share it."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._until: dict[str, float] = {}
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._waiting: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, url: str) -> AsyncIterator[timedelta]:
        """One of the few requests a host gets at once; yields how long the host is not to be asked."""
        host = _host(url)
        self._waiting[host] += 1
        try:
            async with self._turns.setdefault(host, asyncio.Semaphore(AT_ONCE)):
                yield timedelta(seconds=max(self._until.get(host, 0.0) - self._monotonic(), 0.0))
        finally:
            self._waiting[host] -= 1
            if not self._waiting[host]:
                del self._waiting[host], self._turns[host]

    def ask(self, url: str, wait: timedelta) -> None:
        """The host of this address wants to be left alone for so long."""
        now = self._monotonic()
        if len(self._until) >= MOST_HOSTS:
            self._until = {host: until for host, until in self._until.items() if until > now}
        host = _host(url)
        self._until[host] = max(self._until.get(host, 0.0), now + wait.total_seconds())


def _host(url: str) -> str:
    """With its port; of a checked address."""
    return _AFTER_HOST.split(url.partition("://")[2], maxsplit=1)[0].lower()

"""The one source of "now", so that tests and the demo can bring their own; and of the world's zones."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.metadata import version
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class Clock(Protocol):
    """Tells the time as an aware instant in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TimeServer(Protocol):
    """Whose clock machines agree on."""

    async def time(self) -> datetime | None:
        """What its clock shows; None where it has none but this machine's."""


class CommonClock:
    """The database server's clock, since machines that share it differ; this machine's where there is none.

    Between two looks at it the time runs on by this machine's monotonic clock, which nobody sets.
    """

    def __init__(
        self, *, machine: Clock | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._machine = machine or SystemClock()
        self._monotonic = monotonic
        self._there: datetime | None = None
        self._asked = 0.0

    def now(self) -> datetime:
        if self._there is None:
            return self._machine.now()
        return self._there + timedelta(seconds=self._monotonic() - self._asked)

    async def ask(self, server: TimeServer) -> None:
        """Look at the common clock; half the time the answer took counts as its way back."""
        before = self._monotonic()
        there = await server.time()
        if there is not None:
            self._there, self._asked = there, (before + self._monotonic()) / 2


def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; UTC for one the world has dropped, so that no digest fails for it."""
    return _find_zone(name) or ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Whether there is such a zone by today's rules."""
    return _find_zone(name) is not None


def _find_zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def zone_rules() -> str:
    """Which edition of the world's zone rules we go by, such as 2026.6; later ones sort behind."""
    year, _, number = version("tzdata").partition(".")
    return f"{year}.{number:0>2}"

"""Whose turn it is to send: answers before breaking items before digests, each as the limits allow."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from bot.delivery.pace import Window
from storage.messages import Lane

if TYPE_CHECKING:
    from bot.delivery.limits import Limits

_PLACE = {lane: place for place, lane in enumerate(Lane)}
_asked_as: ContextVar[Lane | None] = ContextVar("asked_as", default=Lane.ANSWER)


@contextmanager
def sending_as(lane: Lane | None) -> Iterator[None]:
    """What is sent inside waits its turn in this lane, not as an answer; with None, it has had its turn."""
    token = _asked_as.set(lane)
    try:
        yield
    finally:
        _asked_as.reset(token)


def asked_as() -> Lane | None:
    return _asked_as.get()


class Turns:
    """Hands out the limits' turns, each to the first in line when it comes: nothing is promised ahead."""

    def __init__(self, limits: Limits, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._free = _Line(limits, seconds, is_paid=False)
        self._paid = _Line(limits, seconds, is_paid=True)

    async def wait(self, telegram_id: int, lane: Lane, *, paid: bool = False) -> bool:
        """True when the turn has come; False if the chat (or the bot) has to rest first."""
        line = self._paid if paid else self._free
        return await line.wait(telegram_id, _PLACE[lane])


class Gate:
    """The last moment before a request: what was held up on its way does not go out in a heap.

    Between a turn and its request lies a commit, and a busy machine makes several of them wait together.
    """

    def __init__(self, per_second: float, *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._window = Window(per_second)
        self._seconds = seconds

    async def pass_through(self) -> None:
        while True:
            now = self._seconds()
            opens = self._window.earliest(now)
            if opens <= now:
                self._window.take(now)
                return
            await asyncio.sleep(opens - now)


class _Line:
    """Those who wait for turns of one kind."""

    def __init__(self, limits: Limits, seconds: Callable[[], float], *, is_paid: bool) -> None:
        self._limits = limits
        self._seconds = seconds
        self._is_paid = is_paid
        self._waiting: list[tuple[int, int, int, asyncio.Future[bool]]] = []
        self._numbers = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, telegram_id: int, place: int) -> bool:
        now = self._seconds()
        if not self._waiting and self._limits.next_turn(now, paid=self._is_paid) <= now:
            return self._limits.take(telegram_id, now, paid=self._is_paid) is not None
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (place, next(self._numbers), telegram_id, turn))
        if self._timer is None:
            self._wake_at_next(now)
        return await turn

    def _hand_out(self) -> None:
        self._timer = None
        now = self._seconds()
        while self._waiting and self._limits.next_turn(now, paid=self._is_paid) <= now:
            _, _, telegram_id, turn = heapq.heappop(self._waiting)
            if not turn.done():  # its owner has been cut off
                turn.set_result(self._limits.take(telegram_id, now, paid=self._is_paid) is not None)
        if self._waiting:
            self._wake_at_next(now)

    def _wake_at_next(self, now: float) -> None:
        wait = max(0.0, self._limits.next_turn(now, paid=self._is_paid) - now)
        self._timer = asyncio.get_running_loop().call_later(wait, self._hand_out)

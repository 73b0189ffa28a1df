"""Carries what is due to Telegram: looks a little ahead, sends on several lanes, stores what came of it."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.delivery.dispatch import Dispatch, End
from bot.delivery.ledger import Ledger
from bot.delivery.limits import Limits
from bot.delivery.notices import Tell
from bot.delivery.role import take_role
from bot.errors import SettingsError
from storage.messages import OutboxMessage
from storage.records import ChatId, OutboxId

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.delivery.sender import Sender  # imports the library, which is slow
    from storage.database import Storage, Transaction

log = logging.getLogger(__name__)

ROUND_S: Final = 30.0
"""A round ends even in a broadcast to all."""
AHEAD: Final = 200
"""Messages looked up at once."""
REAP_S: Final = 5.0
"""How often a sender looks for what a dead one left."""
GRACE_S: Final = 10.0
"""How long running sends may go on after the order to stop."""
_POLL_S: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What a round did, in messages."""

    sent: int = 0
    again: int = 0
    """To be tried again, or given back."""
    failed: int = 0
    unknown: int = 0
    returned: int = 0
    """Found under way with a dead sender, to be sent once more."""


def process_name() -> str:
    """Who we are among the processes that share the database."""
    return f"{socket.gethostname()}:{os.getpid()}"


class Courier:
    """One round of sending."""

    def __init__(
        self,
        *,
        storage: Storage,
        clock: Clock,
        sender: Sender,
        limits: Limits,
        lanes: int,
        owner: str,
        stop: asyncio.Event,
        tell: Tell,
        seconds: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._sender = sender
        self._limits = limits
        self._lanes = lanes
        self._owner = owner
        self._stop = stop
        self._seconds = seconds
        self._ledger = Ledger(storage, clock, owner=owner, lanes=lanes, on_stored=self._free, tell=tell)
        self._dispatch = Dispatch(
            sender=sender,
            limits=limits,
            ledger=self._ledger,
            clock=clock,
            seconds=seconds,
            jitter=jitter,
            is_over=self._is_over,
            on_unused=lambda message: self._free([message.id]),
        )
        self._queue: deque[OutboxMessage] = deque()
        self._busy: dict[OutboxId, ChatId] = {}
        """Chats with a message that waits here or is under way, until its outcome is stored."""
        self._idle: deque[asyncio.Future[None]] = deque()
        """Lanes without work."""
        self._wanted = asyncio.Event()
        self._counts: Counter[End] = Counter()
        self._has_paid = False
        self._is_closed = False
        self._returned = 0
        self._reap_at = float("-inf")
        self._ends_at = float("inf")
        self._stopped_at: float | None = None

    async def round(self) -> Delivered:
        """Send what is due now, for at most ROUND_S; raises SettingsError when the token is refused."""
        if self._limits.is_down and not await self._is_reachable():
            return Delivered()
        self._ends_at = self._seconds() + ROUND_S
        # Most rounds end with this: there is nothing to do.
        self._queue.extend(await self._due())
        if self._queue:
            await self._run()
        if self._dispatch.refusal:
            raise SettingsError(
                f"DEPESCHE_TOKEN is refused by Telegram ({self._dispatch.refusal}):"
                " ask @BotFather for a new one"
            )
        counts = {count.value: number for count, number in self._counts.items()}
        return Delivered(**counts, returned=self._returned)

    async def _is_reachable(self) -> bool:
        """Ask with a request that sends nothing, now and then."""
        if not self._limits.may_probe(self._seconds()):
            return False
        is_reachable = await self._sender.is_reachable()
        self._limits.probed(self._seconds(), is_reachable=is_reachable)
        return is_reachable

    # Looking ahead

    async def _run(self) -> None:
        lanes = [asyncio.create_task(self._lane()) for _ in range(self._lanes)]
        try:
            await self._fill(lanes)
        except asyncio.CancelledError:
            self._stopped_at = self._seconds()
            raise
        finally:
            self._is_closed = True
            while self._idle:
                self._rouse()
            try:
                await self._finish(lanes)
            finally:
                self._queue.clear()  # claimed by nobody
                await self._ledger.drain(give_up=self._is_out_of_time)

    async def _fill(self, lanes: list[asyncio.Task[None]]) -> None:
        """Keep the lanes in work until nothing is due, enough is done, or it is time to stop."""
        while not self._is_over() and not any(lane.done() for lane in lanes):
            if len(self._queue) > self._lanes:
                await self._pause()
                continue
            is_idle = not self._queue and len(self._idle) == self._lanes
            if self._seconds() >= self._ends_at:
                return
            if is_idle:
                # The next part of a delivery is due only when this one's record is stored.
                await self._ledger.drain(give_up=self._stop.is_set)
            messages = await self._due()
            for message in messages:
                self._queue.append(message)
                self._rouse()
            if not messages:
                if is_idle:
                    return
                await self._pause()

    async def _due(self) -> list[OutboxMessage]:
        seconds = self._seconds()
        room = self._limits.room(seconds)
        if self._has_paid:
            room += self._limits.room(seconds, paid=True)
        room = min(room - len(self._queue), AHEAD)
        if room <= 0:
            return []
        messages = await self._storage.transact(partial(self._look, room, self._limits.resting(seconds)))
        self._busy.update((message.id, message.chat_id) for message in messages)
        self._has_paid = any(message.content.paid for message in messages)
        return messages

    async def _look(self, room: int, resting: Collection[int], tx: Transaction) -> list[OutboxMessage]:
        now = self._clock.now()
        seconds = self._seconds()
        if not await take_role(tx, self._limits, owner=self._owner, now=now, seconds=seconds):
            return []
        if seconds >= self._reap_at:
            self._reap_at = seconds + REAP_S
            reaped = await tx.outbox.reap(now=now, but=self._busy)
            self._returned += reaped.returned
            if reaped.unknown:
                log.error("messages given up as unknown", extra={"count": reaped.unknown})
        busy = list(self._busy.values())
        return await tx.outbox.due(now=now, limit=room, resting=resting, busy=busy)

    def _free(self, ids: Iterable[OutboxId]) -> None:
        """These are stored as what came of them, or as they were: the chats' next ones may come."""
        for number in ids:
            self._busy.pop(number, None)

    async def _pause(self) -> None:
        """Until a lane wants more, or a moment has passed."""
        self._wanted.clear()
        try:
            async with asyncio.timeout(_POLL_S):
                await self._wanted.wait()
        except TimeoutError:
            await self._ledger.flush()

    # Stopping

    def _is_over(self) -> bool:
        if self._stop.is_set() and self._stopped_at is None:
            self._stopped_at = self._seconds()
        return self._stopped_at is not None or bool(self._dispatch.refusal) or self._limits.is_down

    def _is_out_of_time(self) -> bool:
        self._is_over()
        return self._stopped_at is not None and self._seconds() - self._stopped_at > GRACE_S

    async def _finish(self, lanes: list[asyncio.Task[None]]) -> None:
        """Wait for running sends; after the order to stop, not for ever."""
        pending = set(lanes)
        while pending:
            _, pending = await asyncio.wait(pending, timeout=_POLL_S)
            if self._is_out_of_time():
                for lane in pending:
                    lane.cancel()
        for lane in lanes:
            if not lane.cancelled() and (error := lane.exception()) is not None:
                raise error

    # Sending

    async def _lane(self) -> None:
        while True:
            if self._queue:
                message = self._queue.popleft()
            elif self._is_closed:
                return
            else:
                self._wanted.set()
                await self._work()
                continue
            if len(self._queue) == self._lanes:
                self._wanted.set()
            self._counts[await self._dispatch.carry(message)] += 1

    def _work(self) -> asyncio.Future[None]:
        """Over when there may be some."""
        work = asyncio.get_running_loop().create_future()
        self._idle.append(work)
        return work

    def _rouse(self) -> None:
        while self._idle:
            work = self._idle.popleft()
            if not work.done():
                work.set_result(None)
                return

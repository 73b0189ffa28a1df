"""Carries what is due to Telegram: claims a little ahead, sends on several lanes, stores what came of it."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery.dispatch import Dispatch, End
from bot.delivery.ledger import LEASE, Ledger
from bot.delivery.limits import Limits
from bot.errors import SettingsError
from storage.messages import OutboxMessage

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.delivery.sender import Sender  # imports the library, which is slow
    from storage.database import Storage, Transaction

log = logging.getLogger(__name__)

ROLE: Final = "send"
ROLE_LEASE: Final = timedelta(seconds=45)
BATCH: Final = 1000
"""Messages in one round, so that a round ends even in a broadcast to all."""
CLAIM: Final = 200
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
        self._ledger = Ledger(storage, clock, owner=owner)
        self._dispatch = Dispatch(
            sender=sender,
            limits=limits,
            ledger=self._ledger,
            clock=clock,
            seconds=seconds,
            jitter=jitter,
            is_over=self._is_over,
        )
        self._queue: asyncio.Queue[OutboxMessage | None] = asyncio.Queue()
        self._wanted = asyncio.Event()
        self._counts: Counter[End] = Counter()
        self._taken = 0
        self._busy = 0
        self._stopped_at: float | None = None

    async def round(self) -> Delivered:
        """Send what is due now, at most BATCH messages; raises SettingsError when the token is refused."""
        if self._limits.is_down and not await self._is_reachable():
            return Delivered()
        async with self._storage.write() as tx:
            if not await self._holds_role(tx):
                return Delivered()
            reaped = await tx.outbox.reap(now=self._clock.now())
        if reaped.unknown:
            log.error("messages given up as unknown", extra={"count": reaped.unknown})
        await self._run()
        if self._dispatch.refusal:
            raise SettingsError(
                f"DEPESCHE_TOKEN is refused by Telegram ({self._dispatch.refusal}):"
                " ask @BotFather for a new one"
            )
        counts = {count.value: number for count, number in self._counts.items()}
        return Delivered(**counts, returned=reaped.returned)

    async def _is_reachable(self) -> bool:
        """Ask with a request that sends nothing, now and then."""
        if not self._limits.may_probe(self._seconds()):
            return False
        is_reachable = await self._sender.is_reachable()
        self._limits.probed(self._seconds(), is_reachable=is_reachable)
        return is_reachable

    async def _holds_role(self, tx: Transaction) -> bool:
        now = self._clock.now()
        return await tx.roles.take(ROLE, owner=self._owner, now=now, until=now + ROLE_LEASE)

    # Claiming

    async def _run(self) -> None:
        lanes = [asyncio.create_task(self._lane()) for _ in range(self._lanes)]
        try:
            await self._fill(lanes)
        except asyncio.CancelledError:
            self._stopped_at = self._seconds()
            raise
        finally:
            for _ in lanes:
                self._queue.put_nowait(None)
            try:
                await self._finish(lanes)
            finally:
                self._release_rest()
                await self._ledger.drain(give_up=self._is_out_of_time)

    def _release_rest(self) -> None:
        """What no lane came to, because one failed or was cut off."""
        while not self._queue.empty():
            message = self._queue.get_nowait()
            if message is not None:
                self._ledger.release(message)

    async def _fill(self, lanes: list[asyncio.Task[None]]) -> None:
        """Keep the lanes in work until nothing is due, enough is done, or it is time to stop."""
        while self._taken < BATCH and not self._is_over() and not any(lane.done() for lane in lanes):
            if self._queue.qsize() > self._lanes:
                await self._pause()
                continue
            is_idle = self._queue.empty() and not self._busy
            if is_idle:
                # The next part of a delivery is due only when this one's record is stored.
                await self._ledger.drain(give_up=self._stop.is_set)
            messages = await self._claim()
            for message in messages:
                self._queue.put_nowait(message)
            if not messages:
                if is_idle:
                    return
                await self._pause()

    async def _claim(self) -> list[OutboxMessage]:
        seconds, now = self._seconds(), self._clock.now()
        room = min(self._limits.room(seconds) - self._queue.qsize(), CLAIM, BATCH - self._taken)
        if room <= 0:
            return []
        async with self._storage.write() as tx:
            if not await self._holds_role(tx):
                return []
            messages = await tx.outbox.claim(
                now=now,
                limit=room,
                until=now + LEASE,
                owner=self._owner,
                resting=self._limits.resting(seconds),
            )
        self._taken += len(messages)
        return messages

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
        while (message := await self._queue.get()) is not None:
            if self._queue.qsize() <= self._lanes:
                self._wanted.set()
            self._busy += 1
            try:
                self._counts[await self._dispatch.carry(message)] += 1
            finally:
                self._busy -= 1

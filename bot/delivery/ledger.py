"""Writes intents before requests and outcomes after them, as few commits as can be.

While one commit is under way, the other lanes' notes gather; whoever comes next writes them all.
An outcome that could not be stored is kept and tried again: to forget it would be to send twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery.settle import Settled
from storage.errors import Busy, StorageError
from storage.messages import OutboxMessage
from storage.records import OutboxId

if TYPE_CHECKING:
    from bot.clock import Clock
    from storage.database import Storage, Transaction

log = logging.getLogger(__name__)

LEASE: Final = timedelta(seconds=50)
"""Longer than a request can take; begun anew by each."""
_RETRY_S: Final = (0.1, 0.2, 0.5, 1.0)
_FEW: Final = 8
_GATHER_S: Final = 0.001
"""With many requests under way a moment's wait puts several lanes' notes into one commit."""


class Ledger:
    """One sender's view of the outbox.

    A message is begun in the commit that also holds what came of the lane's message before it: so no
    lane ever has more than one message out whose outcome is not stored, and a kill repeats no more.
    """

    def __init__(self, storage: Storage, clock: Clock, *, owner: str) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._writing = asyncio.Lock()
        self._begins: list[tuple[OutboxMessage, asyncio.Future[bool]]] = []
        self._notes: list[Settled] = []
        self._releases: list[OutboxId] = []
        self._pump: asyncio.Task[None] | None = None
        self._under_way = 0

    def begin(self, message: OutboxMessage) -> asyncio.Future[bool]:
        """Store that the request goes out now; False if it must not (lost to another, or not stored)."""
        begun: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._begins.append((message, begun))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._write_begins(), name="ledger")
        return begun

    async def _write_begins(self) -> None:
        while self._begins:
            if self._under_way > _FEW:
                await asyncio.sleep(_GATHER_S)
            async with self._writing:
                if self._begins:
                    await self._commit()

    def record(self, settled: Settled) -> None:
        """Store what came of a try, with the next commit."""
        self._under_way -= 1
        self._notes.append(settled)

    def release(self, message: OutboxMessage) -> None:
        """Give back a claim that was not used."""
        self._releases.append(message.id)

    @property
    def is_clean(self) -> bool:
        return not (self._notes or self._releases or self._begins)

    async def flush(self) -> bool:
        """Store what is not yet stored; False if the database would not."""
        async with self._writing:
            return self.is_clean or await self._commit()

    async def drain(self, *, give_up: Callable[[], bool]) -> None:
        """Flush until it works; at the end of a process there may be no more time."""
        tries = 0
        while not await self.flush() and not give_up():
            await asyncio.sleep(_RETRY_S[min(tries, len(_RETRY_S) - 1)])
            tries += 1

    async def _commit(self) -> bool:
        begins, self._begins = self._begins, []
        notes, self._notes = self._notes, []
        releases, self._releases = self._releases, []
        begun: set[OutboxId] | None = None
        try:
            begun = await self._write([message for message, _ in begins], notes, releases)
        except (Busy, OSError) as error:
            log.warning("outbox not writable", extra={"error": str(error)})
            self._take_back(notes, releases)
        except StorageError:
            log.exception("what else an outcome changes could not be stored")
            if all(note.effect is None for note in notes):
                raise
            # The outcome itself matters more: without it the message would be sent again.
            self._take_back([replace(note, effect=None) for note in notes], releases)
        except BaseException:
            self._take_back(notes, releases)
            raise
        finally:
            for message, future in begins:
                if begun is None:
                    self._releases.append(message.id)
                if not future.done():
                    is_ours = begun is not None and message.id in begun
                    self._under_way += is_ours
                    future.set_result(is_ours)
        return begun is not None

    def _take_back(self, notes: list[Settled], releases: list[OutboxId]) -> None:
        self._notes[:0] = notes
        self._releases[:0] = releases

    async def _write(
        self, begins: list[OutboxMessage], notes: list[Settled], releases: list[OutboxId]
    ) -> set[OutboxId]:
        async def write(tx: Transaction) -> set[OutboxId]:
            now = self._clock.now()
            if notes:
                await self._record(tx, notes)
            if releases:
                await tx.outbox.release(releases, owner=self._owner)
            if not begins:
                return set()
            ids = [message.id for message in begins]
            return await tx.outbox.begin(ids, owner=self._owner, now=now, until=now + LEASE)

        return await self._storage.transact(write)

    async def _record(self, tx: Transaction, notes: list[Settled]) -> None:
        attempts = [note.attempt for note in notes]
        stored = await tx.outbox.record(attempts, owner=self._owner, now=self._clock.now())
        for note in notes:
            if note.attempt.id not in stored:
                log.warning("outcome of a lost claim dropped", extra={"outbox": note.attempt.id})
            elif note.effect is not None:
                await note.effect(tx)

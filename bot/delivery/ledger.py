"""Writes intents before requests and outcomes after them, as few commits as can be.

While one commit is under way, the other lanes' notes gather; whoever comes next writes them all.
An outcome that could not be stored is kept and tried again: to forget it would be to send twice.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery.notices import Tell
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
"""With many lanes a moment's wait puts several of their notes into one commit."""


class Ledger:
    """One sender's view of the outbox.

    A message is claimed in the commit that also holds what came of the lane's message before it: so no
    lane ever has more than one message out whose outcome is not stored, and a kill repeats no more.
    """

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        *,
        owner: str,
        lanes: int,
        on_stored: Callable[[Iterable[OutboxId]], object],
        tell: Tell,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._owner = owner
        self._gathers = lanes > _FEW
        self._writing = asyncio.Lock()
        self._claims: list[tuple[OutboxMessage, asyncio.Future[bool]]] = []
        self._notes: list[Settled] = []
        self._on_stored = on_stored
        self._tell = tell
        self._pump: asyncio.Task[None] | None = None

    def claim(self, message: OutboxMessage) -> asyncio.Future[bool]:
        """Store that the request goes out now; False if it must not (lost to another, or not stored)."""
        claimed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._claims.append((message, claimed))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._write_claims(), name="ledger")
        return claimed

    async def _write_claims(self) -> None:
        try:
            while self._claims:
                if self._gathers:
                    await asyncio.sleep(_GATHER_S)
                async with self._writing:
                    if self._claims:
                        await self._commit()
        except Exception as error:  # nobody awaits this task: the next flush meets the same again
            log.exception("outbox not writable", exc_info=error)

    def record(self, settled: Settled) -> None:
        """Store what came of a try, with the next commit."""
        self._notes.append(settled)

    @property
    def is_clean(self) -> bool:
        return not (self._notes or self._claims)

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
        claims, self._claims = self._claims, []
        notes, self._notes = self._notes, []
        ours: set[OutboxId] = set()
        try:
            ours = await self._write([message for message, _ in claims], notes)
            self._on_stored(note.attempt.id for note in notes)
        except (Busy, OSError) as error:
            log.warning("outbox not writable", extra={"error": str(error)})
            self._notes[:0] = notes
            return False
        except StorageError:
            log.exception("what else an outcome changes could not be stored")
            # The outcome itself matters more: without it the message would be sent again.
            self._notes[:0] = [replace(note, effect=None, notice=None) for note in notes]
            if all(note.effect is None and note.notice is None for note in notes):
                raise
            return False
        except BaseException:
            self._notes[:0] = notes
            raise
        finally:
            for message, claimed in claims:
                if not claimed.done():
                    claimed.set_result(message.id in ours)
        return True

    async def _write(self, claims: list[OutboxMessage], notes: list[Settled]) -> set[OutboxId]:
        async def write(tx: Transaction) -> set[OutboxId]:
            if notes:
                await self._record(tx, notes)
            if not claims:
                return set()
            until = self._clock.now() + LEASE
            return await tx.outbox.claim(claims, owner=self._owner, until=until)

        return await self._storage.transact(write)

    async def _record(self, tx: Transaction, notes: list[Settled]) -> None:
        attempts = [note.attempt for note in notes]
        stored = await tx.outbox.record(attempts, owner=self._owner, now=self._clock.now())
        for note in notes:
            if note.attempt.id not in stored:
                log.warning("outcome of a lost claim dropped", extra={"outbox": note.attempt.id})
                continue
            if note.effect is not None:
                await note.effect(tx)
            if note.notice is not None:
                await self._tell(tx, note.notice)

"""One round over the inbox: handle what people said, note what came of it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.delivery.limits import Limits
from bot.delivery.role import take_role
from bot.delivery.updates import Handled, handle_all
from bot.metrics import UPDATES
from storage.messages import InboxState, InboxUpdate

if TYPE_CHECKING:
    from bot.clock import Clock
    from storage.database import Storage

log = logging.getLogger(__name__)

BATCH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a round did, in updates."""

    done: int = 0
    again: int = 0
    quarantined: int = 0
    poison: frozenset[str] = frozenset()
    """The kinds of errors for which updates were put aside."""


class Answering:
    """Holds the role while it works; a second process waits until this one is gone."""

    def __init__(
        self, storage: Storage, clock: Clock, limits: Limits, *, owner: str, stop: asyncio.Event
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._limits = limits
        self._owner = owner
        self._stop = stop

    async def round(self, handle: Callable[[InboxUpdate], Awaitable[Handled]]) -> Answered:
        """Handle at most BATCH updates that are due."""
        now = self._clock.now()
        async with self._storage.write() as tx:
            seconds = time.monotonic()
            if not await take_role(tx, self._limits, owner=self._owner, now=now, seconds=seconds):
                return Answered()
            due = await tx.inbox.due(now=now, limit=BATCH)
            held_back = await tx.inbox.held_back(now=now) if due else []
        states: list[InboxState] = []
        poison: set[str] = set()

        async def note(handled: Handled) -> None:
            states.append(await self._note(handled))
            if states[-1] is InboxState.QUARANTINED:
                poison.add(handled.error.partition(":")[0][:60])

        await handle_all(due, held_back=held_back, handle=handle, on_handled=note, stop=self._stop)
        return Answered(
            done=states.count(InboxState.DONE),
            again=states.count(InboxState.PENDING),
            quarantined=states.count(InboxState.QUARANTINED),
            poison=frozenset(poison),
        )

    async def _note(self, handled: Handled) -> InboxState:
        update = handled.update
        async with self._storage.write() as tx:
            if not handled.error:
                await tx.inbox.done([update.id])
                await tx.replies.forget([update.id])
                state = InboxState.DONE
            else:
                state = await tx.inbox.failed(
                    update.id,
                    error=handled.error,
                    next_attempt_at=self._clock.now() + handled.wait,
                    is_poison=handled.is_poison,
                )
        UPDATES.labels(state.value).inc()
        if state is InboxState.QUARANTINED:
            log.error("update quarantined", extra={"update": update.update_id, "reason": handled.error})
        return state

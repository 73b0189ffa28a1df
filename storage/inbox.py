"""Updates received from Telegram, stored before they are confirmed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, delete, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.errors import NotFound
from storage.messages import InboxState, InboxUpdate
from storage.records import InboxId
from storage.schema_chats import inbox

MAX_TRIES = 5
"""After so many failures an update is put aside, with its last error."""

_COLUMNS: tuple[ColumnElement[Any], ...] = (
    inbox.c.id,
    inbox.c.update_id,
    inbox.c.body,
    inbox.c.attempts,
    inbox.c.received_at,
    inbox.c.next_attempt_at,
)


def _pending() -> ColumnElement[bool]:
    # Written out in the statement: a partial index is of no use to a parameter.
    return inbox.c.state == literal_column(f"'{InboxState.PENDING}'", String)


class InboxRepository:
    """An update is pending until it is done, or quarantined after too many failures."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, bot_id: int, updates: Sequence[tuple[int, str]], *, now: datetime) -> int:
        """Keep (update id, JSON) pairs that are not known yet; how many were new."""
        known = await self._known(bot_id, [number for number, _ in updates])
        new = {number: body for number, body in updates if number not in known}
        rows = [
            {
                "bot_id": bot_id,
                "update_id": number,
                "body": body,
                "received_at": now,
                "state": InboxState.PENDING,
                "attempts": 0,
                "next_attempt_at": now,
                "error": "",
            }
            for number, body in sorted(new.items())
        ]
        if rows:
            statement = insert(self._connection, inbox).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)
        return len(rows)

    async def _known(self, bot_id: int, numbers: Sequence[int]) -> set[int]:
        statement = select(inbox.c.update_id).where(inbox.c.bot_id == bot_id, inbox.c.update_id.in_(numbers))
        return set((await self._connection.execute(statement)).scalars())

    async def due(self, *, now: datetime, limit: int) -> list[InboxUpdate]:
        """What is to be handled now, in the order it came."""
        statement = select(*_COLUMNS).where(_pending(), inbox.c.next_attempt_at <= now)
        rows = await self._connection.execute(statement.order_by(inbox.c.id).limit(limit))
        return [_update(row) for row in rows]

    async def held_back(self, *, now: datetime, limit: int = 1000) -> list[InboxUpdate]:
        """What failed and waits for another try; its chat's later updates must wait with it."""
        statement = select(*_COLUMNS).where(_pending(), inbox.c.next_attempt_at > now)
        rows = await self._connection.execute(statement.order_by(inbox.c.id).limit(limit))
        return [_update(row) for row in rows]

    async def done(self, ids: Collection[InboxId]) -> None:
        """Handled; the number is kept to know the update again, what people wrote is not."""
        statement = update(inbox).where(inbox.c.id.in_(ids)).values(state=InboxState.DONE, body="", error="")
        await self._connection.execute(statement)

    async def failed(
        self, update_id: InboxId, *, error: str, next_attempt_at: datetime, is_poison: bool = True
    ) -> InboxState:
        """Try again later; a failure of the update's own counts, and the last one allowed quarantines it."""
        statement = select(inbox.c.attempts).where(inbox.c.id == update_id)
        attempts = (await self._connection.execute(statement)).scalar_one_or_none()
        if attempts is None:
            raise NotFound(f"no update {update_id} in the inbox")
        attempts += is_poison
        state = InboxState.QUARANTINED if attempts >= MAX_TRIES else InboxState.PENDING
        await self._connection.execute(
            update(inbox)
            .where(inbox.c.id == update_id)
            .values(attempts=attempts, state=state, error=error, next_attempt_at=next_attempt_at)
        )
        return state

    async def count(self, state: InboxState) -> int:
        of_state = _pending() if state is InboxState.PENDING else inbox.c.state == state
        statement = select(func.count()).select_from(inbox).where(of_state)
        return (await self._connection.execute(statement)).scalar_one()

    async def purge(self, *, before: datetime, limit: int = 1000) -> int:
        """Forget handled updates received before then; Telegram repeats none older than a day."""
        old = (
            select(inbox.c.id)
            .where(inbox.c.state == InboxState.DONE, inbox.c.received_at < before)
            .limit(limit)
        )
        return (await self._connection.execute(delete(inbox).where(inbox.c.id.in_(old)))).rowcount


def _update(row: Row[Any]) -> InboxUpdate:
    return InboxUpdate(
        id=InboxId(row.id),
        update_id=row.update_id,
        body=row.body,
        attempts=row.attempts,
        received_at=row.received_at,
        next_attempt_at=row.next_attempt_at,
    )

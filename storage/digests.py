"""Standing orders and when each is due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.records import ChatId, Digest, DigestId, NewDigest
from storage.schema import digests


class DigestRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, new: NewDigest) -> Digest:
        """The chat's order for this local time, as given now."""
        statement = insert(self._connection, digests).values(
            chat_id=new.chat_id,
            local_time=new.local_time,
            weekdays=new.weekdays,
            next_due_at=new.next_due_at,
        )
        statement = statement.on_conflict_do_update(
            index_elements=[digests.c.chat_id, digests.c.local_time],
            set_={"weekdays": new.weekdays, "next_due_at": new.next_due_at},
        )
        row = (await self._connection.execute(statement.returning(digests))).one()
        return _digest(row)

    async def of_chat(self, chat_id: ChatId) -> list[Digest]:
        """By local time."""
        return (await self.of_chats([chat_id])).get(chat_id, [])

    async def of_chats(self, chat_ids: Collection[ChatId]) -> dict[ChatId, list[Digest]]:
        statement = select(digests).where(digests.c.chat_id.in_(chat_ids)).order_by(digests.c.local_time)
        found: dict[ChatId, list[Digest]] = {}
        for row in await self._connection.execute(statement):
            found.setdefault(ChatId(row.chat_id), []).append(_digest(row))
        return found

    async def remove(self, chat_id: ChatId, local_time: str) -> bool:
        """False if there was no such order."""
        statement = delete(digests).where(digests.c.chat_id == chat_id, digests.c.local_time == local_time)
        return (await self._connection.execute(statement)).rowcount > 0

    async def remove_all(self, chat_id: ChatId) -> None:
        await self._connection.execute(delete(digests).where(digests.c.chat_id == chat_id))

    async def due(self, now: datetime, limit: int) -> list[Digest]:
        """The longest due first; in a write, each is this caller's alone until the end of the transaction."""
        statement = (
            select(digests)
            .where(digests.c.next_due_at <= now)
            .order_by(digests.c.next_due_at, digests.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_digest(row) for row in await self._connection.execute(statement)]

    async def set_due(self, digest_id: DigestId, next_due_at: datetime) -> None:
        statement = update(digests).where(digests.c.id == digest_id).values(next_due_at=next_due_at)
        await self._connection.execute(statement)


def _digest(row: Row[Any]) -> Digest:
    return Digest(
        id=DigestId(row.id),
        chat_id=ChatId(row.chat_id),
        local_time=row.local_time,
        weekdays=row.weekdays,
        next_due_at=row.next_due_at,
    )

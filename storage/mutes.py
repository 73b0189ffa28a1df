"""What chats want to hear nothing of."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import among
from storage.dialects.insert import insert
from storage.records import ChatId
from storage.schema_chats import mutes
from storage.wishes import Mute, MuteKind


class MuteRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, mute: Mute) -> bool:
        """False if it was muted before."""
        statement = insert(self._connection, mutes).values(
            chat_id=mute.chat_id, kind=mute.kind, about=mute.about, muted_at=mute.muted_at
        )
        return (await self._connection.execute(statement.on_conflict_do_nothing())).rowcount > 0

    async def remove(self, chat_id: ChatId, kind: MuteKind, about: str) -> bool:
        """False if it was not muted."""
        statement = delete(mutes).where(
            mutes.c.chat_id == chat_id, mutes.c.kind == kind, mutes.c.about == about
        )
        return (await self._connection.execute(statement)).rowcount > 0

    async def of_chat(self, chat_id: ChatId) -> list[Mute]:
        """The muted longest first."""
        return (await self.of_chats([chat_id])).get(chat_id, [])

    async def of_chats(self, chat_ids: Collection[ChatId]) -> dict[ChatId, list[Mute]]:
        statement = (
            select(mutes)
            .where(mutes.c.chat_id.in_(among(self._connection, chat_ids)))
            .order_by(mutes.c.muted_at, mutes.c.about)
        )
        found: dict[ChatId, list[Mute]] = {}
        for row in await self._connection.execute(statement):
            mute = Mute(
                chat_id=ChatId(row.chat_id),
                kind=MuteKind(row.kind),
                about=row.about,
                muted_at=row.muted_at,
            )
            found.setdefault(mute.chat_id, []).append(mute)
        return found

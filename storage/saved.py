"""Stories a chat has put aside to read later."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.records import ChatId, StoryId
from storage.schema_chats import saved
from storage.wishes import Saved


class SavedRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, one: Saved) -> bool:
        """Save a story; False if it was saved before."""
        statement = insert(self._connection, saved).values(
            chat_id=one.chat_id, story_id=one.story_id, saved_at=one.saved_at
        )
        return (await self._connection.execute(statement.on_conflict_do_nothing())).rowcount == 1

    async def remove(self, chat_id: ChatId, story_id: StoryId) -> bool:
        """False if it was not saved."""
        statement = delete(saved).where(saved.c.chat_id == chat_id, saved.c.story_id == story_id)
        return (await self._connection.execute(statement)).rowcount == 1

    async def has(self, chat_id: ChatId, story_id: StoryId) -> bool:
        statement = select(saved.c.story_id).where(saved.c.chat_id == chat_id, saved.c.story_id == story_id)
        return (await self._connection.execute(statement)).first() is not None

    async def of_chat(self, chat_id: ChatId, *, limit: int = 1000, offset: int = 0) -> list[Saved]:
        """The last saved first."""
        statement = (
            select(saved)
            .where(saved.c.chat_id == chat_id)
            .order_by(saved.c.saved_at.desc(), saved.c.story_id.desc())
            .limit(limit)
            .offset(offset)
        )
        return [
            Saved(chat_id=ChatId(row.chat_id), story_id=StoryId(row.story_id), saved_at=row.saved_at)
            for row in await self._connection.execute(statement)
        ]

    async def count(self, chat_id: ChatId) -> int:
        statement = select(func.count()).select_from(saved).where(saved.c.chat_id == chat_id)
        return int((await self._connection.execute(statement)).scalar_one())

"""What chats said of stories: more like this, or less."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import among
from storage.dialects.insert import insert
from storage.records import ChatId, StoryId
from storage.schema_chats import opinions
from storage.wishes import Opinion


class OpinionRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, opinion: Opinion) -> None:
        """In place of what the chat said of this story before."""
        statement = insert(self._connection, opinions).values(
            chat_id=opinion.chat_id,
            story_id=opinion.story_id,
            value=opinion.value,
            traits=list(opinion.traits),
            said_at=opinion.said_at,
        )
        new = statement.excluded
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=[opinions.c.chat_id, opinions.c.story_id],
                set_={"value": new.value, "traits": new.traits, "said_at": new.said_at},
            )
        )

    async def remove(self, chat_id: ChatId, story_id: StoryId) -> bool:
        """False if the chat had said nothing of it."""
        statement = delete(opinions).where(opinions.c.chat_id == chat_id, opinions.c.story_id == story_id)
        return (await self._connection.execute(statement)).rowcount > 0

    async def find(self, chat_id: ChatId, story_id: StoryId) -> int:
        """1 for more, -1 for less, 0 for nothing said."""
        statement = select(opinions.c.value).where(
            opinions.c.chat_id == chat_id, opinions.c.story_id == story_id
        )
        return await self._connection.scalar(statement) or 0

    async def of_chat(self, chat_id: ChatId) -> list[Opinion]:
        """Oldest first."""
        return (await self.of_chats([chat_id])).get(chat_id, [])

    async def of_chats(self, chat_ids: Collection[ChatId]) -> dict[ChatId, list[Opinion]]:
        """Of those chats that said anything, oldest first."""
        statement = (
            select(opinions)
            .where(opinions.c.chat_id.in_(among(self._connection, chat_ids)))
            .order_by(opinions.c.said_at, opinions.c.story_id)
        )
        found: dict[ChatId, list[Opinion]] = {}
        for row in await self._connection.execute(statement):
            opinion = Opinion(
                chat_id=ChatId(row.chat_id),
                story_id=StoryId(row.story_id),
                value=row.value,
                traits=tuple(row.traits),
                said_at=row.said_at,
            )
            found.setdefault(opinion.chat_id, []).append(opinion)
        return found

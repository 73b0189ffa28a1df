"""Stories a chat follows: it wants each development as soon as it is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.chats import is_active
from storage.dialects.insert import insert
from storage.records import ChatId, StoryId
from storage.schema import stories
from storage.schema_chats import chats, follows, told


class FollowRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, chat_id: ChatId, story_id: StoryId, now: datetime) -> bool:
        """False if the chat follows it already."""
        statement = insert(self._connection, follows).values(
            chat_id=chat_id, story_id=story_id, followed_at=now
        )
        return (await self._connection.execute(statement.on_conflict_do_nothing())).rowcount > 0

    async def remove(self, chat_id: ChatId, story_id: StoryId) -> bool:
        """False if the chat did not follow it."""
        statement = delete(follows).where(follows.c.chat_id == chat_id, follows.c.story_id == story_id)
        return (await self._connection.execute(statement)).rowcount > 0

    async def of_chat(self, chat_id: ChatId) -> list[StoryId]:
        """The followed longest first."""
        statement = (
            select(follows.c.story_id)
            .where(follows.c.chat_id == chat_id)
            .order_by(follows.c.followed_at, follows.c.story_id)
        )
        return [StoryId(id_) for id_ in await self._connection.scalars(statement)]

    async def developed(self, *, since: datetime, now: datetime, limit: int) -> list[tuple[ChatId, StoryId]]:
        """Followed stories that say more than the chat was told, of those with an article since then."""
        statement = (
            select(follows.c.chat_id, follows.c.story_id)
            .select_from(stories)
            .join(follows, follows.c.story_id == stories.c.id)
            .join(chats, chats.c.id == follows.c.chat_id)
            .join(told, (told.c.chat_id == follows.c.chat_id) & (told.c.story_id == follows.c.story_id))
            .where(stories.c.last_at >= since, stories.c.version > told.c.version, is_active(now))
            .order_by(stories.c.last_at, follows.c.chat_id)
            .limit(limit)
        )
        rows = await self._connection.execute(statement)
        return [(ChatId(chat_id), StoryId(story_id)) for chat_id, story_id in rows]

    async def forget_quiet(self, *, before: datetime) -> int:
        """End what follows a story without an article since then; how many."""
        ended = select(stories.c.id).where(stories.c.last_at < before)
        statement = delete(follows).where(follows.c.story_id.in_(ended))
        return (await self._connection.execute(statement)).rowcount

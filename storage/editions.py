"""Issued editions: one per chat and slot."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.errors import AlreadyExists
from storage.records import (
    ChatId,
    DigestId,
    Edition,
    EditionId,
    EditionState,
    NewEdition,
    StoryId,
    StoryMatch,
    TopicId,
)
from storage.schema import articles, editions, topic_matches


class EditionRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewEdition) -> Edition:
        """Raises AlreadyExists when the chat's slot was issued before; the transaction goes on."""
        statement = insert(self._connection, editions).values(
            chat_id=new.chat_id,
            digest_id=new.digest_id,
            slot=new.slot,
            local_date=new.local_date,
            due_at=new.due_at,
            created_at=new.created_at,
            state=new.state,
            story_count=new.story_count,
        )
        statement = statement.on_conflict_do_nothing(index_elements=[editions.c.chat_id, editions.c.slot])
        row = (await self._connection.execute(statement.returning(editions))).one_or_none()
        if row is None:
            raise AlreadyExists(f"chat {new.chat_id} has an edition for {new.slot}")
        return _edition(row)

    async def last_of_chat(self, chat_id: ChatId, limit: int = 1) -> list[Edition]:
        """The newest editions, newest first."""
        statement = (
            select(editions).where(editions.c.chat_id == chat_id).order_by(editions.c.id.desc()).limit(limit)
        )
        return [_edition(row) for row in await self._connection.execute(statement)]

    async def built_until(self, chat_ids: Collection[ChatId]) -> dict[ChatId, datetime]:
        """When each chat's last edition that looked for stories was built; skipped ones did not look."""
        statement = (
            select(editions.c.chat_id, func.max(editions.c.created_at).label("built_at"))
            .where(editions.c.chat_id.in_(chat_ids), editions.c.state != EditionState.SKIPPED)
            .group_by(editions.c.chat_id)
        )
        rows = await self._connection.execute(statement)
        return {ChatId(row.chat_id): row.built_at for row in rows}

    async def matched_since(self, topic_ids: Collection[TopicId], since: datetime) -> list[StoryMatch]:
        """Which stories got articles on these topics since then; one line per topic and story."""
        statement = (
            select(
                topic_matches.c.topic_id,
                articles.c.story_id,
                func.max(topic_matches.c.score).label("score"),
                func.max(articles.c.first_seen_at).label("seen_at"),
            )
            .join(articles, articles.c.id == topic_matches.c.article_id)
            .where(
                topic_matches.c.topic_id.in_(topic_ids),
                articles.c.first_seen_at >= since,
                articles.c.story_id.is_not(None),
            )
            .group_by(topic_matches.c.topic_id, articles.c.story_id)
        )
        return [
            StoryMatch(
                topic_id=TopicId(row.topic_id),
                story_id=StoryId(row.story_id),
                score=row.score,
                seen_at=row.seen_at,
            )
            for row in await self._connection.execute(statement)
        ]

    async def looked_through(self, since: datetime) -> tuple[int, int]:
        """How many articles of how many publishers came since then."""
        statement = select(func.count(), func.count(func.nullif(articles.c.publisher, "").distinct())).where(
            articles.c.first_seen_at >= since
        )
        article_count, publisher_count = (await self._connection.execute(statement)).one()
        return article_count, publisher_count

    async def on_date(self, chat_ids: Collection[ChatId], local_date: date) -> list[Edition]:
        """What these chats' slots of one local date came to; editions by command are not among them."""
        statement = select(editions).where(
            editions.c.chat_id.in_(chat_ids),
            editions.c.local_date == local_date,
            editions.c.slot.startswith(local_date.isoformat()),
        )
        return [_edition(row) for row in await self._connection.execute(statement)]


def _edition(row: Row[Any]) -> Edition:
    return Edition(
        id=EditionId(row.id),
        chat_id=ChatId(row.chat_id),
        digest_id=DigestId(row.digest_id) if row.digest_id is not None else None,
        slot=row.slot,
        local_date=row.local_date,
        due_at=row.due_at,
        created_at=row.created_at,
        state=EditionState(row.state),
        story_count=row.story_count,
    )

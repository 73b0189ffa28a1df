"""Forgets texts, articles and what was told when they are kept no longer, a few at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import among
from storage.records import ArticleId, ChatId
from storage.schema import articles, boilerplate, stories, versions
from storage.schema_chats import chats, editions, told


class RetentionRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def strip_texts(self, *, before: datetime, limit: int) -> int:
        """Articles seen before then lose text and earlier wordings; they are found as they were. How many."""
        oldest = (
            select(articles.c.id)
            .where(articles.c.text != "", articles.c.first_seen_at < before)
            .order_by(articles.c.first_seen_at)
            .limit(limit)
        )
        ids = (await self._connection.scalars(oldest)).all()
        if ids:
            await self._connection.execute(update(articles).where(articles.c.id.in_(ids)).values(text=""))
            await self._connection.execute(delete(versions).where(versions.c.article_id.in_(ids)))
        return len(ids)

    async def removable(
        self, *, before: datetime, after: ArticleId, limit: int
    ) -> tuple[list[ArticleId], ArticleId | None]:
        """Articles seen before then that no story goes by, and the id to go on after; None at the end.

        The one article a story goes by stays: its ledger, its links and old messages lead there.
        """
        is_lead = exists().where(stories.c.lead_id == articles.c.id)
        statement = (
            select(articles.c.id, is_lead)
            .where(articles.c.id > after, articles.c.first_seen_at < before)
            .order_by(articles.c.id)
            .limit(limit)
        )
        rows = (await self._connection.execute(statement)).all()
        found = [ArticleId(id_) for id_, leads in rows if not leads]
        return found, ArticleId(rows[-1][0]) if len(rows) == limit else None

    async def remove(self, article_ids: Sequence[ArticleId]) -> None:
        """Their analyses have to be gone already, with their share in the counts of terms."""
        copies = update(articles).where(articles.c.wire_of.in_(article_ids))
        await self._connection.execute(copies.values(wire_of=None))
        await self._connection.execute(delete(articles).where(articles.c.id.in_(article_ids)))

    async def forget_told(self, *, before: datetime, after: ChatId, limit: int) -> ChatId | None:
        """Of the next chats, what they were told before then; the id to go on after, None at the end."""
        following = select(chats.c.id).where(chats.c.id > after).order_by(chats.c.id).limit(limit)
        ids = (await self._connection.scalars(following)).all()
        of_these = among(self._connection, ids)
        for table, at in ((told, told.c.told_at), (editions, editions.c.created_at)):
            await self._connection.execute(delete(table).where(table.c.chat_id.in_(of_these), at < before))
        return ChatId(ids[-1]) if len(ids) == limit else None

    async def forget_boilerplate(self, *, before: datetime) -> None:
        """Outlets change their pages; what still stands there is found again."""
        await self._connection.execute(delete(boilerplate).where(boilerplate.c.found_at < before))

"""What readers say does not belong together: labelled pairs of articles."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.records import ArticleId, ChatId, StoryId
from storage.schema import articles
from storage.schema_chats import judgements
from storage.wishes import Judgement, JudgementKind


class JudgementRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, judgement: Judgement) -> bool:
        """Store it; False when the chat said so before."""
        new = insert(self._connection, judgements).values(
            chat_id=judgement.chat_id,
            kind=judgement.kind.value,
            article_id=judgement.article_id,
            other_id=judgement.other_id,
            judged_at=judgement.judged_at,
        )
        return (await self._connection.execute(new.on_conflict_do_nothing())).rowcount == 1

    async def of_chat(self, chat_id: ChatId) -> list[Judgement]:
        """Oldest first."""
        statement = select(judgements).where(judgements.c.chat_id == chat_id)
        order = (judgements.c.judged_at, judgements.c.article_id, judgements.c.other_id)
        return [_judgement(row) for row in await self._connection.execute(statement.order_by(*order))]

    async def disowned(self, chat_id: ChatId, story_ids: Collection[StoryId]) -> set[tuple[StoryId, StoryId]]:
        """Pairs of stories the chat does not want to see beside each other, from either side."""
        one, other = articles.alias("one"), articles.alias("other")
        statement = (
            select(one.c.story_id, other.c.story_id)
            .select_from(judgements)
            .join(one, one.c.id == judgements.c.article_id)
            .join(other, other.c.id == judgements.c.other_id)
            .where(judgements.c.chat_id == chat_id, judgements.c.kind == JudgementKind.RELATED.value)
        )
        wanted = set(story_ids)
        pairs = [(row[0], row[1]) for row in await self._connection.execute(statement) if row[0] and row[1]]
        both = {(StoryId(one), StoryId(other)) for pair in pairs for one, other in (pair, pair[::-1])}
        return {pair for pair in both if pair[0] in wanted}

    async def pairs(self) -> list[tuple[JudgementKind, ArticleId, ArticleId, int, datetime]]:
        """Every pair judged, with how many chats say so and since when; no chat is named."""
        kind, article_id, other_id = judgements.c.kind, judgements.c.article_id, judgements.c.other_id
        first_at = func.min(judgements.c.judged_at, type_=judgements.c.judged_at.type)
        statement = (
            select(kind, article_id, other_id, func.count(), first_at)
            .group_by(kind, article_id, other_id)
            .order_by(article_id, other_id, kind)
        )
        return [
            (JudgementKind(kind), ArticleId(one), ArticleId(other), count, since)
            for kind, one, other, count, since in await self._connection.execute(statement)
        ]


def _judgement(row: Row[Any]) -> Judgement:
    return Judgement(
        chat_id=ChatId(row.chat_id),
        kind=JudgementKind(row.kind),
        article_id=ArticleId(row.article_id),
        other_id=ArticleId(row.other_id),
        judged_at=row.judged_at,
    )

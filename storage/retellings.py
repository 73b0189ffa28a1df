"""Summaries a language model wrote, as far as the articles bear them out; asked for once a version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.records import ArticleId, StoryId
from storage.schema import retellings, stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Retelling:
    story_id: StoryId
    version: int
    language: str
    sentences: tuple[tuple[str, ArticleId], ...]
    """Each with the article that bears it out; none where nothing held."""
    made_at: datetime


class RetellingRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, retelling: Retelling) -> None:
        """Of two at once the first stands."""
        new = insert(self._connection, retellings).values(
            story_id=retelling.story_id,
            version=retelling.version,
            language=retelling.language,
            sentences=[list(sentence) for sentence in retelling.sentences],
            made_at=retelling.made_at,
        )
        await self._connection.execute(new.on_conflict_do_nothing())

    async def of_stories(self, story_ids: Collection[StoryId]) -> dict[StoryId, Retelling]:
        """That of each story's present version."""
        statement = (
            select(retellings)
            .join(
                stories,
                and_(stories.c.id == retellings.c.story_id, stories.c.version == retellings.c.version),
            )
            .where(retellings.c.story_id.in_(story_ids))
        )
        return {
            StoryId(row.story_id): Retelling(
                story_id=StoryId(row.story_id),
                version=row.version,
                language=row.language,
                sentences=tuple((text, ArticleId(article_id)) for text, article_id in row.sentences),
                made_at=row.made_at,
            )
            for row in await self._connection.execute(statement)
        }

    async def wanting(self, since: datetime, *, sources: int, limit: int) -> list[tuple[StoryId, int, str]]:
        """Stories with news since then and so many sources whose version has none: id, version, language."""
        made = exists().where(
            retellings.c.story_id == stories.c.id,
            retellings.c.version == stories.c.version,
            retellings.c.language == stories.c.language,
        )
        statement = (
            select(stories.c.id, stories.c.version, stories.c.language)
            .where(stories.c.last_at >= since, stories.c.merged_into.is_(None), ~made)
            .where(stories.c.independent_count >= sources)
            .order_by(stories.c.independent_count.desc(), stories.c.id.desc())
            .limit(limit)
        )
        return [(StoryId(row[0]), row[1], row[2]) for row in await self._connection.execute(statement)]

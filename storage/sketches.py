"""What the window of stories keeps of the articles of the last days."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.records import ArticleId, KeptSketch, StoryId
from storage.schema import articles, sketches


class SketchRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, first: int, day: int, kept: Iterable[tuple[ArticleId, bytes]]) -> int:
        """Keep these, numbered from `first` on; the last number. Raises AlreadyExists when one is taken."""
        rows = [
            {"number": first + place, "article_id": article_id, "day": day, "data": data}
            for place, (article_id, data) in enumerate(kept)
        ]
        if rows:
            await self._connection.execute(insert(sketches), rows)
        return first + len(rows) - 1

    async def last(self) -> int:
        """The highest number there is; 0 for none."""
        return int(await self._connection.scalar(select(func.max(sketches.c.number))) or 0)

    async def after(self, number: int, *, day: int, limit: int) -> list[KeptSketch]:
        """The next of those placed on this day or later, in order."""
        statement = (
            select(
                sketches.c.number,
                sketches.c.day,
                sketches.c.article_id,
                articles.c.story_id,
                articles.c.wire_of,
                sketches.c.data,
            )
            .join(articles, articles.c.id == sketches.c.article_id)
            .where(sketches.c.number > number, sketches.c.day >= day, articles.c.story_id.is_not(None))
        )
        rows = await self._connection.execute(statement.order_by(sketches.c.number).limit(limit))
        return [
            KeptSketch(
                number=row.number,
                day=row.day,
                article_id=ArticleId(row.article_id),
                story_id=StoryId(row.story_id),
                wire_of=None if row.wire_of is None else ArticleId(row.wire_of),
                data=row.data,
            )
            for row in rows
        ]

    async def forget(self, *, before: int) -> None:
        """Drop what was placed before this day; the newest stays, so that numbers go on counting up."""
        newest = select(func.max(sketches.c.number)).scalar_subquery()
        old = (sketches.c.day < before) & (sketches.c.number < newest)
        await self._connection.execute(delete(sketches).where(old))

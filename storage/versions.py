"""What articles said before their publishers changed them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.collecting import ArticleVersion
from storage.records import Article, ArticleId
from storage.schema import articles, versions

# A live ticker changes all day long; its first hours are not asked for again.
MOST_VERSIONS = 50


class VersionRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of(self, article_id: ArticleId) -> list[ArticleVersion]:
        """Earlier wordings, oldest first."""
        statement = select(versions).where(versions.c.article_id == article_id).order_by(versions.c.number)
        return [
            ArticleVersion(
                article_id=ArticleId(row.article_id),
                number=row.number,
                title=row.title,
                summary=row.summary,
                text=row.text,
                content_hash=row.content_hash,
                replaced_at=row.replaced_at,
            )
            for row in await self._connection.execute(statement)
        ]

    async def replace(self, old: Article, new: Article, *, now: datetime) -> Article:
        """Put the new wording into the article's place and keep the old one; wordings come back uncounted."""
        known = (
            await self._connection.scalars(
                select(versions.c.content_hash).where(versions.c.article_id == old.id)
            )
        ).all()
        if old.content_hash not in known:
            values = {
                "article_id": old.id,
                "number": old.version,
                "title": old.title,
                "summary": old.summary,
                "text": old.text,
                "content_hash": old.content_hash,
                "replaced_at": now,
            }
            await self._connection.execute(insert(versions).values(**values))
            await self._connection.execute(
                delete(versions).where(
                    versions.c.article_id == old.id, versions.c.number <= old.version - MOST_VERSIONS
                )
            )
        return await self.amend(old, new, version=old.version + (new.content_hash not in known))

    async def amend(self, old: Article, new: Article, *, version: int = 0) -> Article:
        """Change what the article says; without a version it was only completed."""
        number = version or old.version
        await self._connection.execute(
            update(articles)
            .where(articles.c.id == old.id)
            .values(
                title=new.title,
                summary=new.summary,
                text=new.text,
                language=new.language,
                author=new.author,
                section=new.section,
                published_at=new.published_at,
                content_hash=new.content_hash,
                version=number,
            )
        )
        return replace(new, version=number)

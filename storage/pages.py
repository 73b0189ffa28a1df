"""Pages still to be fetched for articles without text, and the lines that belong to no article."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.collecting import OwedPage
from storage.dialects.insert import insert as insert_or
from storage.records import ArticleId
from storage.schema import boilerplate, pages


class PageRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def owe(self, owed: Sequence[OwedPage]) -> None:
        """Note what is to be fetched; a page that is owed already stays as it is."""
        rows = [
            {
                "article_id": page.article_id,
                "host": page.host,
                "due_at": page.due_at,
                "attempts": page.attempts,
                "awaited_until": page.awaited_until,
            }
            for page in owed
        ]
        if rows:
            statement = insert_or(self._connection, pages).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)

    async def claim_due(self, now: datetime, *, limit: int, a_host: int, lease: timedelta) -> list[OwedPage]:
        """Take pages that are due, longest overdue first, no more than `a_host` of one host.

        Until the lease is over nobody else gets them; after it they are due again, should we die.
        """
        place = func.row_number().over(
            partition_by=pages.c.host, order_by=(pages.c.due_at, pages.c.article_id)
        )
        ranked = select(pages.c.article_id, place.label("place")).where(pages.c.due_at <= now).subquery()
        chosen = select(ranked.c.article_id).where(ranked.c.place <= a_host)
        due = (
            select(pages)
            .where(pages.c.article_id.in_(chosen), pages.c.due_at <= now)
            .order_by(pages.c.due_at, pages.c.article_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = (await self._connection.execute(due)).all()
        if rows:
            taken = update(pages).where(pages.c.article_id.in_([row.article_id for row in rows]))
            await self._connection.execute(taken.values(due_at=now + lease))
        return [
            OwedPage(
                article_id=ArticleId(row.article_id),
                host=row.host,
                due_at=row.due_at,
                attempts=row.attempts,
                awaited_until=row.awaited_until,
            )
            for row in rows
        ]

    async def put_off(self, article_id: ArticleId, *, until: datetime, attempts: int) -> None:
        """Try again later."""
        statement = update(pages).where(pages.c.article_id == article_id)
        await self._connection.execute(statement.values(due_at=until, attempts=attempts))

    async def give_up_waiting(self, article_id: ArticleId, *, now: datetime) -> None:
        """The article goes into its story without its text."""
        statement = update(pages).where(pages.c.article_id == article_id)
        await self._connection.execute(statement.values(awaited_until=now))

    async def settle(self, article_ids: Collection[ArticleId]) -> None:
        """Nothing is owed for these any more."""
        await self._connection.execute(delete(pages).where(pages.c.article_id.in_(list(article_ids))))

    async def waiting(self) -> int:
        """How many pages are owed."""
        return int(await self._connection.scalar(select(func.count()).select_from(pages)) or 0)

    async def boilerplate(self, host: str) -> set[str]:
        """Digests of the lines that belong to the host's pages and to no article."""
        rows = await self._connection.scalars(select(boilerplate.c.line).where(boilerplate.c.host == host))
        return set(rows)

    async def add_boilerplate(self, host: str, lines: Collection[str], *, now: datetime) -> None:
        """Lines known already stay as they are."""
        rows = [{"host": host, "line": line, "found_at": now} for line in sorted(lines)]
        if rows:
            statement = insert_or(self._connection, boilerplate).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)

"""The text index: finds articles by terms, newest first. Knows no language; `analyses` fills it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects import postgresql, sqlite
from storage.queries import AllOf, AnyOf, Match, Phrase, Term, TermQuery, names_publisher
from storage.records import ArticleId
from storage.schema import articles, terms

# Up to so many hits it is quicker to gather them all than to walk the articles from the newest.
RARE = 2_000


class SearchRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = sqlite if connection.dialect.name == "sqlite" else postgresql

    async def find(
        self, query: TermQuery, *, limit: int, before_id: ArticleId | None = None
    ) -> list[ArticleId]:
        """The articles the query finds, newest arrival first."""
        rows = await self._connection.execute((await self._found(query, before_id)).limit(limit))
        return [ArticleId(id_) for id_ in rows.scalars()]

    async def count(self, query: TermQuery, *, most: int) -> int:
        """How many articles the query finds, counted no further than `most`."""
        some = (await self._found(query, None)).limit(most).subquery()
        return (await self._connection.execute(select(func.count()).select_from(some))).scalar_one()

    async def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """In how many articles each of these terms stands; terms of no article are left out."""
        rows = await self._connection.execute(
            select(terms.c.term, terms.c.articles).where(
                terms.c.term.in_(sorted(set(words))), terms.c.articles > 0
            )
        )
        return {term: count for term, count in rows}  # noqa: C416 - a result is no mapping

    async def article_count(self) -> int:
        """About how many articles there are: their ids are handed out in order."""
        return (await self._connection.execute(select(func.max(articles.c.id)))).scalar_one() or 0

    async def rebuild(self) -> None:
        """Build the index anew from the analyses."""
        for statement in self._dialect.REBUILD_INDEX:
            await self._connection.exec_driver_sql(statement)

    async def _found(self, query: TermQuery, before_id: ArticleId | None) -> Select[int]:
        if query.match is None:
            statement, id_ = select(articles.c.id), articles.c.id
        else:
            statement, id_ = self._dialect.matching(query.match, rare=await self._is_rare(query.match))
            if query.has_filters:
                statement = statement.join(articles, articles.c.id == id_)
        if query.unwanted is not None:
            statement = statement.where(id_.not_in(self._dialect.matching(query.unwanted, rare=False)[0]))
        if query.publishers:
            statement = statement.where(articles.c.publisher.in_(await self._publishers(query.publishers)))
        if query.unwanted_publishers:
            unwanted = await self._publishers(query.unwanted_publishers)
            statement = statement.where(articles.c.publisher.not_in(unwanted))
        if query.languages:
            statement = statement.where(articles.c.language.in_(query.languages))
        if query.since is not None:
            statement = statement.where(articles.c.published_at >= query.since)
        if query.until is not None:
            statement = statement.where(articles.c.published_at < query.until)
        if before_id is not None:
            statement = statement.where(id_ < before_id)
        return statement.order_by(id_.desc())

    async def _is_rare(self, match: Match) -> bool:
        """Whether the match has so few hits that they are better gathered at once."""
        groups = list(_required(match))
        counts = await self.frequencies(term for group in groups for term in group)
        return any(sum(counts.get(term, 0) for term in group) <= RARE for group in groups)

    async def _publishers(self, wanted: tuple[str, ...]) -> list[str]:
        """The names that fit; each look-up jumps to the next name, however many articles carry it."""
        least = select(func.min(articles.c.publisher).label("name"))
        first = least.cte("names", recursive=True)
        following = least.where(articles.c.publisher > first.c.name).scalar_subquery()
        names = first.union_all(select(following).where(first.c.name.is_not(None)))
        rows = await self._connection.execute(select(names.c.name).where(names.c.name.is_not(None)))
        return [name for name in rows.scalars() if names_publisher(name, wanted)]


def _required(match: Match) -> Iterable[tuple[str, ...]]:
    """Groups of terms of which every hit has at least one."""
    match match:
        case Term(any_of):
            yield any_of
        case Phrase(words):
            yield from words
        case AllOf(parts):
            for part in parts:
                yield from _required(part)
        case AnyOf(parts):
            groups = [next(iter(_required(part)), None) for part in parts]
            if None not in groups:
                yield tuple(term for group in groups if group is not None for term in group)
        case _:
            return

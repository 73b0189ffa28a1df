"""The text index: finds articles by terms, newest first. Knows no language; `analyses` fills it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter

from sqlalchemy import ColumnElement, Select, delete, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.completions import Completions
from storage.dialects import postgresql, sqlite
from storage.queries import AllOf, AnyOf, Found, Match, Phrase, Term, TermQuery, names_publisher
from storage.records import ArticleId
from storage.schema import analyses, articles, stories, terms

# Up to so many hits it is quicker to gather them all than to walk the articles from the newest.
RARE = 2_000
# Articles that are indexed with one statement when the index is built anew.
PORTION = 2_000


class SearchRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        self._completions = Completions(connection)

    async def find(
        self, query: TermQuery, *, limit: int, before_id: ArticleId | None = None
    ) -> list[ArticleId]:
        """The articles the query finds, newest arrival first."""
        rows = await self._connection.execute((await self._found(query, before_id)).limit(limit))
        return [ArticleId(id_) for id_ in rows.scalars()]

    async def candidates(self, query: TermQuery, *, limit: int) -> list[Found]:
        """What `find` finds, with what ranking needs of each: one statement, however many."""
        found = (await self._found(query, None)).limit(limit).subquery()
        rows = await self._connection.execute(
            select(
                analyses.c.article_id,
                _spaced(analyses.c.title_terms),
                _spaced(analyses.c.title_also),
                _spaced(analyses.c.text_terms),
                _spaced(analyses.c.text_also),
                self._dialect.seconds(articles.c.published_at),
                articles.c.story_id,
                func.coalesce(stories.c.independent_count, 0),
                self._dialect.seconds(stories.c.last_at),
            )
            .select_from(found)
            .join(articles, articles.c.id == found.c.id)
            .join(analyses, analyses.c.article_id == found.c.id)
            .outerjoin(stories, stories.c.id == articles.c.story_id)
        )
        # Sorted here: a database would copy all texts to do it.
        return sorted(map(Found._make, rows.all()), key=itemgetter(0), reverse=True)

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

    async def has_stale_completions(self) -> bool:
        """Whether the archive has outgrown the list of common beginnings."""
        return await self._completions.are_stale(await self.article_count())

    async def write_completions(self) -> None:
        """List the common beginnings anew."""
        await self._completions.write(await self.article_count())

    async def rebuild(self, advance: Callable[[int], None] = lambda _: None) -> None:
        """Build the index anew from the analyses, count the terms and list the common beginnings.

        All in this transaction: who searches sees the old index until it ends, who writes has to wait.
        `advance` is told how many articles were done.
        """
        for statement in self._dialect.CLEAR_INDEX:
            await self._connection.exec_driver_sql(statement)
        last = 0
        while self._dialect.FILL_INDEX:
            portion = select(analyses.c.article_id).where(analyses.c.article_id > last)
            ids = portion.order_by(analyses.c.article_id).limit(PORTION).subquery()
            count, upto = (
                await self._connection.execute(select(func.count(), func.max(ids.c.article_id)))
            ).one()
            if not count:
                break
            await self._connection.execute(text(self._dialect.FILL_INDEX), {"after": last, "upto": upto})
            advance(count)
            last = upto
        if self._dialect.PREPARE_COUNTS:
            await self._connection.exec_driver_sql(self._dialect.PREPARE_COUNTS)
        await self._connection.execute(delete(terms))
        await self._connection.exec_driver_sql(f"INSERT INTO terms(term, articles) {self._dialect.COUNTS}")
        await self.write_completions()

    async def _found(self, query: TermQuery, before_id: ArticleId | None) -> Select[int]:
        if query.match is None:
            statement, id_ = select(articles.c.id), articles.c.id
        else:
            match = await self._completions.expanded(query.match)
            rare = self._dialect.MINDS_RARITY and await self._is_rare(match)
            statement, id_ = self._dialect.matching(match, rare=rare)
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


def _spaced(line: ColumnElement[str]) -> ColumnElement[str]:
    return literal(" ") + line + literal(" ")


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

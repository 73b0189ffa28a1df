"""Puts the question to the text index into SQL: which articles a query finds, newest first.

Written as text, since every search asks it: to build it of SQLAlchemy's parts costs as much as the index
takes to answer.
"""

# ruff: noqa: S608 - statements are put together of parts; values stand where their marks are
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import prod
from types import ModuleType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects import postgresql, sqlite
from storage.queries import AllOf, AnyOf, Match, Phrase, Term, TermQuery, names_publisher
from storage.schema import articles

# Hits of which each is looked at, where more are narrowed down first.
FEW = 2_000
# Articles of a publisher that are looked up before a frequent word's hits are.
NARROW = 20_000
# Articles of a time, of which the index has no more than dates and ids to read.
SHORT = 100_000


class Statement:
    """The values of one statement; `of` says where one stands in its text."""

    def __init__(self, dialect: ModuleType) -> None:
        self.dialect = dialect
        self.values: list[Any] = []

    def of(self, value: object) -> str:
        self.values.append(value)
        return f"{self.dialect.MARK}{len(self.values)}"

    def any_of(self, expression: str, values: Iterable[str]) -> str:
        """The condition that it is one of these."""
        return f"{expression} IN ({', '.join(map(self.of, values)) or 'NULL'})"


def dialect_of(connection: AsyncConnection) -> ModuleType:
    return sqlite if connection.dialect.name == "sqlite" else postgresql


async def rows_of(connection: AsyncConnection, sql: str, statement: Statement) -> Sequence[Any]:
    """What the statement comes to."""
    return (await connection.exec_driver_sql(sql, tuple(statement.values))).all()


class Finding:
    """What queries find, over one connection."""

    def __init__(self, connection: AsyncConnection, counts: Mapping[str, int], articles: int) -> None:
        """`counts`: in how many of the articles each term of the matches stands."""
        self._connection = connection
        self._articles = articles
        self._dialect = dialect_of(connection)
        self._counts = counts

    async def sql(
        self, query: TermQuery, statement: Statement, *, limit: int, also: Sequence[str] = ()
    ) -> str:
        """A SELECT of the column `id`, in order; `also` are conditions on `{id}`."""
        if query.match is None:
            source, id_ = "articles", "articles.id"
            conditions = self._without(query, statement)
        else:
            walked = hits(query.match, self._counts)
            source, id_, condition = self._matching(query.match, query.unwanted, statement)
            conditions = [condition]
            if query.has_filters:
                source = self._dialect.with_articles(source, id_)
                if walked > FEW:
                    conditions += await self._between(query, statement, id_, most=min(4 * walked, SHORT))
        conditions += [one.format(id=id_) for one in also]
        conditions += await self._filters(query, statement, id_)
        where = " AND ".join(conditions) or "1 = 1"
        return f"SELECT {id_} AS id FROM {source} WHERE {where} ORDER BY {id_} DESC LIMIT {int(limit)}"

    def _matching(self, match: Match, unwanted: Match | None, statement: Statement) -> tuple[str, str, str]:
        found = likely_hits(match, self._counts, self._articles)
        few = not self._dialect.is_walked(found)
        also = self._dialect.in_titles(statement, match) if is_of_titles(match) else ""
        expression = self._dialect.expression(anywhere(match) if also else match, unwanted)
        source, id_, condition = self._dialect.matching(statement.of(expression), few=few, also=also)
        return source, id_, condition

    def _without(self, query: TermQuery, statement: Statement) -> list[str]:
        if query.unwanted is None:
            return []
        expression = statement.of(self._dialect.expression(query.unwanted, None))
        source, id_, condition = self._dialect.matching(expression, few=False)
        return [f"articles.id NOT IN (SELECT {id_} FROM {source} WHERE {condition})"]

    async def _filters(self, query: TermQuery, statement: Statement, id_: str) -> list[str]:
        found = self._times(query, statement)
        if query.publishers:
            found.append(await self._published_by(query.publishers, statement, id_))
        if query.unwanted_publishers:
            names = await self._publishers(query.unwanted_publishers)
            found.append("NOT " + statement.any_of("articles.publisher", names) if names else "1 = 1")
        if query.languages:
            found.append(statement.any_of("articles.language", query.languages))
        return found

    def _times(self, query: TermQuery, statement: Statement) -> list[str]:
        found = []
        if query.since is not None:
            found.append(f"articles.published_at >= {statement.of(self._dialect.instant(query.since))}")
        if query.until is not None:
            found.append(f"articles.published_at < {statement.of(self._dialect.instant(query.until))}")
        return found

    async def _between(self, query: TermQuery, statement: Statement, id_: str, *, most: int) -> list[str]:
        """Between which ids a short time lies, so that a frequent word's hits outside it are passed over."""
        if query.since is None and query.until is None:
            return []
        own = Statement(self._dialect)
        some = f"SELECT id FROM articles WHERE {' AND '.join(self._times(query, own))} LIMIT {most}"
        sql = f"SELECT count(*), min(id), max(id) FROM ({some}) AS several"
        [(count, first, last)] = await rows_of(self._connection, sql, own)
        if count == most:
            return []
        return [f"{id_} >= {statement.of(first or 0)}", f"{id_} <= {statement.of(last or 0)}"]

    async def _published_by(self, wanted: tuple[str, ...], statement: Statement, id_: str) -> str:
        names = await self._publishers(wanted)
        own = Statement(self._dialect)
        some = f"SELECT 1 FROM articles WHERE {own.any_of('articles.publisher', names)} LIMIT {NARROW}"
        sql = f"SELECT count(*) FROM ({some}) AS several"
        [(count,)] = await rows_of(self._connection, sql, own)
        its = statement.any_of("articles.publisher", names)
        if count == NARROW or id_ == "articles.id":
            return its
        # Whether an id is in a set is told without reading the article. The plus keeps the index out of it.
        return f"+{id_} IN (SELECT articles.id FROM articles WHERE {its})"

    async def _publishers(self, wanted: tuple[str, ...]) -> list[str]:
        """The names that fit; each look-up jumps to the next name, however many articles carry it."""
        least = select(func.min(articles.c.publisher).label("name"))
        first = least.cte("names", recursive=True)
        following = least.where(articles.c.publisher > first.c.name).scalar_subquery()
        names = first.union_all(select(following).where(first.c.name.is_not(None)))
        rows = await self._connection.execute(select(names.c.name).where(names.c.name.is_not(None)))
        return [name for name in rows.scalars() if names_publisher(name, wanted)]


def hits(match: Match, counts: Mapping[str, int]) -> int:
    """No more articles than these match, going by how many have each term.

    A beginning counts as none: those of many articles are asked by their terms.
    """
    match match:
        case Term(any_of):
            return sum(counts.get(term, 0) for term in any_of)
        case Phrase(words):
            return min(sum(counts.get(term, 0) for term in word) for word in words)
        case AllOf(parts):
            return min(hits(part, counts) for part in parts)
        case AnyOf(parts):
            return sum(hits(part, counts) for part in parts)
        case _:
            return 0


def likely_hits(match: Match, counts: Mapping[str, int], articles: int) -> float:
    """About how many articles match, were words spread by chance; a beginning counts as none."""
    match match:
        case AllOf(parts):
            share = 1.0
            for part in parts:
                share *= likely_hits(part, counts, articles) / max(articles, 1)
            return share * articles
        case AnyOf(parts):
            return sum(likely_hits(part, counts, articles) for part in parts)
        case Phrase(words):
            # Seldom do they stand together.
            each = (sum(counts.get(term, 0) for term in word) for word in words)
            return prod(min(one / max(articles, 1), 1.0) for one in each) * articles / (1 + len(words))
        case _:
            return hits(match, counts)


def is_of_titles(match: Match) -> bool:
    """Whether all of it is looked for in titles alone."""
    match match:
        case AllOf(parts) | AnyOf(parts):
            return all(map(is_of_titles, parts))
        case _:
            return match.in_title


def anywhere(match: Match) -> Match:
    """What has to be somewhere in an article for a match of titles."""
    match match:
        case AllOf(parts):
            return AllOf(tuple(map(anywhere, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(anywhere, parts)))
        case Phrase(words):
            return AllOf(tuple(map(Term, words)))
        case _:
            return replace(match, in_title=False)

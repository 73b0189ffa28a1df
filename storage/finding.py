"""Puts the question to the text index into SQL: which articles a query finds, newest first.

Written as text, since every search asks it: to build it of SQLAlchemy's parts costs as much as the index
takes to answer.
"""

# ruff: noqa: S608 - statements are put together of parts; values stand where their marks are
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import prod
from types import ModuleType
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects import postgresql, sqlite
from storage.queries import PAIR_SIGN, AllOf, AnyOf, Match, Phrase, Prefix, Term, TermQuery, names_publisher
from storage.selection import Older, Selection
from storage.writer import AtOnce

# Of the articles that have a word, about so many have it in the title.
IN_TITLE = 0.1
# Articles of a time, of which the index has no more than dates and ids to read.
SHORT = 100_000
# Ids are handed out in the order in which articles are seen, give or take what writers do side by side.
LATE = timedelta(days=1)
# Articles that may have come in while a clock was behind by more.
SET_BACK = 1_000


_EACH_PUBLISHER = """WITH RECURSIVE names(name) AS (
        SELECT min(publisher) FROM articles
        UNION ALL SELECT (SELECT min(publisher) FROM articles WHERE publisher > names.name) FROM names
        WHERE names.name IS NOT NULL
    ) SELECT name FROM names WHERE name IS NOT NULL"""


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
    if isinstance(connection, AtOnce):
        return connection.rows(sql, tuple(statement.values))
    return (await connection.exec_driver_sql(sql, tuple(statement.values))).all()


class Finding:
    """What queries find, over one connection."""

    def __init__(self, connection: AsyncConnection, counts: Mapping[str, int], articles: int) -> None:
        """`counts`: how many of the articles have each term of the matches, and each beginning, with *."""
        self._connection = connection
        self._articles = articles
        self._dialect = dialect_of(connection)
        self._counts = counts
        self._names: dict[tuple[str, ...], list[str]] = {}
        self._answers: dict[tuple[str, tuple[Any, ...]], Sequence[int]] = {}
        self._spans: dict[tuple[datetime | None, datetime | None], tuple[int, int] | None] = {}

    async def sql(
        self, query: TermQuery, statement: Statement, *, limit: int, older: Older | None = None
    ) -> str:
        """A SELECT of the column `id`, in order."""
        older = older or Older()
        if query.match is None:
            conditions = self._without(query, statement) + older.conditions("articles.id")
            conditions += await self._filters(query, statement)
            if query.publishers:
                names = await self._publishers(query.publishers)
                conditions.append(statement.any_of("articles.publisher", names))
            where = " AND ".join(conditions) or "1 = 1"
            return f"SELECT id FROM articles WHERE {where} ORDER BY id DESC LIMIT {int(limit)}"
        what = Selection(
            expression=statement.of(self._dialect.expression(query.match, query.unwanted)),
            hits=likely_hits(query.match, self._counts, self._articles),
            articles=self._articles,
            older=older,
            limit=int(limit),
            is_seldom=rests_on_phrase(query.match),
        )
        if query.has_filters:
            most = min(4 * hits(query.match, self._counts), SHORT)
            what = await self._filtered(what, query, statement, most=most)
        return cast("str", self._dialect.selected(what))

    async def _filtered(
        self, what: Selection, query: TermQuery, statement: Statement, *, most: int
    ) -> Selection:
        times = query.since, query.until
        if not self._dialect.is_gathered(what):
            self._spans[times] = await self._between(query, most=most)
        # Where it is known from what was asked before, fewer hits than are worth looking for it have it too.
        what = replace(what, between=self._spans.get(times))
        conditions = await self._filters(query, statement)
        if query.publishers:
            names = await self._publishers(query.publishers)
            conditions.append(statement.any_of("articles.publisher", names))
        return replace(what, conditions=tuple(conditions))

    def _without(self, query: TermQuery, statement: Statement) -> list[str]:
        if query.unwanted is None:
            return []
        unwanted = self._dialect.every(statement.of(self._dialect.expression(query.unwanted, None)))
        return [f"articles.id NOT IN ({unwanted})"]

    async def _filters(self, query: TermQuery, statement: Statement) -> list[str]:
        found = self._times(query, statement)
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

    async def _between(self, query: TermQuery, *, most: int) -> tuple[int, int] | None:
        """Between which ids a short time lies, so that a frequent word's hits outside it are passed over."""
        if query.since is None and query.until is None:
            return None
        if query.since is not None and query.until is None:
            first = await self._first_seen(query.since - LATE)
            if self._articles - first < SHORT:
                return first, self._articles
        own = Statement(self._dialect)
        some = f"SELECT id FROM articles WHERE {' AND '.join(self._times(query, own))} LIMIT {most}"
        # The least of 20,000 ids takes half a millisecond; what has no beginning begins with the first.
        first_id = "min(id)" if query.since is not None else "0"
        sql = f"SELECT count(*), {first_id}, max(id) FROM ({some}) AS several"
        count, first, last = await self._once(sql, own)
        return (first or 0, last or 0) if count < most else None

    async def _first_seen(self, since: datetime) -> int:
        """No later than the id of the first article seen since then: none is published after it is seen.

        Of the first ones seen the least, as a clock may be set back while articles come in.
        """
        own = Statement(self._dialect)
        seen = f"first_seen_at >= {own.of(self._dialect.instant(since))}"
        some = f"SELECT id FROM articles WHERE {seen} ORDER BY first_seen_at, id LIMIT {SET_BACK}"
        sql = f"SELECT coalesce(min(id), {self._articles}) FROM ({some}) AS several"
        [first] = await self._once(sql, own)
        return first

    async def _once(self, sql: str, statement: Statement) -> Sequence[int]:
        """The one row a statement comes to; it is asked for hits anywhere and again for those in titles."""
        asked = sql, tuple(statement.values)
        if asked not in self._answers:
            [self._answers[asked]] = await rows_of(self._connection, sql, statement)
        return self._answers[asked]

    async def _publishers(self, wanted: tuple[str, ...]) -> list[str]:
        if wanted not in self._names:
            self._names[wanted] = await publisher_names(self._connection, wanted)
        return self._names[wanted]


async def publisher_names(connection: AsyncConnection, wanted: tuple[str, ...]) -> list[str]:
    """The publishers' names that fit; each look-up jumps to the next name, however many articles carry it."""
    return [
        name
        for (name,) in await rows_of(connection, _EACH_PUBLISHER, Statement(dialect_of(connection)))
        if names_publisher(name, wanted)
    ]


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


def rests_on_phrase(match: Match) -> bool:
    """Whether words have to follow each other, whichever way it is met."""
    match match:
        case Phrase():
            return True
        case Term(any_of):
            return all(term.find(PAIR_SIGN) > 0 for term in any_of)  # pairs, not a publisher's term
        case AllOf(parts):
            return any(map(rests_on_phrase, parts))
        case AnyOf(parts):
            return all(map(rests_on_phrase, parts))
        case _:
            return False


def likely_hits(match: Match, counts: Mapping[str, int], articles: int) -> float:
    """About how many articles match, were words spread by chance."""
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
            found = prod(min(one / max(articles, 1), 1.0) for one in each) * articles / (1 + len(words))
        case Prefix(start):
            found = counts.get(f"{start}*", 0)
        case Term():
            found = hits(match, counts)
    return found * IN_TITLE if match.in_title else found

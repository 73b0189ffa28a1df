"""Beginnings of words, for prefix searches: what the most frequent terms are that begin so.

The index would gather every article of every such term before it shows the newest. For a beginning of
many articles the newest are found by its most frequent terms; rare beginnings are searched as they are.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.finding import Statement, dialect_of, rows_of
from storage.queries import PAIR_SIGN, AllOf, AnyOf, Match, Prefix, Term, beginnings
from storage.schema import completions, terms

SHORTEST, LONGEST = 3, 8
# Articles a beginning's terms stand in, added up, from which on it is looked up here.
BROAD = 4_000
MOST_TERMS = 40
# How much an archive grows before its completions are worth writing down anew.
GROWTH = 1.25
_MARK = ""
"""The row that tells for how many articles the table was written."""


class Completions:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def expanded(self, match: Match) -> Match:
        """The match with each broad beginning as its most frequent terms."""
        starts = {start[:LONGEST] for start in beginnings(match)}
        if not starts:
            return match
        statement = Statement(dialect_of(self._connection))
        sql = f"SELECT start, terms FROM completions WHERE {statement.any_of('start', sorted(starts))}"  # noqa: S608
        rows = await rows_of(self._connection, sql, statement)
        return _replaced(match, {start: tuple(listed.split()) for start, listed in rows})

    async def are_stale(self, articles: int) -> bool:
        """Whether the archive has outgrown what was written down."""
        written = await self._connection.scalar(
            select(completions.c.articles).where(completions.c.start == _MARK)
        )
        return articles > BROAD and articles > GROWTH * (written or 0)

    async def write(self, articles: int) -> None:
        """Write the table anew; a second or two for a million articles."""
        await self._connection.execute(delete(completions))
        for length in range(SHORTEST, LONGEST + 1):
            start = func.substr(terms.c.term, 1, length)
            order = terms.c.articles.desc(), terms.c.term
            ranked = (
                select(
                    start.label("start"),
                    terms.c.term,
                    func.row_number().over(partition_by=start, order_by=order).label("place"),
                    func.sum(terms.c.articles).over(partition_by=start).label("total"),
                )
                .where(
                    func.length(terms.c.term) >= length,
                    terms.c.articles > 0,
                    ~terms.c.term.contains(PAIR_SIGN),
                )
                .subquery()
            )
            wide = (
                select(ranked.c.start, func.aggregate_strings(ranked.c.term, " "), literal(articles))
                .where(ranked.c.place <= MOST_TERMS, ranked.c.total > BROAD)
                .group_by(ranked.c.start)
            )
            await self._connection.execute(
                insert(completions).from_select(["start", "terms", "articles"], wide)
            )
        await self._connection.execute(insert(completions).values(start=_MARK, terms="", articles=articles))


def _replaced(match: Match, known: dict[str, tuple[str, ...]]) -> Match:
    match match:
        case Prefix(start, in_title):
            listed = [term for term in known.get(start[:LONGEST], ()) if term.startswith(start)]
            return Term(tuple(listed), in_title) if listed else match
        case AllOf(parts) | AnyOf(parts):
            return replace(match, parts=tuple(_replaced(part, known) for part in parts))
        case _:
            return match

"""The text index: finds articles by terms, newest first. Knows no language; `analyses` fills it."""

# ruff: noqa: S608 - statements are put together of parts; values stand where their marks are
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Integer, delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.completions import Completions
from storage.finding import Finding, Statement, dialect_of, hits, likely_hits, publisher_names, rows_of
from storage.pairs import PUBLISHERS, Pairs, paired, words_in_phrases
from storage.publisher_terms import by_publishers
from storage.queries import (
    PAIR_SIGN,
    AllOf,
    AnyOf,
    Candidate,
    Candidates,
    Match,
    Phrase,
    Prefix,
    Term,
    TermQuery,
    beginnings,
    terms_of,
)
from storage.records import ArticleId
from storage.schema import analyses, articles, terms
from storage.selection import Older

# Several words of more articles than these are not looked for in titles alone: all would have to be walked.
OFTEN = 5_000
# Nor words of more spellings, as a beginning has: a title with any of them says little.
MOST_IN_TITLE = 12
# Places in the index that are walked for one answer.
WALKED = 35_000
# One in which a word has to stand in the title takes as long as so many: 27 ns, and 13 elsewhere.
TITLE_PLACE = 2
# Articles that are indexed with one statement when the index is built anew.
PORTION = 2_000


class SearchRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = dialect_of(connection)
        self._completions = Completions(connection)

    async def find(
        self, query: TermQuery, *, limit: int, before_id: ArticleId | None = None
    ) -> list[ArticleId]:
        """The articles the query finds, newest arrival first."""
        statement = Statement(self._dialect)
        sql = await self._found(query, statement, limit=limit, before_id=before_id)
        return [ArticleId(id_) for (id_,) in await rows_of(self._connection, sql, statement)]

    async def count(self, query: TermQuery, *, most: int) -> int:
        """How many articles the query finds, counted no further than `most`."""
        statement = Statement(self._dialect)
        sql = await self._found(query, statement, limit=most)
        [(count,)] = await rows_of(self._connection, f"SELECT count(*) FROM ({sql}) AS found", statement)
        return int(count)

    async def candidates(
        self, query: TermQuery, *, newest: int, least: int | None = None, titled: int = 0
    ) -> Candidates:
        """The newest articles the query finds, and the newest older ones that have its words in the title.

        With what ranking needs of each but its text, which `texts` reads. Fewer than `newest`, but `least`,
        where it would take long to find so many, as several frequent words seldom meet; nor more than
        `titled` older ones, and none where to find them would take as long.
        """
        query, counts, total = await self._asked(query)
        match = query.match
        finding, statement = Finding(self._connection, counts, total), Statement(self._dialect)
        if match is not None and least is not None and least < newest:
            # One more than all of them tells that these are all.
            newest = max(min(newest, affordable(match, counts, total) + 1), least)
        sql = await finding.sql(query, statement, limit=newest)
        parts, chosen = [f"newest AS {self._dialect.AT_ONCE} ({sql})"], "SELECT id, 0 AS by_title FROM newest"
        in_title = title_only(match, counts) if match is not None else None
        titled = min(titled, affordable(in_title, counts, total)) if in_title is not None else 0
        if in_title is not None and titled:
            older = Older("(SELECT min(id) FROM newest)", f"(SELECT count(*) FROM newest) = {int(newest)}")
            sql = await finding.sql(replace(query, match=in_title), statement, limit=titled, older=older)
            parts.append(f"titled AS ({sql})")
            chosen += " UNION ALL SELECT id, 1 FROM titled"
        facts = self._dialect.facts(chosen)
        rows = await rows_of(self._connection, f"WITH {', '.join(parts)} {facts}", statement)
        # Sorted here: a database would copy the lines to do it.
        found = sorted(rows, key=itemgetter(0), reverse=True)
        first = [Candidate._make(row[:-1]) for row in found if not row[-1]]
        return Candidates(
            newest=first,
            by_title=[Candidate._make(row[:-1]) for row in found if row[-1]],
            counts=counts,
            articles=total,
            is_cut=len(first) >= newest,
        )

    async def texts(self, ids: Iterable[ArticleId]) -> dict[ArticleId, tuple[str, str]]:
        """Of each article the terms of its text and what they are found by as well, a space around each."""
        statement = Statement(self._dialect)
        among = self._dialect.among(statement, "article_id", list(ids))
        sql = f"SELECT article_id, text_terms, text_also FROM analyses WHERE {among}"
        rows = await rows_of(self._connection, sql, statement)
        return {id_: (f" {text_} ", f" {also} ") for id_, text_, also in rows}

    async def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """In how many articles each of these terms stands; terms of no article are left out."""
        statement = Statement(self._dialect)
        among = self._dialect.among(statement, "term", sorted(set(words)))
        sql = f"SELECT term, articles FROM terms WHERE {among} AND articles > 0"
        return {term: count for term, count in await rows_of(self._connection, sql, statement)}  # noqa: C416

    async def article_count(self) -> int:
        """About how many articles there are: their ids are handed out in order."""
        return (await self._connection.execute(select(func.max(articles.c.id)))).scalar_one() or 0

    async def _asked(self, query: TermQuery) -> _Asked:
        """The query as the index is asked for it: by pairs and publishers as terms, where these are known."""
        match = query.match and await self._completions.expanded(query.match)
        named = by_publishers(
            replace(query, match=match),
            await publisher_names(self._connection, query.publishers) if match and query.publishers else [],
        )
        known = await self._known(named)
        if PUBLISHERS in known.frequent:
            query, match = named, named.match
        unwanted = query.unwanted
        match, unwanted = (one and paired(one, known.frequent) for one in (match, unwanted))
        return _Asked(replace(query, match=match, unwanted=unwanted), known.counts, known.articles)

    async def _known(self, query: TermQuery) -> _Known:
        """`frequencies` of terms, and of beginnings if they matter, and `article_count`, all in one."""
        statement, match = Statement(self._dialect), query.match
        in_phrases = words_in_phrases(match) | words_in_phrases(query.unwanted)
        wanted = {*terms_of(match), *terms_of(paired(match, in_phrases))} if match else set()
        among = self._dialect.among(statement, "term", sorted(wanted))
        frequent = self._dialect.among(statement, "term", sorted({*in_phrases, PUBLISHERS}))
        parts = [
            f"SELECT term, articles, false FROM terms WHERE {among} AND articles > 0",
            "SELECT NULL, max(id), false FROM articles",
            *(self._dialect.beginning(statement, start) for start in sorted(beginnings(match))),
            f"SELECT term, 0, true FROM frequent_terms WHERE is_complete AND {frequent}",
        ]
        rows = await rows_of(self._connection, " UNION ALL ".join(filter(None, parts)), statement)
        counts = {term: count for term, count, is_frequent in rows if not is_frequent}
        articles_ = counts.pop(None) or 0
        return _Known(counts, articles_, frozenset(term for term, _, is_frequent in rows if is_frequent))

    async def has_stale_completions(self) -> bool:
        """Whether the archive has outgrown the list of common beginnings."""
        return await self._completions.are_stale(await self.article_count())

    async def write_completions(self) -> None:
        """List the common beginnings anew, and the words that have become frequent."""
        await self._completions.write(await self.article_count())
        await Pairs(self._connection).add_frequent()

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
            for statement in self._dialect.FILL_INDEX:
                await self._connection.execute(text(statement), {"after": last, "upto": upto})
            advance(count)
            last = upto
        if self._dialect.OPTIMIZE:
            await self._connection.exec_driver_sql(self._dialect.OPTIMIZE)
        await self.count_terms()

    async def merge(self) -> bool:
        """Put some pieces of the index together, as each makes a search a little slower; True for more."""
        if not self._dialect.MERGE:
            return False
        await self._connection.exec_driver_sql(self._dialect.PREPARE_MERGE)
        before = await self._changes()
        await self._connection.exec_driver_sql(self._dialect.MERGE)
        # FTS5 says so itself: less than two changes, and nothing was left to do.
        return await self._changes() - before >= 2

    async def _changes(self) -> int:
        return await self._connection.scalar(select(func.total_changes(type_=Integer))) or 0

    async def count_terms(self) -> None:
        """Count the terms anew, as the index has them, and list the common beginnings."""
        if self._dialect.PREPARE_COUNTS:
            await self._connection.exec_driver_sql(self._dialect.PREPARE_COUNTS)
        await self._connection.execute(delete(terms))
        await self._connection.exec_driver_sql(f"INSERT INTO terms(term, articles) {self._dialect.COUNTS}")
        await self.write_completions()

    async def _found(
        self, query: TermQuery, statement: Statement, *, limit: int, before_id: ArticleId | None = None
    ) -> str:
        query, counts, total = await self._asked(query)
        older = Older(str(int(before_id))) if before_id is not None else None
        finding = Finding(self._connection, counts, total)
        return await finding.sql(query, statement, limit=limit, older=older)


class _Known(NamedTuple):
    """What is known of a query's terms."""

    counts: dict[str, int]
    """How many articles have each."""
    articles: int
    """About how many there are."""
    frequent: frozenset[str]
    """Those whose pairs are known of all articles; `PUBLISHERS` where the publishers' terms are."""


class _Asked(NamedTuple):
    """A query as the index is asked for it; how many articles have each of its terms, and are there."""

    query: TermQuery
    counts: dict[str, int]
    articles: int


def affordable(match: Match, counts: Mapping[str, int], articles: int) -> int:
    """How many hits are found while `WALKED` places are walked, were words spread by chance."""
    every = places(match, counts)
    if every <= WALKED or not articles:
        return articles
    return int(WALKED / every * likely_hits(match, counts, articles))


def places(match: Match, counts: Mapping[str, int]) -> int:
    """How many places of the index are walked to find all hits: a phrase's words are walked each.

    Those of a title count for more, as it has to be seen where a word stands.
    """
    match match:
        case Phrase(words):
            return sum(counts.get(term, 0) for word in words for term in word)
        case AllOf(parts) | AnyOf(parts):
            return sum(places(part, counts) for part in parts)
        case Term() | Prefix():
            return hits(match, counts) * (TITLE_PLACE if match.in_title else 1)


def title_only(match: Match, counts: Mapping[str, int]) -> Match | None:
    """The same, looked for in the title alone; without what is frequent and has to stand together.

    A publisher's term is no matter of titles.
    """
    match match:
        case Term((first, *_)) if first.startswith(PAIR_SIGN):
            return match
        case AllOf(parts) if hits(match, counts) <= OFTEN:
            found = [title_only(part, counts) for part in parts]
            return AllOf(tuple(part for part in found if part is not None)) if None not in found else None
        case AnyOf(parts):
            some = tuple(part for one in parts if (part := title_only(one, counts)) is not None)
            return AnyOf(some) if some else None
        case Phrase() if hits(match, counts) <= OFTEN:
            return replace(match, in_title=True)
        case Prefix() | Term() if len(terms_of(match)) <= MOST_IN_TITLE:
            return replace(match, in_title=True)
        case _:
            return None

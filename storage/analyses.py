"""What analysis found, one row an article; the text index follows these rows by itself (dialects)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.finding import dialect_of
from storage.pairs import Pairs, with_pairs, without_pairs
from storage.publisher_terms import publisher_term
from storage.queries import Titled
from storage.records import Analysis, ArticleId, StoryId
from storage.schema import analyses, articles

# Drivers allow some 32,000 values in one statement.
BATCH = 5_000
# Articles whose pairs are looked for in one transaction.
PORTION = 50


class AnalysisRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._dialect = dialect_of(connection)

    async def put(self, batch: Sequence[Analysis]) -> None:
        """Store or replace; search finds the articles from now on."""
        if not batch:
            return
        frequent = await Pairs(self._connection).frequent()
        ids = [analysis.article_id for analysis in batch]
        of = await self._publisher_terms(ids)
        rows = [_row(analysis, frequent, of.get(analysis.article_id, ())) for analysis in batch]
        before = await self._lines(analyses.c.article_id.in_(ids))
        statement = insert(self._connection, analyses)
        changed = {name: statement.excluded[name] for name in rows[0] if name != "article_id"}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["article_id"], set_=changed), rows
        )
        await self._recount(before, [_Lines(*(row[name] for name in _Lines._fields)) for row in rows])

    async def pair(self) -> bool:
        """Write down the pairs of words that have become frequent in some older articles; True for more.

        And the terms of their publishers.
        """
        pairs = Pairs(self._connection)
        after = await pairs.waiting()
        if after is None:
            return False
        frequent = await pairs.frequent()
        before = await self._lines(analyses.c.article_id > after, limit=PORTION)
        of = await self._publisher_terms([one.article_id for one in before])
        paired = [one.with_pairs(frequent, of.get(one.article_id, ())) for one in before]
        changed = [(old, new) for old, new in zip(before, paired, strict=True) if new != old]
        if changed:
            await self._replace([new for _, new in changed])
            await self._recount([old for old, _ in changed], [new for _, new in changed])
        is_last = len(before) < PORTION
        await pairs.looked(frequent, after=after, to=None if is_last else before[-1].article_id)
        if is_last and self._dialect.MERGE_UNLIKE:
            await self._connection.exec_driver_sql(self._dialect.MERGE_UNLIKE)
        return not is_last

    async def remove(self, article_ids: Sequence[ArticleId]) -> None:
        """Search finds these articles no more."""
        of_these = analyses.c.article_id.in_(article_ids)
        before = await self._lines(of_these)
        await self._connection.execute(delete(analyses).where(of_these))
        await self._recount(before, [])

    async def get_many(self, ids: Sequence[ArticleId]) -> dict[ArticleId, Analysis]:
        """The analyses there are, by article."""
        statement = select(
            analyses.c.article_id,
            analyses.c.language,
            analyses.c.title_terms,
            analyses.c.title_also,
            analyses.c.text_terms,
            analyses.c.text_also,
            analyses.c.entities,
            analyses.c.fingerprint,
        ).where(analyses.c.article_id.in_(bindparam("ids", expanding=True)))
        found = {}
        for start in range(0, len(ids), BATCH):
            rows = await self._connection.execute(statement, {"ids": list(ids[start : start + BATCH])})
            for id_, language, title_terms, title_also, text_terms, text_also, entities, fingerprint in rows:
                found[ArticleId(id_)] = Analysis(
                    article_id=ArticleId(id_),
                    language=language,
                    title_terms=tuple(title_terms.split()),
                    title_also=tuple(without_pairs(title_also)),
                    text_terms=tuple(text_terms.split()),
                    text_also=tuple(without_pairs(text_also)),
                    entities=tuple(entities),
                    fingerprint=fingerprint,
                )
        return found

    async def names_of(self, ids: Iterable[ArticleId]) -> dict[ArticleId, tuple[str, ...]]:
        """Whom each article is about, most telling first."""
        statement = select(analyses.c.article_id, analyses.c.entities).where(
            analyses.c.article_id.in_(bindparam("ids", expanding=True))
        )
        listed, found = list(ids), {}
        for start in range(0, len(listed), BATCH):
            rows = await self._connection.execute(statement, {"ids": listed[start : start + BATCH]})
            found.update({ArticleId(id_): tuple(entities) for id_, entities in rows})
        return found

    async def titled(self, begins: datetime, ends: datetime, *, limit: int) -> list[Titled]:
        """The titles published in this time, the newest so many, with their terms and names."""
        rows = await self._connection.execute(
            select(
                articles.c.id,
                articles.c.publisher,
                articles.c.story_id,
                articles.c.language,
                articles.c.title,
                analyses.c.title_terms,
                analyses.c.entities,
            )
            .join(analyses, analyses.c.article_id == articles.c.id)
            .where(articles.c.published_at >= begins, articles.c.published_at < ends)
            .order_by(articles.c.published_at.desc(), articles.c.id.desc())
            .limit(limit)
        )
        return [
            Titled(
                article_id=ArticleId(id_),
                publisher=publisher,
                story_id=None if story_id is None else StoryId(story_id),
                language=language,
                title=title,
                title_terms=frozenset(title_terms.split()),
                entities=tuple(entities),
            )
            for id_, publisher, story_id, language, title, title_terms, entities in rows.all()
        ]

    async def _publisher_terms(self, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        """The term of each article's publisher, if it has one."""
        named = select(articles.c.id, articles.c.publisher).where(articles.c.id.in_(ids))
        rows = await self._connection.execute(named.where(articles.c.publisher != ""))
        return {id_: (publisher_term(publisher),) for id_, publisher in rows}

    async def _lines(self, which: ColumnElement[bool], *, limit: int | None = None) -> list[_Lines]:
        """In order."""
        columns = [analyses.c[name] for name in _Lines._fields]
        # Locked on PostgreSQL, lest another writer counts the same change.
        some = select(*columns).where(which).order_by(analyses.c.article_id).limit(limit).with_for_update()
        return [_Lines(*row) for row in await self._connection.execute(some)]

    async def _replace(self, changed: Iterable[_Lines]) -> None:
        """Write down new lines of other terms."""
        values = [{"id": one.article_id, "title": one.title_also, "text": one.text_also} for one in changed]
        its = update(analyses).where(analyses.c.article_id == bindparam("id"))
        change = its.values(title_also=bindparam("title"), text_also=bindparam("text"))
        await self._connection.execute(change, values)

    async def _recount(self, before: Iterable[_Lines], now: Iterable[_Lines]) -> None:
        counts = _count(now)
        counts.subtract(_count(before))
        # In one order everywhere, so that two writers on PostgreSQL cannot lock each other out; as one
        # statement, as there are a hundred of them an article.
        changed = {term: count for term, count in sorted(counts.items()) if count}
        if changed:
            await self._connection.execute(text(self._dialect.ADD_COUNTS), {"counts": json.dumps(changed)})


class _Lines(NamedTuple):
    """The terms of an article as they are stored."""

    article_id: int
    title_terms: str
    title_also: str
    text_terms: str
    text_also: str

    def with_pairs(self, frequent: AbstractSet[str], of: Iterable[str]) -> _Lines:
        return self._replace(
            title_also=with_pairs(self.title_also, self.title_terms, frequent, *of),
            text_also=with_pairs(self.text_also, self.text_terms, frequent),
        )


def _count(batch: Iterable[_Lines]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _, *lines in batch:
        counts.update(set(" ".join(lines).split()))
    return counts


def _row(analysis: Analysis, frequent: AbstractSet[str], of: Iterable[str]) -> dict[str, Any]:
    title, text_ = " ".join(analysis.title_terms), " ".join(analysis.text_terms)
    return {
        "article_id": analysis.article_id,
        "language": analysis.language,
        "title_terms": title,
        "title_also": with_pairs(" ".join(analysis.title_also), title, frequent, *of),
        "text_terms": text_,
        "text_also": with_pairs(" ".join(analysis.text_also), text_, frequent),
        "entities": list(analysis.entities),
        "fingerprint": analysis.fingerprint,
    }

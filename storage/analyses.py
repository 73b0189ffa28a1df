"""What analysis found, one row an article; the text index follows these rows by itself (dialects)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects import postgresql, sqlite
from storage.dialects.insert import insert
from storage.queries import Titled
from storage.records import Analysis, ArticleId, StoryId
from storage.schema import analyses, articles

# Drivers allow some 32,000 values in one statement.
BATCH = 5_000


class AnalysisRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, batch: Sequence[Analysis]) -> None:
        """Store or replace; search finds the articles from now on."""
        if not batch:
            return
        before = await self.get_many([analysis.article_id for analysis in batch])
        statement = insert(self._connection, analyses)
        changed = {name: statement.excluded[name] for name in _row(batch[0]) if name != "article_id"}
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["article_id"], set_=changed),
            [_row(analysis) for analysis in batch],
        )
        counts = _count(batch)
        counts.subtract(_count(before.values()))
        await self._add_counts(counts)

    async def remove(self, article_ids: Sequence[ArticleId]) -> None:
        """Search finds these articles no more."""
        counts: Counter[str] = Counter()
        counts.subtract(_count((await self.get_many(article_ids)).values()))
        await self._connection.execute(delete(analyses).where(analyses.c.article_id.in_(article_ids)))
        await self._add_counts(counts)

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
                    title_also=tuple(title_also.split()),
                    text_terms=tuple(text_terms.split()),
                    text_also=tuple(text_also.split()),
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

    async def _add_counts(self, counts: Counter[str]) -> None:
        # In one order everywhere, so that two writers on PostgreSQL cannot lock each other out; as one
        # statement, as there are a hundred of them an article.
        changed = {term: count for term, count in sorted(counts.items()) if count}
        if changed:
            dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
            await self._connection.execute(text(dialect.ADD_COUNTS), {"counts": json.dumps(changed)})


def _count(batch: Iterable[Analysis]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for analysis in batch:
        counts.update(
            {*analysis.title_terms, *analysis.title_also, *analysis.text_terms, *analysis.text_also}
        )
    return counts


def _row(analysis: Analysis) -> dict[str, object]:
    return {
        "article_id": analysis.article_id,
        "language": analysis.language,
        "title_terms": " ".join(analysis.title_terms),
        "title_also": " ".join(analysis.title_also),
        "text_terms": " ".join(analysis.text_terms),
        "text_also": " ".join(analysis.text_also),
        "entities": list(analysis.entities),
        "fingerprint": analysis.fingerprint,
    }

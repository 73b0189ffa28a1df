"""Articles, by address and content, what aggregator pages list, and which story each belongs to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Row, Select, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.collecting import FeedPace, PublisherCount
from storage.dialects.given import GIVEN, among, as_parameter, given_ids, given_texts
from storage.dialects.insert import insert as insert_or
from storage.dialects.insert import insert_rows
from storage.errors import NotFound
from storage.records import Article, ArticleId, FeedId, NewArticle, Origin, StoryId
from storage.schema import addresses, analyses, articles, entries, listings, pages

Key = TypeVar("Key")

# Databases limit the parameters of one statement.
_CHUNK = 500


class ArticleRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewArticle) -> Article:
        """Raises AlreadyExists when the address is taken."""
        [article] = await self.add_many([new])
        return article

    async def add_many(self, new: Sequence[NewArticle]) -> list[Article]:
        """In the given order; raises AlreadyExists when one address is taken."""
        ids = await self.put_many(new)
        return [_stored(article, id_) for article, id_ in zip(new, ids, strict=True)]

    async def put_many(self, new: Sequence[NewArticle]) -> list[ArticleId]:
        """The same, and only the ids of what is stored now."""
        if not new:
            return []
        if self._connection.dialect.name == "sqlite":
            # With one writer at a time the next ids are known; being told them costs more than inserting.
            last = await self._connection.scalar(select(func.max(articles.c.id))) or 0
            rows = [(id_, *_values(article)) for id_, article in enumerate(new, start=last + 1)]
            await insert_rows(self._connection, articles, ("id", *_COLUMNS), rows)
            return [ArticleId(row[0]) for row in rows]
        statement = insert(articles).returning(articles.c.id, articles.c.url)
        values = [dict(zip(_COLUMNS, _values(article), strict=True)) for article in new]
        ids = {url: id_ for id_, url in await self._connection.execute(statement, values)}
        return [ArticleId(ids[article.url]) for article in new]

    async def get(self, article_id: ArticleId) -> Article:
        """Raises NotFound."""
        found = await self._list(select(articles).where(articles.c.id == article_id))
        if not found:
            raise NotFound(f"there is no article {article_id}")
        return found[0]

    async def get_many(self, article_ids: Collection[ArticleId]) -> dict[ArticleId, Article]:
        """Those that are there, by id."""
        if not article_ids:
            return {}
        statement = _by_id(self._connection.dialect.name)
        rows = await self._connection.execute(statement, {GIVEN: as_parameter(list(article_ids))})
        return {article.id: article for article in map(_article, rows)}

    async def first_since(self, moment: datetime) -> ArticleId:
        """The first article that came then or later; one that is not there yet when none did."""
        # For the least of a primary key both databases walk the key, through the whole archive before the
        # first that is young enough; of a sum they know no order, and take the index of the times.
        came = select(func.min(articles.c.id + 0)).where(articles.c.first_seen_at >= moment)
        first = await self._connection.scalar(came)
        if first is None:
            first = (await self._connection.scalar(select(func.max(articles.c.id))) or 0) + 1
        return ArticleId(first)

    async def publishers_of(self, article_ids: Collection[ArticleId]) -> dict[ArticleId, str]:
        """Who published each, of those that are there."""
        found: dict[ArticleId, str] = {}
        for chunk in _chunks(article_ids):
            statement = select(articles.c.id, articles.c.publisher).where(articles.c.id.in_(chunk))
            rows = await self._connection.execute(statement)
            found.update((ArticleId(id_), publisher) for id_, publisher in rows)
        return found

    async def stories_of(self, article_ids: Collection[ArticleId]) -> dict[ArticleId, StoryId]:
        """The story each tells, of those that are grouped."""
        statement = select(articles.c.id, articles.c.story_id).where(
            articles.c.id.in_(among(self._connection, article_ids))
        )
        rows = await self._connection.execute(statement)
        return {ArticleId(id_): StoryId(story_id) for id_, story_id in rows.all() if story_id is not None}

    async def after(self, last: ArticleId, limit: int) -> list[Article]:
        """The next ones by id, for going through all."""
        return await self._list(
            select(articles).where(articles.c.id > last).order_by(articles.c.id).limit(limit)
        )

    async def find(self, reference: str) -> Article | None:
        """By id, or by any address as stored."""
        reference = reference.strip()
        further = select(addresses.c.article_id).where(addresses.c.url_key == reference)
        by = or_(articles.c.url == reference, articles.c.url_key == reference, articles.c.id.in_(further))
        # An id has to fit the column.
        if reference.isascii() and reference.isdigit() and len(reference) <= 18:
            by = articles.c.id == int(reference)
        found = await self._list(select(articles).where(by).limit(1))
        return found[0] if found else None

    async def find_by_urls(self, keys: Collection[str]) -> dict[str, Article]:
        """By `url_key`, the article's own or a further one."""
        if not keys:
            return {}
        own, further = _by_key(self._connection.dialect.name)
        given = {GIVEN: as_parameter(list(keys))}
        found = {row.further: _article(row) for row in await self._connection.execute(further, given)}
        rows = await self._connection.execute(own, given)
        found.update((article.url_key, article) for article in map(_article, rows))
        return found

    async def add_address(self, url_key: str, article_id: ArticleId) -> None:
        """Know the article by one more address."""
        statement = insert_or(self._connection, addresses).values(url_key=url_key, article_id=article_id)
        await self._connection.execute(statement.on_conflict_do_nothing())

    async def find_by_hashes(self, hashes: Collection[str]) -> dict[str, Article]:
        """By content; of several with one content the oldest."""
        found: dict[str, Article] = {}
        if hashes:
            statement = _by_hash(self._connection.dialect.name)
            rows = await self._connection.execute(statement, {GIVEN: as_parameter(list(hashes))})
            for article in sorted(map(_article, rows), key=lambda article: article.id):
                found.setdefault(article.content_hash, article)
        return found

    async def fold(self, article: Article, *, into: ArticleId) -> None:
        """The article is another one under one more address: what points to it points there, and it goes."""
        for table in (entries, addresses):
            statement = update(table).where(table.c.article_id == article.id)
            await self._connection.execute(statement.values(article_id=into))
        await self._connection.execute(
            update(articles).where(articles.c.wire_of == article.id).values(wire_of=into)
        )
        await self._connection.execute(delete(articles).where(articles.c.id == article.id))
        await self.add_address(article.url_key, into)

    async def ungrouped(self, limit: int, *, now: datetime | None = None) -> list[Article]:
        """Analysed and in no story yet, oldest id first; with `now`, without those whose page is awaited."""
        analysed = exists().where(analyses.c.article_id == articles.c.id)
        statement = select(articles).where(articles.c.story_id.is_(None), analysed)
        if now is not None:
            awaited = exists().where(pages.c.article_id == articles.c.id, pages.c.awaited_until > now)
            statement = statement.where(~awaited)
        return await self._list(statement.order_by(articles.c.id).limit(limit))

    async def assign(self, article_ids: Collection[ArticleId], story_id: StoryId) -> None:
        """Put the articles into a story, out of whichever they were in."""
        for chunk in _chunks(article_ids):
            statement = update(articles).where(articles.c.id.in_(chunk))
            await self._connection.execute(statement.values(story_id=story_id))

    async def set_wire_of(self, article_id: ArticleId, of: ArticleId | None) -> None:
        """Record whose text the article copies; None for a text of its own."""
        await self._connection.execute(update(articles).where(articles.c.id == article_id).values(wire_of=of))

    async def of_stories(self, story_ids: Collection[StoryId]) -> dict[StoryId, list[Article]]:
        """The articles of each story, oldest first; stories without articles are left out."""
        found: dict[StoryId, list[Article]] = {}
        for chunk in _chunks(story_ids):
            statement = select(articles).where(articles.c.story_id.in_(chunk))
            for article in await self._list(statement.order_by(articles.c.published_at, articles.c.id)):
                if article.story_id is not None:
                    found.setdefault(article.story_id, []).append(article)
        return found

    async def latest_of_feed(self, feed_id: FeedId, *, limit: int) -> list[Article]:
        """What the feed brought last, newest first; those without text are left out."""
        statement = select(articles).where(articles.c.feed_id == feed_id, articles.c.text != "")
        return await self._list(statement.order_by(articles.c.first_seen_at.desc()).limit(limit))

    async def paces(self, feed_ids: Collection[FeedId], *, now: datetime) -> dict[FeedId, FeedPace]:
        """How much news each feed has brought in the last fourteen days."""
        day = timedelta(days=1)
        seen = articles.c.first_seen_at
        found: dict[FeedId, FeedPace] = dict.fromkeys(feed_ids, FeedPace(today=0, before=0))
        for chunk in _chunks(feed_ids):
            statement = (
                select(
                    articles.c.feed_id,
                    func.count(),
                    func.sum(case((seen >= now - day, 1), else_=0)),
                )
                .where(
                    articles.c.feed_id.in_(chunk),
                    seen >= now - 14 * day,
                    seen < now + day,
                    articles.c.is_archive.is_(False),
                )
                .group_by(articles.c.feed_id)
            )
            for feed_id, every, today in await self._connection.execute(statement):
                found[FeedId(feed_id)] = FeedPace(today=int(today), before=every - int(today))
        return found

    async def count_since(self, since: datetime) -> int:
        """How many were first seen since then."""
        statement = select(func.count()).select_from(articles).where(articles.c.first_seen_at >= since)
        return int(await self._connection.scalar(statement) or 0)

    async def link_listed(self, page_id: ArticleId, item_ids: Sequence[ArticleId]) -> None:
        """Say which articles a page lists, in its order, in place of what was said before."""
        await self._connection.execute(delete(listings).where(listings.c.page_id == page_id))
        rows = [
            {"page_id": page_id, "item_id": item_id, "position": position}
            for position, item_id in enumerate(dict.fromkeys(item_ids), start=1)
            if item_id != page_id
        ]
        if rows:
            await self._connection.execute(insert(listings), rows)

    async def listed(self, page_id: ArticleId) -> list[ArticleId]:
        """What the page lists, in its order."""
        statement = select(listings.c.item_id).where(listings.c.page_id == page_id)
        rows = await self._connection.scalars(statement.order_by(listings.c.position))
        return [ArticleId(item_id) for item_id in rows]

    async def last_seen_at(self) -> datetime | None:
        """When the latest article came; None before the first."""
        return await self._connection.scalar(select(func.max(articles.c.first_seen_at)))

    async def publisher_count(self) -> int:
        """How many named publishers there are."""
        return await self._connection.scalar(_COUNT_PUBLISHERS) or 0

    async def publishers(self) -> list[PublisherCount]:
        """Every named publisher, the one with most articles first."""
        statement = (
            select(
                articles.c.publisher,
                func.count(),
                func.max(articles.c.published_at),
                func.max(articles.c.first_seen_at),
            )
            .where(articles.c.publisher != "")
            .group_by(articles.c.publisher)
            .order_by(func.count().desc(), articles.c.publisher)
        )
        return [
            PublisherCount(
                publisher=publisher, article_count=count, last_published_at=published, last_seen_at=seen
            )
            for publisher, count, published, seen in await self._connection.execute(statement)
        ]

    async def _list(self, statement: Select[Any]) -> list[Article]:
        return [_article(row) for row in await self._connection.execute(statement)]


def _count_publishers() -> Select[int]:
    """From name to name through the index: neither database skips what is alike by itself."""
    least = select(func.min(articles.c.publisher).label("name"))
    names = least.where(articles.c.publisher != "").cte("names", recursive=True)
    following = least.where(articles.c.publisher > names.c.name).scalar_subquery()
    names = names.union_all(select(following).where(names.c.name.is_not(None)))
    return select(func.count(names.c.name))


# Made once.
_COUNT_PUBLISHERS = _count_publishers()


def _chunks(keys: Collection[Key]) -> list[list[Key]]:
    every = list(keys)
    return [every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK)]


@cache
def _by_key(dialect: str) -> tuple[Select[Any], Select[Any]]:
    """Articles by their own `url_key` and by further ones; made once, as building takes long."""
    given = given_texts(dialect)
    further = select(articles, addresses.c.url_key.label("further")).join(
        addresses, addresses.c.article_id == articles.c.id
    )
    return select(articles).where(articles.c.url_key.in_(given)), further.where(
        addresses.c.url_key.in_(given)
    )


@cache
def _by_id(dialect: str) -> Select[Any]:
    return select(articles).where(articles.c.id.in_(given_ids(dialect)))


@cache
def _by_hash(dialect: str) -> Select[Any]:
    return select(articles).where(articles.c.content_hash.in_(given_texts(dialect)))


_COLUMNS = (
    "url", "url_key", "title", "text", "summary", "publisher", "language", "author", "section",
    "published_at", "first_seen_at", "origin", "feed_id", "is_archive", "content_hash", "version",
)  # fmt: skip


def _values(new: NewArticle) -> tuple[Any, ...]:
    """In the order of `_COLUMNS`."""
    return (
        new.url,
        new.url_key or new.url,
        new.title,
        new.text,
        new.summary,
        new.publisher,
        new.language,
        new.author,
        new.section,
        new.published_at,
        new.first_seen_at,
        str(new.origin),
        new.feed_id,
        new.is_archive,
        new.content_hash,
        1,
    )


def _stored(new: NewArticle, article_id: ArticleId) -> Article:
    values = dict(zip(_COLUMNS, _values(new), strict=True)) | {"origin": new.origin}
    return Article(id=article_id, **values)


_ARTICLE = tuple(articles.c.keys())


def _article(row: Row[Any]) -> Article:
    """Of a row that begins with the table's own columns."""
    values: dict[str, Any] = dict(zip(_ARTICLE, row, strict=False))
    return Article(**(values | {"origin": Origin(values["origin"])}))

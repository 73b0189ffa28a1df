"""Feeds we poll, when each is due, and which entries it has shown before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, Select, and_, case, delete, extract, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.collecting import FeedHaul
from storage.dialects.given import GIVEN, as_parameter, given_ids, given_rows
from storage.dialects.insert import insert_rows, update_rows
from storage.errors import NotFound
from storage.records import ArticleId, Feed, FeedId, FeedState, FeedVisit, NewFeed
from storage.schema import articles, entries, feeds

FIRST_INTERVAL_S = 1800
_VISIT = tuple(name for name in FeedVisit.__dataclass_fields__ if name != "url")
_left_behind = attrgetter(*_VISIT)
_ENTRY = ("feed_id", "identity", "article_id", "first_seen_at")


class FeedRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewFeed, *, now: datetime) -> Feed:
        """Due at once; raises AlreadyExists when the address is there."""
        statement = insert(feeds).values(
            url=new.url,
            publisher=new.publisher,
            title=new.title,
            country=new.country,
            language=new.language,
            section=new.section,
            state=FeedState.ACTIVE.value,
            next_fetch_at=now,
            interval_s=FIRST_INTERVAL_S,
            etag="",
            last_modified="",
            body_hash="",
            failures=0,
            last_error="",
            moved_to="",
        )
        added = (await self._connection.execute(statement.returning(feeds.c.id))).scalar_one()
        return await self.get(FeedId(added))

    async def get(self, feed_id: FeedId) -> Feed:
        """Raises NotFound."""
        row = (await self._connection.execute(select(feeds).where(feeds.c.id == feed_id))).one_or_none()
        if row is None:
            raise NotFound(f"there is no feed {feed_id}")
        return _feed(row)

    async def countries(self, limit: int) -> list[str]:
        """The countries with most publishers, as ISO codes."""
        count = func.count(func.distinct(feeds.c.publisher))
        statement = select(feeds.c.country).where(feeds.c.country != "").group_by(feeds.c.country)
        rows = await self._connection.scalars(statement.order_by(count.desc(), feeds.c.country).limit(limit))
        return list(rows)

    async def publishers_countries(self) -> dict[str, str]:
        """Of each publisher whose feed has one the country, as ISO code."""
        statement = select(feeds.c.publisher, feeds.c.country).where(feeds.c.country != "")
        rows = await self._connection.execute(statement.order_by(feeds.c.id.desc()))
        return {row.publisher: row.country for row in rows}

    async def get_many(self, feed_ids: Collection[FeedId]) -> dict[FeedId, Feed]:
        """Those that are there, by id."""
        if not feed_ids:
            return {}
        statement = _by_id(self._connection.dialect.name)
        rows = await self._connection.execute(statement, {GIVEN: as_parameter(list(feed_ids))})
        return {feed.id: feed for feed in map(_feed, rows)}

    async def find(self, reference: str) -> Feed | None:
        """By id or address."""
        reference = reference.strip()
        is_id = reference.isascii() and reference.isdigit() and len(reference) <= 18
        by = feeds.c.id == int(reference) if is_id else feeds.c.url == reference
        row = (await self._connection.execute(select(feeds).where(by))).one_or_none()
        return None if row is None else _feed(row)

    async def all(self) -> list[Feed]:
        """In the order they were added."""
        return [_feed(row) for row in await self._connection.execute(select(feeds).order_by(feeds.c.id))]

    async def silent(self, since: datetime) -> list[str]:
        """Publishers with active feeds that answered once, but none since then, by name."""
        statement = (
            select(feeds.c.publisher)
            .where(feeds.c.state == FeedState.ACTIVE, feeds.c.last_success_at.is_not(None))
            .group_by(feeds.c.publisher)
            .having(func.max(feeds.c.last_success_at) < since)
            .order_by(feeds.c.publisher)
        )
        return [publisher for publisher in await self._connection.scalars(statement) if publisher]

    async def claim_due(
        self, now: datetime, *, limit: int, lease: timedelta, every: bool = False
    ) -> list[Feed]:
        """Take active feeds that are due (or all of them), longest overdue first.

        Until the lease is over nobody else gets them; after it they are due again, should we die.
        """
        due = select(feeds.c.id).where(feeds.c.state == FeedState.ACTIVE.value)
        if not every:
            due = due.where(feeds.c.next_fetch_at <= now)
        due = due.order_by(feeds.c.next_fetch_at, feeds.c.id).limit(limit).with_for_update(skip_locked=True)
        ids = list(map(FeedId, await self._connection.scalars(due)))
        await update_rows(self._connection, feeds, ("next_fetch_at",), [(now + lease, id_) for id_ in ids])
        found = await self.get_many(ids)
        return [found[id_] for id_ in ids]

    async def save_visit(self, feed_id: FeedId, visit: FeedVisit) -> None:
        """Belongs into the transaction of the entries it vouches for."""
        await self.save_visits({feed_id: visit})

    async def save_visits(self, visits: Mapping[FeedId, FeedVisit]) -> None:
        """The same for several feeds; a new address is taken unless another feed has it."""
        rows = [(*_left_behind(visit), feed_id) for feed_id, visit in sorted(visits.items())]
        await update_rows(self._connection, feeds, _VISIT, rows)
        for feed_id, visit in visits.items():
            if visit.url:
                other = feeds.alias()
                taken = select(other.c.id).where(other.c.url == visit.url).exists()
                moved = update(feeds).where(feeds.c.id == feed_id, ~taken)
                await self._connection.execute(moved.values(url=visit.url))

    async def set_state(self, feed_id: FeedId, state: FeedState, *, next_fetch_at: datetime) -> None:
        """Pause, or wake up with a clean slate."""
        values: dict[str, Any] = {"state": state.value}
        if state is FeedState.ACTIVE:
            values |= {"next_fetch_at": next_fetch_at, "failures": 0, "last_error": ""}
        await self._connection.execute(update(feeds).where(feeds.c.id == feed_id).values(**values))

    async def set_braked(self, feed_id: FeedId, at: datetime) -> None:
        """Remember that it brought more at once than a feed can have news."""
        await self._connection.execute(update(feeds).where(feeds.c.id == feed_id).values(braked_at=at))

    async def remove(self, feed_id: FeedId) -> None:
        """Its articles stay."""
        await self._connection.execute(delete(feeds).where(feeds.c.id == feed_id))

    async def known_entries(self, feed_id: FeedId, identities: Collection[str]) -> dict[str, ArticleId]:
        """Which of these the feed has shown before, and the article each became."""
        return (await self.known_entries_of({feed_id: identities})).get(feed_id, {})

    async def known_entries_of(
        self, asked: Mapping[FeedId, Collection[str]]
    ) -> dict[FeedId, dict[str, ArticleId]]:
        """The same for several feeds; feeds that have shown none of theirs are left out."""
        pairs = [(int(feed_id), identity) for feed_id, named in asked.items() for identity in named]
        found: dict[FeedId, dict[str, ArticleId]] = {}
        if pairs:
            statement = _shown(self._connection.dialect.name)
            rows = await self._connection.execute(statement, {GIVEN: as_parameter(pairs)})
            for feed_id, identity, article_id in rows:
                found.setdefault(FeedId(feed_id), {})[identity] = ArticleId(article_id)
        return found

    async def put_entries(self, feed_id: FeedId, seen: Mapping[str, ArticleId], *, now: datetime) -> None:
        """Remember what the feed has shown; entries known already stay as they are."""
        await self.put_all_entries({feed_id: seen}, now=now)

    async def put_all_entries(self, seen: Mapping[FeedId, Mapping[str, ArticleId]], *, now: datetime) -> None:
        """The same for several feeds."""
        rows = [
            (feed_id, identity, article_id, now)
            for feed_id, identities in sorted(seen.items())
            for identity, article_id in sorted(identities.items())
        ]
        await insert_rows(self._connection, entries, _ENTRY, rows, keep=True)

    async def hauls(
        self, since: datetime, *, full_text: int, feed_ids: Collection[FeedId] | None = None
    ) -> dict[FeedId, FeedHaul]:
        """What feeds have brought as news since then; texts of `full_text` characters are whole ones."""
        seen, published = entries.c.first_seen_at, articles.c.published_at
        delay = extract("epoch", seen) - extract("epoch", published)
        statement = (
            select(
                entries.c.feed_id,
                func.count(),
                func.sum(case((func.length(articles.c.text) >= full_text, 1), else_=0)),
                # Undated entries are taken to be published when they are seen: they say nothing.
                func.avg(case((published < seen, delay))),
            )
            .join(articles, articles.c.id == entries.c.article_id)
            .where(seen >= since, articles.c.is_archive.is_(False))
            .group_by(entries.c.feed_id)
        )
        if feed_ids is not None:
            statement = statement.where(entries.c.feed_id.in_(list(feed_ids)))
        rows = await self._connection.execute(statement)
        return {
            FeedId(feed_id): FeedHaul(
                entries=count, with_text=int(texts), delay_s=None if delay_s is None else float(delay_s)
            )
            for feed_id, count, texts, delay_s in rows
        }


@cache
def _by_id(dialect: str) -> Select[Any]:
    return select(feeds).where(feeds.c.id.in_(given_ids(dialect)))


@cache
def _shown(dialect: str) -> Select[int, str, int]:
    """Which of the given pairs of feed and identity are there; made once, as building takes long."""
    given, [feed_id, identity] = given_rows(dialect, 2, texts={1})
    return (
        select(entries.c.feed_id, entries.c.identity, entries.c.article_id)
        .select_from(given)
        .join(entries, and_(entries.c.feed_id == feed_id, entries.c.identity == identity))
    )


_FEED = tuple(feeds.c.keys())


def _feed(row: Row[Any]) -> Feed:
    values: dict[str, Any] = dict(zip(_FEED, row, strict=True))
    return Feed(**(values | {"state": FeedState(values["state"])}))

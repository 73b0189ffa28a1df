"""Stories, the links between them, and how much articles resemble each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Select, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import among
from storage.dialects.insert import insert as upsert
from storage.errors import NotFound
from storage.records import ArticleId, Development, NewStory, Related, Resemblance, Story, StoryId
from storage.schema import articles, developments, feeds, related, resemblances, stories
from storage.schema_chats import broadcasts, follows, told

Key = TypeVar("Key")

# Databases limit the parameters of one statement.
_CHUNK = 500
RELATED = 12
# Stories merge seldom and mostly once; a longer chain would be a loop.
_LONGEST_CHAIN = 20


class StoryRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def retitle(self, lead_id: ArticleId, old: str, new: str) -> None:
        """A story that goes by its lead's title goes on doing so when the publisher changes it."""
        statement = update(stories).where(stories.c.lead_id == lead_id, stories.c.headline == old)
        await self._connection.execute(statement.values(headline=new))

    async def add(self, new: NewStory) -> Story:
        statement = insert(stories).values(**_values(new), version=1).returning(stories)
        return _story((await self._connection.execute(statement)).one())

    async def get(self, story_id: StoryId) -> Story:
        """The story, or the one it was merged into; raises NotFound."""
        found = await self.get_many([story_id])
        if story_id not in found:
            raise NotFound(f"there is no story {story_id}")
        return found[story_id]

    async def get_many(self, story_ids: Collection[StoryId]) -> dict[StoryId, Story]:
        """Those that are there, by the id asked for; a merged story answers as the one that took it over."""
        found = await self._by_id(story_ids)
        for _ in range(_LONGEST_CHAIN):
            onward = {story.merged_into for story in found.values() if story.merged_into is not None}
            if not onward:
                break
            into = await self._by_id(onward)
            found = {
                asked: into.get(story.merged_into, story) if story.merged_into is not None else story
                for asked, story in found.items()
            }
        return found

    async def last_at(self, story_ids: Collection[StoryId]) -> dict[StoryId, datetime]:
        """When each last had an article, of those that are there."""
        statement = select(stories.c.id, stories.c.last_at)
        rows = await self._connection.execute(
            statement.where(stories.c.id.in_(among(self._connection, story_ids)))
        )
        return {StoryId(id_): last_at for id_, last_at in rows}

    async def developments(self, story_ids: Collection[StoryId]) -> dict[StoryId, list[Development]]:
        """What raised each story to its versions, oldest first; stories that never developed are left out."""
        found: dict[StoryId, list[Development]] = {}
        statement = (
            select(developments)
            .where(developments.c.story_id.in_(among(self._connection, story_ids)))
            .order_by(developments.c.story_id, developments.c.version)
        )
        for row in await self._connection.execute(statement):
            found.setdefault(StoryId(row.story_id), []).append(_development(row))
        return found

    async def merged(self, story_ids: Collection[StoryId]) -> set[StoryId]:
        """Which of them have been merged into others."""
        statement = select(stories.c.id).where(
            stories.c.id.in_(among(self._connection, story_ids)), stories.c.merged_into.is_not(None)
        )
        return {StoryId(id_) for id_ in await self._connection.scalars(statement)}

    async def find(self, reference: str) -> Story | None:
        """By id."""
        # An id has to fit the column.
        if not (reference.isascii() and reference.isdigit() and len(reference) <= 18):
            return None
        return (await self.get_many([StoryId(int(reference))])).get(StoryId(int(reference)))

    async def update(self, story_id: StoryId, new: NewStory, *, is_news: bool = False) -> None:
        """Replace what is known of the story; news raises its version."""
        values = _values(new)
        if is_news:
            values["version"] = stories.c.version + 1
        await self._connection.execute(update(stories).where(stories.c.id == story_id).values(**values))

    async def merge(self, story_id: StoryId, into: StoryId) -> None:
        """Hand everything the first story has to the second; its id goes on answering as the second."""
        version = select(stories.c.version).where(stories.c.id == into).scalar_subquery()
        await self._connection.execute(
            update(articles).where(articles.c.story_id == story_id).values(story_id=into)
        )
        # Who was told one of the two was told the event as it is known now.
        knows = select(told.c.chat_id).where(told.c.story_id == into)
        await self._connection.execute(
            delete(told).where(told.c.story_id == story_id, told.c.chat_id.in_(knows))
        )
        await self._connection.execute(
            update(told).where(told.c.story_id == story_id).values(story_id=into, version=version)
        )
        follow_both = select(follows.c.chat_id).where(follows.c.story_id == into)
        await self._connection.execute(
            delete(follows).where(follows.c.story_id == story_id, follows.c.chat_id.in_(follow_both))
        )
        await self._connection.execute(
            update(follows).where(follows.c.story_id == story_id).values(story_id=into)
        )
        await self._connection.execute(
            update(broadcasts).where(broadcasts.c.story_id == story_id).values(story_id=into)
        )
        await self._connection.execute(
            delete(related).where(or_(related.c.story_id == story_id, related.c.other_id == story_id))
        )
        await self._connection.execute(delete(developments).where(developments.c.story_id == story_id))
        gone = or_(stories.c.id == story_id, stories.c.merged_into == story_id)
        await self._connection.execute(update(stories).where(gone).values(merged_into=into))

    async def part(self, story_id: StoryId, into: StoryId, article_ids: Collection[ArticleId]) -> None:
        """Hand what goes with these articles of the first story to the second, before they are assigned.

        Who was told the first story since the earliest of them came has been shown them, and is not
        told the second; its links are of both events, and are all forgotten.
        """
        ids = list(article_ids)
        since = await self._connection.scalar(
            select(func.min(articles.c.first_seen_at, type_=articles.c.first_seen_at.type)).where(
                articles.c.id.in_(ids)
            )
        )
        version = select(stories.c.version).where(stories.c.id == into).scalar_subquery()
        knows = select(
            told.c.chat_id, literal(into), version, told.c.told_at, told.c.edition_id, told.c.broadcast_id
        ).where(told.c.story_id == story_id, told.c.told_at >= since)
        names = ["chat_id", "story_id", "version", "told_at", "edition_id", "broadcast_id"]
        copied = upsert(self._connection, told).from_select(names, knows)
        await self._connection.execute(copied.on_conflict_do_nothing())
        addresses = select(articles.c.url).where(articles.c.id.in_(ids))
        await self._connection.execute(
            update(broadcasts)
            .where(broadcasts.c.story_id == story_id, broadcasts.c.url.in_(addresses))
            .values(story_id=into)
        )
        await self._connection.execute(
            delete(developments).where(
                developments.c.story_id == story_id, developments.c.article_id.in_(ids)
            )
        )
        await self._connection.execute(
            delete(related).where(or_(related.c.story_id == story_id, related.c.other_id == story_id))
        )

    async def put_development(self, development: Development) -> None:
        """What raised the story to this version; of two at once the first stands."""
        new = upsert(self._connection, developments).values(
            story_id=development.story_id,
            version=development.version,
            article_id=development.article_id,
            sentence=development.sentence,
            facts=list(development.facts),
            found_at=development.found_at,
        )
        await self._connection.execute(new.on_conflict_do_nothing())

    async def latest(
        self, since: datetime, limit: int, *, country: str = "", sections: Collection[str] = ()
    ) -> list[Story]:
        """Stories with an article since then, the one told by most independent sources first.

        Only those that a publisher of the country tells, or that were filed under a section whose name
        begins with one of these.
        """
        statement = select(stories).where(stories.c.last_at >= since, stories.c.merged_into.is_(None))
        if country:
            outlets = select(feeds.c.publisher).where(feeds.c.country == country)
            here = exists().where(articles.c.story_id == stories.c.id, articles.c.publisher.in_(outlets))
            statement = statement.where(here)
        if sections:
            filed = or_(
                *(func.lower(articles.c.section).startswith(name, autoescape=True) for name in sections)
            )
            statement = statement.where(exists().where(articles.c.story_id == stories.c.id, filed))
        order = (stories.c.independent_count.desc(), stories.c.last_at.desc(), stories.c.id.desc())
        return await self._list(statement.order_by(*order).limit(limit))

    async def put_related(self, story_id: StoryId, links: Sequence[Related]) -> None:
        """The story's related stories, in place of what was said before."""
        await self._connection.execute(delete(related).where(related.c.story_id == story_id))
        rows = [
            {
                "story_id": story_id,
                "other_id": link.other_id,
                "score": link.score,
                "reason": list(link.reason),
            }
            for link in links
            if link.other_id != story_id
        ]
        if rows:
            await self._connection.execute(insert(related), rows)

    async def related(self, story_ids: Collection[StoryId]) -> dict[StoryId, list[Related]]:
        """The related stories of each, best first; links are read from both ends."""
        found: dict[StoryId, dict[StoryId, Related]] = {story_id: {} for story_id in story_ids}
        for chunk in _chunks(story_ids):
            statement = select(related).where(
                or_(related.c.story_id.in_(chunk), related.c.other_id.in_(chunk))
            )
            for row in await self._connection.execute(statement):
                for one, other in ((row.story_id, row.other_id), (row.other_id, row.story_id)):
                    link = Related(story_id=one, other_id=other, score=row.score, reason=tuple(row.reason))
                    if one in found and link.score > getattr(found[one].get(other), "score", -1.0):
                        found[one][other] = link
        return {
            story_id: sorted(links.values(), key=lambda link: (-link.score, -link.other_id))[:RELATED]
            for story_id, links in found.items()
            if links
        }

    async def put_resemblances(self, pairs: Iterable[Resemblance]) -> None:
        """Store or replace."""
        statement = upsert(self._connection, resemblances)
        put = statement.on_conflict_do_update(
            index_elements=["article_id", "other_id"], set_={"score": statement.excluded.score}
        )
        for chunk in _chunks(list(pairs)):
            rows = [
                {"article_id": pair.article_id, "other_id": pair.other_id, "score": pair.score}
                for pair in chunk
            ]
            await self._connection.execute(put, rows)

    async def resembling(self, article_id: ArticleId) -> dict[ArticleId, float]:
        """The articles this one resembles, whichever came first, with how much."""
        statement = select(resemblances).where(
            or_(resemblances.c.article_id == article_id, resemblances.c.other_id == article_id)
        )
        found: dict[ArticleId, float] = {}
        for row in await self._connection.execute(statement):
            other = ArticleId(row.other_id if row.article_id == article_id else row.article_id)
            found[other] = max(row.score, found.get(other, 0.0))
        return found

    async def grouped_ids(self, since: datetime) -> list[ArticleId]:
        """Articles first seen since then that have a story, in order of their ids."""
        statement = select(articles.c.id).where(
            articles.c.first_seen_at >= since, articles.c.story_id.is_not(None)
        )
        return [ArticleId(id_) for id_ in await self._connection.scalars(statement.order_by(articles.c.id))]

    async def count_grouped(self, since: datetime) -> int:
        """How many `grouped_ids` there are."""
        statement = select(func.count()).select_from(articles)
        counted = statement.where(articles.c.first_seen_at >= since, articles.c.story_id.is_not(None))
        return int(await self._connection.scalar(counted) or 0)

    async def _by_id(self, story_ids: Collection[StoryId]) -> dict[StoryId, Story]:
        statement = select(stories).where(stories.c.id.in_(among(self._connection, story_ids)))
        return {story.id: story for story in await self._list(statement)}

    async def _list(self, statement: Select[*tuple[Any, ...]]) -> list[Story]:
        return [_story(row) for row in await self._connection.execute(statement)]


def _development(row: Row[*tuple[Any, ...]]) -> Development:
    return Development(
        story_id=StoryId(row.story_id),
        version=row.version,
        article_id=ArticleId(row.article_id),
        sentence=row.sentence,
        facts=tuple(row.facts),
        found_at=row.found_at,
    )


def _values(new: NewStory) -> dict[str, Any]:
    return {
        "headline": new.headline,
        "lead_id": new.lead_id,
        "language": new.language,
        "first_at": new.first_at,
        "last_at": new.last_at,
        "article_count": new.article_count,
        "independent_count": new.independent_count,
    }


def _story(row: Row[*tuple[Any, ...]]) -> Story:
    return Story(
        id=StoryId(row.id),
        headline=row.headline,
        lead_id=ArticleId(row.lead_id),
        language=row.language,
        first_at=row.first_at,
        last_at=row.last_at,
        article_count=row.article_count,
        independent_count=row.independent_count,
        version=row.version,
        merged_into=None if row.merged_into is None else StoryId(row.merged_into),
    )


def _chunks(keys: Collection[Key]) -> Iterator[list[Key]]:
    listed = list(keys)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]

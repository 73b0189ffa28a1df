"""Topics and which articles match them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import cast

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import GIVEN, among, as_parameter, given_ids
from storage.dialects.insert import insert
from storage.dialects.listed import listed, numbers_of
from storage.errors import NotFound
from storage.records import ArticleId, NewTopic, Topic, TopicId, TopicMatch
from storage.schema import articles, topic_matches, topics
from storage.schema_chats import subscriptions
from storage.wishes import SubscriptionState

_Fits = dict[ArticleId, float]


class TopicRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get_or_add(self, new: NewTopic) -> Topic:
        """The topic of this key, whoever asked for it first."""
        await self._connection.execute(
            insert(self._connection, topics).values(key=new.key, query=new.query).on_conflict_do_nothing()
        )
        [topic] = await self._select(_topics().where(topics.c.key == new.key))
        return topic

    async def get(self, topic_id: TopicId) -> Topic:
        """Raises NotFound."""
        for topic in await self._select(_topics().where(topics.c.id == topic_id)):
            return topic
        raise NotFound(f"no topic has number {topic_id}")

    async def get_many(self, ids: Iterable[TopicId]) -> dict[TopicId, Topic]:
        """The topics there are, by id."""
        found = await self._select(_topics().where(topics.c.id.in_(among(self._connection, list(ids)))))
        return {topic.id: topic for topic in found}

    async def find(self, key: str) -> Topic | None:
        """The topic of this key, if anybody ever asked for it."""
        for topic in await self._select(_topics().where(topics.c.key == key)):
            return topic
        return None

    async def all(self) -> list[Topic]:
        """Every topic, for the matching of new articles."""
        return await self._select(_topics().order_by(topics.c.id))

    async def after(self, last: TopicId) -> list[Topic]:
        """The topics added since the one with this id."""
        return await self._select(_topics().where(topics.c.id > last).order_by(topics.c.id))

    async def followed(self, ids: Collection[TopicId]) -> set[TopicId]:
        """Those of the topics that a chat follows now."""
        statement = (
            select(subscriptions.c.topic_id)
            .where(subscriptions.c.topic_id.in_(ids), subscriptions.c.state == SubscriptionState.ACTIVE)
            .distinct()
        )
        return {TopicId(id_) for id_ in (await self._connection.execute(statement)).scalars()}

    async def put_matches(self, matches: Sequence[TopicMatch]) -> None:
        """Store or replace."""
        if not matches:
            return
        statement = insert(self._connection, topic_matches)
        await self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["topic_id", "article_id"], set_={"score": statement.excluded.score}
            ),
            [
                {"topic_id": match.topic_id, "article_id": match.article_id, "score": match.score}
                for match in matches
            ],
        )

    async def forget_matches(self, article_ids: Sequence[ArticleId]) -> None:
        """Of articles that changed: they are matched anew."""
        await self._connection.execute(
            delete(topic_matches).where(topic_matches.c.article_id.in_(article_ids))
        )

    async def matches(self, topic_ids: Iterable[TopicId], *, since: datetime, limit: int) -> list[TopicMatch]:
        """Matches with articles that came to us since then, newest first."""
        rows = await self._connection.execute(
            select(topic_matches.c.topic_id, topic_matches.c.article_id, topic_matches.c.score)
            .join(articles, articles.c.id == topic_matches.c.article_id)
            .where(topic_matches.c.topic_id.in_(list(topic_ids)), articles.c.first_seen_at >= since)
            .order_by(
                articles.c.first_seen_at.desc(), topic_matches.c.article_id.desc(), topic_matches.c.topic_id
            )
            .limit(limit)
        )
        return [
            TopicMatch(topic_id=TopicId(topic), article_id=ArticleId(article), score=score)
            for topic, article, score in rows
        ]

    async def matched_from(self, topic_ids: Collection[TopicId], first: ArticleId) -> dict[TopicId, _Fits]:
        """How much each article from `first` on is about these topics, if at all.

        Articles are numbered as they come: a topic's matches of the archive are not even looked at.
        """
        values = {GIVEN: as_parameter(list(topic_ids)), "first": first}
        rows = await self._connection.execute(_matched(self._connection.dialect.name), values)
        return {TopicId(topic_id): cast("_Fits", numbers_of(*texts)) for topic_id, *texts in rows.all()}

    async def _select(self, statement: Select[int, str, str]) -> list[Topic]:
        rows = await self._connection.execute(statement)
        return [Topic(id=TopicId(id_), key=key, query=query) for id_, key, query in rows]


def _topics() -> Select[int, str, str]:
    return select(topics.c.id, topics.c.key, topics.c.query)


@cache
def _matched(dialect: str) -> Select[int, str, str]:
    """Made once: with a parameter for each topic it would be another statement for each round."""
    return (
        select(topic_matches.c.topic_id, listed(topic_matches.c.article_id), listed(topic_matches.c.score))
        .where(
            topic_matches.c.topic_id.in_(given_ids(dialect)),
            topic_matches.c.article_id >= bindparam("first"),
        )
        .group_by(topic_matches.c.topic_id)
    )

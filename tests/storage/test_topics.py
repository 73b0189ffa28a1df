"""Topics and their matches, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.errors import NotFound
from storage.records import NewArticle, NewTopic, Origin, TopicMatch

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


async def add_article(tx, number, seen_at):
    article = NewArticle(
        url=f"https://example.org/{number}",
        title="Titel",
        text="",
        published_at=seen_at,
        first_seen_at=seen_at,
        origin=Origin.FILE,
    )
    return (await tx.articles.add(article)).id


async def test_one_wish_is_one_topic_whoever_asks(any_storage):
    async with any_storage.write() as tx:
        first = await tx.topics.get_or_add(NewTopic(key="nordkorea", query="Nordkorea"))
        second = await tx.topics.get_or_add(NewTopic(key="nordkorea", query="NORDKOREA"))
        other = await tx.topics.get_or_add(NewTopic(key="klima", query="Klima"))

        assert second == first
        assert first.query == "Nordkorea"
        assert await tx.topics.all() == [first, other]
        assert await tx.topics.after(first.id) == [other]
        assert await tx.topics.get(other.id) == other
        assert await tx.topics.get_many([other.id, 99]) == {other.id: other}
        assert await tx.topics.find("klima") == other
        assert await tx.topics.find("fehlt") is None
        with pytest.raises(NotFound, match="99"):
            await tx.topics.get(99)


async def test_matches_come_newest_first_and_from_the_time_asked_for(any_storage):
    async with any_storage.write() as tx:
        topic = await tx.topics.get_or_add(NewTopic(key="a", query="A"))
        other = await tx.topics.get_or_add(NewTopic(key="b", query="B"))
        new = await add_article(tx, 2, NOW - timedelta(hours=2))
        old = await add_article(tx, 30, NOW - timedelta(hours=30))
        await tx.topics.put_matches([])
        await tx.topics.put_matches(
            [
                TopicMatch(topic_id=topic.id, article_id=old, score=0.5),
                TopicMatch(topic_id=topic.id, article_id=new, score=0.5),
                TopicMatch(topic_id=other.id, article_id=new, score=1.0),
            ]
        )
        await tx.topics.put_matches([TopicMatch(topic_id=topic.id, article_id=new, score=0.75)])

    async with any_storage.read() as tx:
        matches = await tx.topics.matches([topic.id], since=NOW - timedelta(days=2), limit=9)
        assert [(match.article_id, match.score) for match in matches] == [(new, 0.75), (old, 0.5)]
        recent = await tx.topics.matches([topic.id, other.id], since=NOW - timedelta(days=1), limit=9)
        assert [match.topic_id for match in recent] == [topic.id, other.id]
        assert len(await tx.topics.matches([topic.id], since=NOW - timedelta(days=2), limit=1)) == 1

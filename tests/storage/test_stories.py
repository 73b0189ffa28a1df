"""Stories, links and resemblances, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage.errors import NotFound
from storage.records import (
    ChatKind,
    NewArticle,
    NewChat,
    NewStory,
    Origin,
    Related,
    Resemblance,
    StoryId,
    Told,
)

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


def new_story(**more):
    known = {
        "headline": "Titel",
        "lead_id": 1,
        "language": "de",
        "first_at": NOW,
        "last_at": NOW,
        "article_count": 1,
        "independent_count": 1,
    }
    return NewStory(**known | more)


async def add_article(tx, number, *, story_id=None, seen_at=NOW):
    article = await tx.articles.add(
        NewArticle(
            url=f"https://example.org/{number}",
            title=f"Titel {number}",
            text="",
            published_at=seen_at,
            first_seen_at=seen_at,
            origin=Origin.FILE,
        )
    )
    if story_id is not None:
        await tx.articles.assign([article.id], story_id)
    return article.id


async def test_a_story_is_found_changed_and_rises_with_news(any_storage):
    async with any_storage.write() as tx:
        story = await tx.stories.add(new_story())
        await tx.stories.update(story.id, new_story(headline="Neu", article_count=2))
        assert await tx.stories.get(story.id) == replace(story, headline="Neu", article_count=2)
        await tx.stories.update(story.id, new_story(), is_news=True)

    async with any_storage.read() as tx:
        assert (await tx.stories.get(story.id)).version == 2
        assert await tx.stories.find(str(story.id)) == replace(story, version=2)
        for unknown in ("77", "Titel", "9" * 30, "-1", ""):
            assert await tx.stories.find(unknown) is None
        with pytest.raises(NotFound, match="77"):
            await tx.stories.get(StoryId(77))


async def test_the_latest_are_those_told_since_by_most_sources(any_storage):
    async with any_storage.write() as tx:
        few = await tx.stories.add(new_story())
        many = await tx.stories.add(new_story(independent_count=4))
        await tx.stories.add(new_story(last_at=NOW - timedelta(days=3), independent_count=9))

        found = await tx.stories.latest(NOW - timedelta(days=1), 5)
        assert [story.id for story in found] == [many.id, few.id]
        assert await tx.stories.latest(NOW - timedelta(days=1), 1) == [many]


async def test_a_merged_story_answers_as_the_one_that_has_its_articles(any_storage):
    async with any_storage.write() as tx:
        first, second, third = [await tx.stories.add(new_story()) for _ in range(3)]
        article = await add_article(tx, 1, story_id=third.id)
        await tx.stories.update(second.id, new_story(), is_news=True)
        chats = [
            (await tx.chats.get_or_add(
                NewChat(telegram_id=number, kind=ChatKind.PRIVATE, language="de", timezone="Europe/Berlin"), now=NOW
            )).id
            for number in (1, 2)
        ]  # fmt: skip
        await tx.told.put(
            [
                Told(chat_id=chats[0], story_id=third.id, version=1, told_at=NOW),
                Told(chat_id=chats[1], story_id=third.id, version=1, told_at=NOW),
                Told(chat_id=chats[1], story_id=second.id, version=1, told_at=NOW),
            ]
        )
        await tx.stories.merge(third.id, second.id)

        assert (await tx.articles.get(article)).story_id == second.id
        assert (await tx.stories.get(third.id)).id == second.id
        assert await tx.told.versions(chats[0], [second.id, third.id]) == {second.id: 2}
        assert await tx.told.versions(chats[1], [second.id, third.id]) == {second.id: 1}

        await tx.stories.merge(second.id, first.id)
        found = await tx.stories.get_many([second.id, third.id])
        assert [found[id_].id for id_ in (second.id, third.id)] == [first.id, first.id]
        assert [story.id for story in await tx.stories.latest(NOW, 5)] == [first.id]


async def test_links_are_read_from_both_ends_best_first(any_storage):
    async with any_storage.write() as tx:
        one, two, three = [(await tx.stories.add(new_story())).id for _ in range(3)]
        weak = Related(story_id=one, other_id=two, score=0.2, reason=("Nordkorea",))
        strong = Related(story_id=three, other_id=one, score=0.4, reason=("Atom-U-Boot", "Kim"))
        itself = Related(story_id=one, other_id=one, score=1.0, reason=())
        await tx.stories.put_related(one, [weak, itself])
        await tx.stories.put_related(three, [strong])

        found = await tx.stories.related([one, two])
        assert found[one] == [replace(strong, story_id=one, other_id=three), weak]
        assert found[two] == [replace(weak, story_id=two, other_id=one)]

        await tx.stories.put_related(one, [])
        assert await tx.stories.related([two]) == {}
        await tx.stories.merge(three, two)
        assert await tx.stories.related([one, two]) == {}


async def test_resemblance_is_stored_once_for_both(any_storage):
    async with any_storage.write() as tx:
        one, two, three = [await add_article(tx, number) for number in range(3)]
        await tx.stories.put_resemblances(
            [
                Resemblance(article_id=two, other_id=one, score=0.5),
                Resemblance(article_id=three, other_id=two, score=0.25),
            ]
        )
        await tx.stories.put_resemblances([Resemblance(article_id=two, other_id=one, score=0.75)])

        assert await tx.stories.resembling(two) == {one: 0.75, three: 0.25}
        assert await tx.stories.resembling(one) == {two: 0.75}


async def test_what_the_window_is_loaded_from(any_storage):
    async with any_storage.write() as tx:
        story = await tx.stories.add(new_story())
        await add_article(tx, 1, story_id=story.id, seen_at=NOW - timedelta(days=20))
        recent = await add_article(tx, 2, story_id=story.id)
        await add_article(tx, 3)

        assert await tx.stories.grouped_ids(NOW - timedelta(days=14)) == [recent]
        assert await tx.stories.count_grouped(NOW - timedelta(days=14)) == 1
        assert await tx.stories.count_grouped(NOW - timedelta(days=30)) == 2

"""What readers say does not belong together, and what a story turned out to hold, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.records import ChatKind, Development, NewChat, Related, StoryId, Told
from storage.wishes import Judgement, JudgementKind
from tests.storage.test_stories import NOW, add_article, new_story

LATER = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)


async def add_chat(tx, number):
    new = NewChat(telegram_id=number, kind=ChatKind.PRIVATE, language="de", timezone="Europe/Berlin")
    return (await tx.chats.get_or_add(new, now=NOW)).id


@pytest.mark.parametrize("kind", list(JudgementKind))
async def test_a_judgement_is_kept_once_per_chat_and_goes_with_it(any_storage, kind):
    async with any_storage.write() as tx:
        chats = [await add_chat(tx, number) for number in (1, 2)]
        one, other = await add_article(tx, 1), await add_article(tx, 2)
        said = Judgement(chat_id=chats[0], kind=kind, article_id=one, other_id=other, judged_at=NOW)
        too = Judgement(chat_id=chats[1], kind=kind, article_id=one, other_id=other, judged_at=LATER)

        assert await tx.judgements.put(said)
        assert not await tx.judgements.put(said)
        assert await tx.judgements.put(too)
        assert await tx.judgements.of_chat(chats[0]) == [said]
        assert await tx.judgements.pairs() == [(kind, one, other, 2, NOW)]

        await tx.chats.remove(chats[0])
        assert await tx.judgements.pairs() == [(kind, one, other, 1, LATER)]


async def test_links_a_chat_voted_away_are_known_from_both_sides(any_storage):
    async with any_storage.write() as tx:
        chat = await add_chat(tx, 1)
        stories = [(await tx.stories.add(new_story())).id for _ in range(3)]
        ids = [await add_article(tx, number, story_id=story) for number, story in enumerate(stories)]
        await tx.judgements.put(
            Judgement(
                chat_id=chat,
                kind=JudgementKind.RELATED,
                article_id=ids[0],
                other_id=ids[2],
                judged_at=NOW,
            )
        )

        assert await tx.judgements.disowned(chat, [stories[0]]) == {(stories[0], stories[2])}
        assert await tx.judgements.disowned(chat, [stories[2]]) == {(stories[2], stories[0])}
        assert await tx.judgements.disowned(chat, [stories[1]]) == set()


async def test_a_story_that_parts_hands_on_what_went_with_its_articles(any_storage):
    async with any_storage.write() as tx:
        early, late = await add_chat(tx, 1), await add_chat(tx, 2)
        one = (await tx.stories.add(new_story())).id
        two = (await tx.stories.add(new_story())).id
        far = (await tx.stories.add(new_story())).id
        first = await add_article(tx, 1, story_id=one)
        moved = await add_article(tx, 2, story_id=one, seen_at=NOW + timedelta(hours=1))
        await tx.stories.update(one, new_story(), is_news=True)
        await tx.told.put(
            [
                Told(chat_id=early, story_id=one, version=1, told_at=NOW),
                Told(chat_id=late, story_id=one, version=2, told_at=LATER),
            ]
        )
        stays = development(one, 2, first)
        await tx.stories.put_development(stays)
        await tx.stories.put_development(development(one, 3, moved))
        await tx.stories.put_related(one, [Related(story_id=one, other_id=far, score=0.3, reason=("Kim",))])

        await tx.stories.part(one, two, [moved])
        await tx.articles.assign([moved], two)

        assert await tx.told.versions(early, [one, two]) == {one: 1}
        assert await tx.told.versions(late, [one, two]) == {one: 2, two: 1}
        assert await tx.stories.developments([one, two]) == {one: [stays]}
        assert await tx.stories.related([one, two, far]) == {}
        assert (await tx.articles.get(moved)).story_id == two
        assert (await tx.articles.get(first)).story_id == one


def development(story_id, version, article_id):
    return Development(
        story_id=StoryId(story_id),
        version=version,
        article_id=article_id,
        sentence="Die Zahl der Toten ist auf 41 gestiegen.",
        facts=("41",),
        found_at=NOW,
    )

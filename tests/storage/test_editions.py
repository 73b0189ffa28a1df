"""One edition per chat and slot, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from storage.errors import AlreadyExists
from storage.messages import Lane, MessagePart, NewDelivery
from storage.records import (
    ChatId,
    ChatKind,
    EditionState,
    Memory,
    NewArticle,
    NewChat,
    NewDigest,
    NewEdition,
    NewStory,
    NewTopic,
    Origin,
    Told,
    TopicMatch,
)

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)
TODAY = date(2026, 3, 11)


async def add_chat(storage, telegram_id=7):
    async with storage.write() as tx:
        return await tx.chats.get_or_add(
            NewChat(telegram_id=telegram_id, kind=ChatKind.PRIVATE, language="de", timezone="Europe/Berlin"),
            NOW,
        )


def edition(chat, slot="2026-03-11T07:30", **changes):
    new = NewEdition(
        chat_id=chat.id,
        digest_id=None,
        slot=slot,
        local_date=TODAY,
        due_at=NOW,
        created_at=NOW,
        state=EditionState.ISSUED,
        story_count=3,
    )
    return replace(new, **changes)


async def test_a_slot_is_issued_once_and_the_transaction_goes_on(any_storage):
    chat = await add_chat(any_storage)
    async with any_storage.write() as tx:
        first = await tx.editions.add(edition(chat))
        with pytest.raises(AlreadyExists):
            await tx.editions.add(edition(chat, story_count=5))
        second = await tx.editions.add(edition(chat, slot="2026-03-11T18:30"))
    async with any_storage.read() as tx:
        assert await tx.editions.last_of_chat(chat.id, limit=9) == [second, first]
        assert await tx.editions.last_of_chat(chat.id) == [second]
    assert first.story_count == 3


async def test_the_same_slot_of_another_chat_is_another_edition(any_storage):
    first, second = await add_chat(any_storage, 1), await add_chat(any_storage, 2)
    async with any_storage.write() as tx:
        assert (await tx.editions.add(edition(first))).id != (await tx.editions.add(edition(second))).id


async def test_many_editions_at_once_and_those_issued_before_are_left_out(any_storage):
    first, second = await add_chat(any_storage, 1), await add_chat(any_storage, 2)
    async with any_storage.write() as tx:
        await tx.editions.add(edition(first, "a"))
        added = await tx.editions.add_many([edition(first, "a"), edition(second, "a"), edition(first, "b")])
        assert set(added) == {(second.id, "a"), (first.id, "b")}
        found = await tx.editions.find(first.id, "b")
        assert found is not None
        assert found.id == added[first.id, "b"]
        assert await tx.editions.get(found.id) == found
        assert await tx.editions.find(second.id, "b") is None


async def test_since_when_it_looked_and_why_it_was_skipped_are_kept(any_storage):
    chat = await add_chat(any_storage, 1)
    async with any_storage.write() as tx:
        kept = await tx.editions.add(edition(chat, "a", reason="late", looked_from=NOW - timedelta(days=1)))
        assert (kept.reason, kept.looked_from) == ("late", NOW - timedelta(days=1))


async def test_a_dates_slots_are_counted_without_commands_and_other_days(any_storage):
    chat = await add_chat(any_storage)
    async with any_storage.write() as tx:
        morning = await tx.editions.add(edition(chat))
        await tx.editions.add(edition(chat, "update:5"))
        yesterday = date(2026, 3, 10)
        await tx.editions.add(edition(chat, "2026-03-10T07:30", local_date=yesterday))
        assert await tx.editions.on_date([chat.id], TODAY) == [morning]
        assert await tx.editions.on_date([], TODAY) == []


async def add_article(tx, number, *, publisher, hours, story=True):
    new = NewArticle(
        url=f"https://x.example/{number}",
        title=f"Titel {number}",
        text="",
        publisher=publisher,
        language="de",
        published_at=NOW - timedelta(hours=hours),
        first_seen_at=NOW - timedelta(hours=hours),
        origin=Origin.FEED,
    )
    article = await tx.articles.add(new)
    if not story:
        return article, None
    made = await tx.stories.add(
        NewStory(
            headline=new.title,
            lead_id=article.id,
            language="de",
            first_at=NOW,
            last_at=NOW,
            article_count=1,
            independent_count=1,
        )
    )
    await tx.articles.assign([article.id], made.id)
    return article, made.id


async def test_articles_are_found_by_topic_and_the_stories_they_tell(any_storage):
    async with any_storage.write() as tx:
        korea = await tx.topics.get_or_add(NewTopic(key="k", query="Nordkorea"))
        other = await tx.topics.get_or_add(NewTopic(key="o", query="Klima"))
        old, _ = await add_article(tx, 3, publisher="B", hours=30)
        first, story = await add_article(tx, 1, publisher="A", hours=2)
        second, _ = await add_article(tx, 2, publisher="B", hours=1, story=False)
        await tx.articles.assign([second.id], story)
        lone, _ = await add_article(tx, 4, publisher="", hours=1, story=False)
        scores = {first.id: 0.9, second.id: 0.4, old.id: 1.0, lone.id: 1 / 3}
        await tx.topics.put_matches(
            [TopicMatch(topic_id=korea.id, article_id=id_, score=score) for id_, score in scores.items()]
        )

        since = NOW - timedelta(hours=24)
        first_seen = await tx.articles.first_since(since)
        found = await tx.topics.matched_from([korea.id, other.id], first_seen)
        assert found == {korea.id: {first.id: 0.9, second.id: 0.4, lone.id: pytest.approx(1 / 3, abs=1e-14)}}
        assert await tx.topics.matched_from([other.id], first_seen) == {}
        assert await tx.articles.stories_of(found[korea.id]) == {first.id: story, second.id: story}
        assert await tx.editions.looked_through(since) == (3, 2)


async def test_a_digest_that_waited_too_long_is_untold(any_storage):
    late, other = await add_chat(any_storage), await add_chat(any_storage, 8)
    later = NOW + timedelta(hours=7)
    async with any_storage.write() as tx:
        _, story = await add_article(tx, 1, publisher="Elbtal-Bote", hours=1)
        for chat, due_at in ((late, NOW), (other, later)):
            order = await tx.digests.put(NewDigest(chat_id=chat.id, local_time="07:30", next_due_at=due_at))
            since = NOW - timedelta(hours=9)
            issued = await tx.editions.add(edition(chat, digest_id=order.id, looked_from=since))
            await tx.chats.remember({chat.id: Memory(looked_until=due_at)})
            await tx.told.put(
                [Told(chat_id=chat.id, story_id=story, version=1, told_at=NOW, edition_id=issued.id)]
            )
            parts = (MessagePart(html="eins"), MessagePart(html="zwei"))
            owed = NewDelivery(
                chat_id=chat.id,
                key=f"edition:{issued.id}",
                lane=Lane.DIGEST,
                parts=parts,
                not_before=due_at,
                edition_id=issued.id,
            )
            await tx.outbox.put(owed, now=due_at)

        before = later - timedelta(hours=6)
        assert await tx.editions.give_up_late(before=before, now=later) == 1
        assert await tx.editions.give_up_late(before=before, now=later) == 0

        told = {chat.id: await tx.told.versions(chat.id, [story]) for chat in (late, other)}
        assert told == {late.id: {}, other.id: {story: 1}}
        memory = await tx.chats.memory_of([late.id, other.id])
        assert memory[late.id].looked_until == NOW - timedelta(hours=9)
        assert memory[other.id].looked_until == later
        assert (await tx.outbox.waiting(now=later)).count == 2
        [given_up] = await tx.editions.last_of_chat(late.id, limit=9)
        assert (given_up.state, given_up.reason) == (EditionState.SKIPPED, "late")


async def test_what_was_told_long_ago_is_forgotten_chat_by_chat(any_storage):
    first, second = await add_chat(any_storage), await add_chat(any_storage, 8)
    before = NOW - timedelta(days=180)
    async with any_storage.write() as tx:
        _, long_ago = await add_article(tx, 1, publisher="Elbtal-Bote", hours=1)
        _, lately = await add_article(tx, 2, publisher="Elbtal-Bote", hours=1)
        for chat in (first, second):
            for story, told_at in ((long_ago, before - timedelta(seconds=1)), (lately, before)):
                issued = await tx.editions.add(edition(chat, slot=f"{told_at}", created_at=told_at))
                await tx.told.put(
                    [Told(chat_id=chat.id, story_id=story, version=1, told_at=told_at, edition_id=issued.id)]
                )
        after = await tx.retention.forget_told(before=before, after=ChatId(0), limit=1)
        assert after == first.id
        assert [line.story_id for line in await tx.told.of_chat(first.id)] == [lately]
        assert [line.story_id for line in await tx.told.of_chat(second.id)] == [long_ago, lately]
        assert await tx.retention.forget_told(before=before, after=after, limit=2) is None
        assert [line.story_id for line in await tx.told.of_chat(second.id)] == [lately]
        assert await tx.editions.find(second.id, f"{before}") is not None
        assert await tx.editions.find(second.id, f"{before - timedelta(seconds=1)}") is None

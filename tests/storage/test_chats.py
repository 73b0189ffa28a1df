"""Chats, their settings, subscriptions and moves, on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert

from storage.database import Storage, Transaction
from storage.errors import NotFound
from storage.records import (
    BreakingLevel,
    Chat,
    ChatId,
    ChatKind,
    ChatState,
    EditionState,
    Length,
    NewChat,
    NewDigest,
    NewEdition,
    NewTopic,
    Topic,
    TopicId,
)
from storage.schema import topics
from storage.wishes import SubscriptionState

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


def new_chat(telegram_id: int = 7, thread_id: int = 0, kind: ChatKind = ChatKind.PRIVATE) -> NewChat:
    return NewChat(
        telegram_id=telegram_id, thread_id=thread_id, kind=kind, language="de", timezone="Europe/Berlin"
    )


async def add_topic(tx: Transaction, query: str) -> Topic:
    statement = insert(topics).values(key=query.lower(), query=query).returning(topics.c.id)
    id_ = (await tx.chats._connection.execute(statement)).scalar_one()
    return Topic(id=TopicId(id_), key=query.lower(), query=query)


async def add_chat(storage: Storage, telegram_id: int = 7) -> Chat:
    async with storage.write() as tx:
        return await tx.chats.get_or_add(new_chat(telegram_id), NOW)


async def test_a_chat_is_added_once_and_keeps_its_settings(any_storage):
    chat = await add_chat(any_storage)
    async with any_storage.write() as tx:
        await tx.chats.update(replace(chat, language="en", length=Length.LONG))

    again = await add_chat(any_storage)

    assert again == replace(chat, language="en", length=Length.LONG)


async def test_threads_of_one_group_are_chats_of_their_own(any_storage):
    async with any_storage.write() as tx:
        first = await tx.chats.get_or_add(new_chat(-100, 1, ChatKind.GROUP), NOW)
        second = await tx.chats.get_or_add(new_chat(-100, 2, ChatKind.GROUP), NOW)
        assert first.id != second.id
        assert await tx.chats.find(-100, 2) == second
        assert await tx.chats.find(-100) is None


async def test_all_settings_are_kept(any_storage):
    chat = await add_chat(any_storage)
    changed = replace(
        chat,
        kind=ChatKind.GROUP,
        language="en",
        timezone="Asia/Kathmandu",
        state=ChatState.PAUSED,
        state_reason="holiday",
        paused_until=NOW + timedelta(days=3),
        length=Length.SHORT,
        breaking=BreakingLevel.NONE,
    )
    async with any_storage.write() as tx:
        await tx.chats.update(changed)
    async with any_storage.read() as tx:
        assert await tx.chats.get(chat.id) == changed


async def test_a_chat_that_is_not_there(any_storage):
    chat = await add_chat(any_storage)
    async with any_storage.write() as tx:
        await tx.chats.remove(chat.id)
        with pytest.raises(NotFound):
            await tx.chats.get(chat.id)
        with pytest.raises(NotFound):
            await tx.chats.update(chat)
        assert await tx.chats.get_many([chat.id]) == {}


async def test_following_pausing_and_leaving_a_topic(any_storage):
    chat = await add_chat(any_storage)
    async with any_storage.write() as tx:
        korea, climate = await add_topic(tx, "Nordkorea"), await add_topic(tx, "Klima")
        assert await tx.chats.subscribe(chat.id, korea.id, NOW)
        assert await tx.chats.subscribe(chat.id, climate.id, NOW + timedelta(minutes=1))
        assert not await tx.chats.subscribe(chat.id, korea.id, NOW + timedelta(days=1))

        assert await tx.chats.set_subscription_state(chat.id, korea.id, SubscriptionState.PAUSED)
        states = [(one.topic, one.state) for one in await tx.chats.subscriptions(chat.id)]
        assert states == [(korea, SubscriptionState.PAUSED), (climate, SubscriptionState.ACTIVE)]

        assert await tx.chats.subscribe(chat.id, korea.id, NOW)
        assert await tx.chats.unsubscribe(chat.id, climate.id)
        assert not await tx.chats.unsubscribe(chat.id, climate.id)
        assert not await tx.chats.set_subscription_state(chat.id, climate.id, SubscriptionState.PAUSED)
        [left] = await tx.chats.subscriptions(chat.id)
        assert (left.topic, left.state, left.created_at) == (korea, SubscriptionState.ACTIVE, NOW)


async def test_subscriptions_of_many_chats_come_together(any_storage):
    first, second, none = [await add_chat(any_storage, telegram_id) for telegram_id in (1, 2, 3)]
    async with any_storage.write() as tx:
        topic = await add_topic(tx, "Nordkorea")
        for chat in (first, second):
            await tx.chats.subscribe(chat.id, topic.id, NOW)
        found = await tx.chats.subscriptions_of([first.id, second.id, none.id])
    assert {chat_id: [one.topic for one in followed] for chat_id, followed in found.items()} == {
        first.id: [topic],
        second.id: [topic],
    }


async def test_a_group_that_moves_keeps_its_row(any_storage):
    chat = await add_chat(any_storage, -5)
    async with any_storage.write() as tx:
        topic = await add_topic(tx, "Nordkorea")
        await tx.chats.subscribe(chat.id, topic.id, NOW)
        await tx.chats.migrate(-5, -1005)
        await tx.chats.migrate(-5, -1005)
        assert await tx.chats.find(-5) is None
        assert await tx.chats.find(-1005) == replace(chat, telegram_id=-1005)
        assert len(await tx.chats.subscriptions(chat.id)) == 1


async def test_what_was_said_under_the_new_id_joins_the_old_row(any_storage):
    old, new = await add_chat(any_storage, -5), await add_chat(any_storage, -1005)
    async with any_storage.write() as tx:
        korea, climate = await add_topic(tx, "Nordkorea"), await add_topic(tx, "Klima")
        await tx.chats.subscribe(old.id, korea.id, NOW)
        await tx.chats.subscribe(new.id, korea.id, NOW)
        await tx.chats.subscribe(new.id, climate.id, NOW)
        for chat_id, local_time in ((old.id, "07:30"), (new.id, "07:30"), (new.id, "20:00")):
            await tx.digests.put(NewDigest(chat_id=chat_id, local_time=local_time, next_due_at=NOW))
        await tx.editions.add(_edition(new.id, "update:1"))

        await tx.chats.migrate(-5, -1005)

        assert [one.topic for one in await tx.chats.subscriptions(old.id)] == [korea, climate]
        assert [digest.local_time for digest in await tx.digests.of_chat(old.id)] == ["07:30", "20:00"]
        assert [edition.slot for edition in await tx.editions.last_of_chat(old.id)] == ["update:1"]
        assert await tx.chats.get_many([new.id]) == {}


def _edition(chat_id: ChatId, slot: str) -> NewEdition:
    return NewEdition(
        chat_id=chat_id,
        digest_id=None,
        slot=slot,
        local_date=date(2026, 3, 11),
        due_at=NOW,
        created_at=NOW,
        state=EditionState.ISSUED,
        story_count=1,
    )


async def test_removing_a_chat_removes_what_is_about_it(any_storage):
    chat = await add_chat(any_storage)
    async with any_storage.write() as tx:
        topic = await add_topic(tx, "Nordkorea")
        await tx.chats.subscribe(chat.id, topic.id, NOW)
        await tx.digests.put(NewDigest(chat_id=chat.id, local_time="07:30", next_due_at=NOW))
        await tx.editions.add(_edition(chat.id, "x"))
        await tx.chats.remove(chat.id)
        assert await tx.chats.subscriptions(chat.id) == []
        assert await tx.digests.of_chat(chat.id) == []
        assert await tx.editions.last_of_chat(chat.id) == []


async def test_a_topic_is_typed_by_its_id(any_storage):
    async with any_storage.write() as tx:
        topic = await tx.topics.get_or_add(NewTopic(key="a", query="A"))
        chat = await tx.chats.get_or_add(new_chat(), NOW)
        assert await tx.chats.subscribe(chat.id, topic.id, NOW)
        [subscription] = await tx.chats.subscriptions(chat.id)
    assert subscription.topic == topic

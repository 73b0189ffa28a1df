"""Followed stories that develop, and orders whose turn was computed by older zone rules."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot import pipeline, subscriptions
from bot.digests.schedule import Order
from bot.follows import follow_story, unfollow_story
from storage.records import ChatKind, NewChat
from storage.schema import stories
from storage.schema_chats import digests, outbox


@pytest.fixture
def services(talk):
    return talk.services


async def add_chat(services, *, telegram_id=901, zone="Europe/Berlin"):
    new = NewChat(telegram_id=telegram_id, kind=ChatKind.PRIVATE, language="de", timezone=zone)
    async with services.storage.write() as tx:
        return await tx.chats.get_or_add(new, services.clock.now())


async def a_story(services):
    async with services.storage.read() as tx:
        return (await tx.stories.latest(services.clock.now() - timedelta(days=1), limit=1))[0].id


async def develop(services, story_id):
    async with services.storage.write() as tx:
        await tx.stories._connection.execute(
            update(stories).where(stories.c.id == story_id).values(version=stories.c.version + 1)
        )


async def owed(services, chat):
    async with services.storage.read() as tx:
        statement = select(outbox.c.html).where(outbox.c.chat_id == chat.id).order_by(outbox.c.id)
        return list(await tx.outbox._connection.scalars(statement))


async def test_a_followed_story_comes_when_it_develops_and_only_then(services):
    chat, story_id = await add_chat(services), await a_story(services)
    assert await follow_story(services, chat, story_id)
    assert not await follow_story(services, chat, story_id)

    assert (await pipeline.issue_follows(services)).issued == 0
    await develop(services, story_id)
    assert (await pipeline.issue_follows(services)).issued == 1
    assert (await pipeline.issue_follows(services)).issued == 0
    assert len(await owed(services, chat)) == 1

    assert await unfollow_story(services, chat, story_id)
    await develop(services, story_id)
    assert (await pipeline.issue_follows(services)).issued == 0


async def test_what_a_follow_told_no_digest_tells_again(services):
    chat, story_id = await add_chat(services), await a_story(services)
    await follow_story(services, chat, story_id)
    await develop(services, story_id)
    assert (await pipeline.issue_follows(services)).issued == 1

    # Without topics an edition tells what leads, and this story leads.
    await pipeline.issue_now(services, chat.id, slot="update:1")

    told, digest = (await owed(services, chat))[:2]
    assert f"st:{story_id}:1" in await keyboards(services, chat, told)
    assert f"st:{story_id}:" not in await keyboards(services, chat, digest)


async def keyboards(services, chat, html):
    async with services.storage.read() as tx:
        statement = select(outbox.c.keyboard).where(outbox.c.chat_id == chat.id, outbox.c.html == html)
        return await tx.outbox._connection.scalar(statement)


async def test_a_development_waits_for_the_end_of_the_quiet_hours(talk, services):
    chat, story_id = await add_chat(services), await a_story(services)
    async with services.storage.write() as tx:
        await tx.chats.update(dataclasses.replace(chat, quiet_from="18:00", quiet_to="21:00"))
    await follow_story(services, chat, story_id)
    await develop(services, story_id)

    assert (await pipeline.issue_follows(services)).issued == 0
    talk.clock.set(datetime(2026, 3, 11, 20, 0, tzinfo=UTC))  # 21:00 in Berlin
    assert (await pipeline.issue_follows(services)).issued == 1


async def test_what_older_rules_computed_is_computed_anew(services):
    chat = await add_chat(services)
    await subscriptions.set_orders(services, chat, [Order("07:30")])
    right = datetime(2026, 3, 12, 6, 30, tzinfo=UTC)
    async with services.storage.write() as tx:
        await tx.digests._connection.execute(
            update(digests).values(next_due_at=right + timedelta(hours=1), rules="2000.01")
        )

    await pipeline.renew_orders(services)

    async with services.storage.read() as tx:
        assert [one.next_due_at for one in await tx.digests.of_chat(chat.id)] == [right]


async def test_after_a_clock_far_ahead_the_next_turn_is_the_next_day_again(services):
    chat = await add_chat(services)
    await subscriptions.set_orders(services, chat, [Order("07:30")])
    async with services.storage.write() as tx:
        far = datetime(2039, 1, 1, 6, 30, tzinfo=UTC)
        await tx.digests._connection.execute(update(digests).values(next_due_at=far))

    await pipeline.renew_orders(services)

    async with services.storage.read() as tx:
        [digest] = await tx.digests.of_chat(chat.id)
    assert digest.next_due_at == datetime(2026, 3, 12, 6, 30, tzinfo=UTC)


async def test_whose_zone_the_world_has_dropped_is_told_once(services):
    chat = await add_chat(services, zone="US/Pacific-New")
    for rules in ("2000.01", "2000.02"):
        await subscriptions.set_orders(services, chat, [Order("07:30")])
        async with services.storage.write() as tx:
            await tx.digests._connection.execute(update(digests).values(rules=rules))
        await pipeline.renew_orders(services)

    [told] = await owed(services, chat)
    assert "US/Pacific-New" in told
    async with services.storage.read() as tx:
        [digest] = await tx.digests.of_chat(chat.id)
    assert digest.next_due_at == datetime(2026, 3, 12, 7, 30, tzinfo=UTC)

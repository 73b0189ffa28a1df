"""The outbox on both databases: what is owed goes out once, in order, whoever dies."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.messages import Attempt, Lane, MessagePart, NewDelivery, OutboxState
from storage.records import ChatKind, ChatState, NewChat
from storage.schema_chats import outbox

LEASE = timedelta(seconds=50)


async def chat(tx, clock, telegram_id=1, thread_id=0):
    kind = ChatKind.PRIVATE if telegram_id > 0 else ChatKind.GROUP
    new = NewChat(
        telegram_id=telegram_id, thread_id=thread_id, kind=kind, language="de", timezone="Europe/Berlin"
    )
    return await tx.chats.get_or_add(new, clock.now())


def delivery(chat, clock, key="edition:1", *, parts=1, lane=Lane.DIGEST, **values):
    new = {
        "chat_id": chat.id,
        "key": key,
        "lane": lane,
        "parts": tuple(MessagePart(html=f"{key} {number}") for number in range(1, parts + 1)),
        "not_before": clock.now(),
    }
    return NewDelivery(**(new | values))


async def due(tx, clock, **values):
    return await tx.outbox.due(now=clock.now(), **({"limit": 10} | values))


async def claim(tx, clock, *, owner="me", **values):
    messages = await due(tx, clock, **values)
    ours = await tx.outbox.claim(messages, owner=owner, until=clock.now() + LEASE)
    return [replace(message, fence=message.fence + 1) for message in messages if message.id in ours]


def attempt(message, state=OutboxState.SENT, **values):
    new = {"attempts": message.attempts + 1, "ambiguous": message.ambiguous}
    return Attempt(id=message.id, fence=message.fence, state=state, **(new | values))


async def states(tx):
    statement = select(outbox.c.key, outbox.c.part, outbox.c.state).order_by(outbox.c.id)
    return [tuple(row) for row in await tx.outbox._connection.execute(statement)]


def texts(messages):
    return [message.content.html for message in messages]


async def test_a_debt_is_written_once_and_claimed_with_all_that_is_needed(any_storage, clock):
    async with any_storage.write() as tx:
        reader = await chat(tx, clock, -100, thread_id=7)
        part = MessagePart(html="<b>x</b>", keyboard="{}", preview_url="https://example.org", silent=True)
        owed = NewDelivery(
            chat_id=reader.id, key="k", lane=Lane.BREAKING, parts=(part,), not_before=clock.now()
        )
        assert await tx.outbox.put(owed, now=clock.now())
    async with any_storage.write() as tx:
        assert not await tx.outbox.put(owed, now=clock.now())

    async with any_storage.write() as tx:
        [message] = await claim(tx, clock)

    assert (message.telegram_id, message.thread_id, message.content) == (-100, 7, part)
    assert (message.part, message.part_count, message.lane) == (1, 1, Lane.BREAKING)
    assert message.created_at == clock.now()


async def test_answers_go_before_breaking_before_digests(any_storage, clock):
    async with any_storage.write() as tx:
        chats = [await chat(tx, clock, number) for number in (1, 2, 3)]
        for reader, lane in zip(chats, (Lane.DIGEST, Lane.BREAKING, Lane.ANSWER), strict=True):
            await tx.outbox.put(delivery(reader, clock, key=lane.value, lane=lane), now=clock.now())

    async with any_storage.write() as tx:
        first = await claim(tx, clock, limit=1)
        rest = await claim(tx, clock)

    assert texts([*first, *rest]) == ["answer 1", "breaking 1", "digest 1"]


async def test_one_message_of_a_chat_at_a_time_in_order(any_storage, clock):
    async with any_storage.write() as tx:
        reader = await chat(tx, clock)
        await tx.outbox.put(delivery(reader, clock, key="a", parts=2), now=clock.now())
        await tx.outbox.put(delivery(reader, clock, key="b"), now=clock.now())

    seen = []
    for _ in range(3):
        async with any_storage.write() as tx:
            messages = await claim(tx, clock)
            assert await claim(tx, clock) == []
            await tx.outbox.record([attempt(message) for message in messages], owner="me", now=clock.now())
        seen += texts(messages)

    assert seen == ["a 1", "a 2", "b 1"]


async def test_what_is_tried_again_keeps_its_place_and_what_waits_for_its_hour_does_not(any_storage, clock):
    async with any_storage.write() as tx:
        reader, other = await chat(tx, clock), await chat(tx, clock, 2)
        later = clock.now() + timedelta(hours=1)
        await tx.outbox.put(delivery(reader, clock, key="night", not_before=later), now=clock.now())
        await tx.outbox.put(delivery(reader, clock, key="first"), now=clock.now())
        await tx.outbox.put(delivery(reader, clock, key="second"), now=clock.now())
        await tx.outbox.put(delivery(other, clock, key="other"), now=clock.now())

    async with any_storage.write() as tx:
        messages = await claim(tx, clock)
        assert texts(messages) == ["first 1", "other 1"]
        again = clock.now() + timedelta(minutes=1)
        await tx.outbox.record(
            [attempt(message, OutboxState.PENDING, not_before=again) for message in messages],
            owner="me",
            now=clock.now(),
        )
        assert await claim(tx, clock) == []
    clock.advance(minutes=1)
    async with any_storage.write() as tx:
        messages = await claim(tx, clock)
    assert texts(messages) == ["first 1", "other 1"]
    assert [message.attempts for message in messages] == [1, 1]


async def test_resting_and_paused_chats_are_left_alone(any_storage, clock):
    async with any_storage.write() as tx:
        for number in (1, 2, 3):
            reader = await chat(tx, clock, number)
            await tx.outbox.put(delivery(reader, clock, key=f"{number}"), now=clock.now())
        await tx.outbox.pause(2, until=clock.now() + timedelta(seconds=5))
        await tx.outbox.pause(2, until=clock.now() + timedelta(seconds=30))

    async with any_storage.write() as tx:
        assert texts(await claim(tx, clock, resting=[3])) == ["1 1"]
        assert texts(await claim(tx, clock)) == ["3 1"]
    clock.advance(seconds=30)
    async with any_storage.write() as tx:
        await tx.outbox.lift_pauses(now=clock.now())
        assert texts(await claim(tx, clock)) == ["2 1"]


async def test_a_pause_of_the_bot_stops_everything(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.outbox.put(delivery(await chat(tx, clock), clock), now=clock.now())
        await tx.outbox.pause(0, until=clock.now() + timedelta(days=1))
        assert await claim(tx, clock) == []
    clock.advance(days=1)
    async with any_storage.write() as tx:
        assert len(await claim(tx, clock)) == 1


async def test_a_chat_that_is_gone_gets_nothing_more(any_storage, clock):
    async with any_storage.write() as tx:
        reader = await chat(tx, clock)
        await tx.outbox.put(delivery(reader, clock, parts=2), now=clock.now())
        await tx.chats.update(replace(reader, state=ChatState.GONE))

        assert await claim(tx, clock) == []
        assert {state for _, _, state in await states(tx)} == {"cancelled"}


async def test_what_was_looked_up_and_not_claimed_is_there_for_the_next(any_storage, clock):
    async with any_storage.write() as tx:
        reader = await chat(tx, clock)
        await tx.outbox.put(delivery(reader, clock), now=clock.now())
        [seen] = await due(tx, clock)
        assert await due(tx, clock) == [seen]
        assert await due(tx, clock, busy=[reader.id]) == []
    async with any_storage.write() as tx:
        assert await tx.outbox.claim([seen], owner="first", until=clock.now() + LEASE) == {seen.id}
    async with any_storage.write() as tx:
        assert await tx.outbox.claim([seen], owner="second", until=clock.now() + LEASE) == set()


async def test_a_second_request_about_a_message_begins_its_lease_anew(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.outbox.put(delivery(await chat(tx, clock), clock), now=clock.now())
        [message] = await claim(tx, clock)
    clock.advance(seconds=40)
    async with any_storage.write() as tx:
        assert await tx.outbox.claim([message], owner="me", until=clock.now() + LEASE) == {message.id}
    clock.advance(seconds=40)
    async with any_storage.write() as tx:
        assert (await tx.outbox.reap(now=clock.now())).returned == 0
        assert await tx.outbox.record([attempt(message)], owner="me", now=clock.now()) == {message.id}


async def test_what_a_dead_sender_had_under_way_is_repeated_once_and_then_given_up(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.outbox.put(delivery(await chat(tx, clock), clock, parts=2), now=clock.now())
    for returned, unknown in ((1, 0), (0, 1)):
        async with any_storage.write() as tx:
            await claim(tx, clock)
            assert (await tx.outbox.reap(now=clock.now())).returned == 0
        clock.advance(seconds=51)
        async with any_storage.write() as tx:
            reaped = await tx.outbox.reap(now=clock.now())
            assert (reaped.returned, reaped.unknown) == (returned, unknown)
    async with any_storage.read() as tx:
        assert await states(tx) == [("edition:1", 1, "unknown"), ("edition:1", 2, "cancelled")]


async def test_a_clock_that_jumps_takes_nothing_from_a_sender_that_lives(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.outbox.put(delivery(await chat(tx, clock), clock), now=clock.now())
        [message] = await claim(tx, clock)
    clock.advance(hours=1)
    async with any_storage.write() as tx:
        assert (await tx.outbox.reap(now=clock.now(), but=[message.id])).returned == 0
        assert (await tx.outbox.reap(now=clock.now())).returned == 1


async def test_a_thawed_sender_cannot_overwrite_what_another_did(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.outbox.put(delivery(await chat(tx, clock), clock), now=clock.now())
        [frozen] = await claim(tx, clock, owner="frozen")
    clock.advance(seconds=120)
    async with any_storage.write() as tx:
        await tx.outbox.reap(now=clock.now())
        [message] = await claim(tx, clock, owner="fresh")
        late = attempt(frozen, OutboxState.FAILED, error="late")
        assert await tx.outbox.record([late], owner="frozen", now=clock.now()) == set()
        assert await tx.outbox.record([late], owner="fresh", now=clock.now()) == set()
        assert await tx.outbox.record([attempt(message)], owner="fresh", now=clock.now()) == {message.id}
        assert await states(tx) == [("edition:1", 1, "sent")]


@pytest.mark.parametrize("end", [OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.CANCELLED])
async def test_parts_behind_a_lost_one_are_cancelled(any_storage, clock, end):
    async with any_storage.write() as tx:
        reader = await chat(tx, clock)
        await tx.outbox.put(delivery(reader, clock, parts=3), now=clock.now())
        await tx.outbox.put(delivery(reader, clock, key="edition:2"), now=clock.now())
        [message] = await claim(tx, clock)
        await tx.outbox.record([attempt(message, end, error="why")], owner="me", now=clock.now())
        assert [state for _, _, state in await states(tx)] == [end, "cancelled", "cancelled", "pending"]


async def test_cancelling_leaves_what_is_on_its_way(any_storage, clock):
    async with any_storage.write() as tx:
        reader, other = await chat(tx, clock), await chat(tx, clock, 2)
        await tx.outbox.put(delivery(reader, clock, key="a", parts=2), now=clock.now())
        await tx.outbox.put(delivery(other, clock, key="b"), now=clock.now())
        await claim(tx, clock, limit=1)

        assert await tx.outbox.cancel(chat_ids=[reader.id], reason="asked", now=clock.now()) == 1
        assert [state for _, _, state in await states(tx)] == ["sending", "cancelled", "pending"]


async def test_waiting_says_how_much_and_since_when(any_storage, clock):
    async with any_storage.write() as tx:
        waiting = await tx.outbox.waiting(now=clock.now())
        assert (waiting.count, waiting.oldest_at) == (0, None)
        reader = await chat(tx, clock)
        await tx.outbox.put(delivery(reader, clock, parts=2), now=clock.now())
        late = clock.now() + timedelta(hours=1)
        await tx.outbox.put(delivery(reader, clock, key="later", not_before=late), now=clock.now())
        waiting = await tx.outbox.waiting(now=clock.now())
        assert (waiting.count, waiting.oldest_at) == (2, clock.now())


async def test_nothing_waits_for_ever_and_old_rows_go(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.outbox.put(delivery(await chat(tx, clock), clock), now=clock.now())
    clock.advance(hours=25)
    async with any_storage.write() as tx:
        assert await tx.outbox.expire(before=clock.now() - timedelta(days=1), now=clock.now()) == 1
        assert await states(tx) == [("edition:1", 1, "failed")]
        assert await tx.outbox.purge(before=clock.now()) == 0
    clock.advance(hours=1)
    async with any_storage.write() as tx:
        assert await tx.outbox.purge(before=clock.now()) == 1


async def test_two_senders_on_a_server_never_get_the_same_message(postgresql_storage, clock):
    async with postgresql_storage.write() as tx:
        deliveries = [
            delivery(await chat(tx, clock, number), clock, key=f"{number}") for number in range(1, 61)
        ]
        assert await tx.outbox.put_many(deliveries, now=clock.now()) == 60

    async def work(owner):
        taken = []
        while True:
            async with postgresql_storage.write() as tx:
                messages = await claim(tx, clock, owner=owner, limit=7)
            if not messages:
                return taken
            taken += [message.id for message in messages]

    shares = await asyncio.gather(*(work(f"{number}") for number in range(4)))
    assert sorted(number for share in shares for number in share) == sorted(set().union(*map(set, shares)))
    assert sum(map(len, shares)) == 60


async def test_a_role_has_one_holder_until_its_lease_ends(postgresql_storage, clock):
    async def take(owner):
        async with postgresql_storage.write() as tx:
            return await tx.roles.take(
                "send", owner=owner, now=clock.now(), until=clock.now() + timedelta(seconds=30)
            )

    assert await take("a")
    assert not await take("b")
    clock.advance(seconds=20)
    assert await take("a")
    clock.advance(seconds=20)
    assert not await take("b")
    clock.advance(seconds=11)
    assert await take("b")
    async with postgresql_storage.write() as tx:
        await tx.roles.give_back("b")
    assert await take("a")


async def test_classic_parts_take_the_place_of_a_rich_one_and_all_behind_it(any_storage, clock):
    plain = tuple(MessagePart(html=f"plain {number}", silent=number > 1) for number in (1, 2, 3))
    rich = [MessagePart(html=f"<h3>{number}</h3>", is_rich=True, instead=plain) for number in (1, 2)]
    async with any_storage.write() as tx:
        here = await chat(tx, clock)
        await tx.outbox.put(delivery_of(here, clock, rich), now=clock.now())
        await tx.outbox.put(delivery(here, clock, "later"), now=clock.now())
        [first] = await claim(tx, clock)
        assert (first.content.is_rich, first.content.instead) == (True, plain)

        await tx.outbox.record([attempt(first, OutboxState.PENDING)], owner="me", now=clock.now())
        await tx.outbox.fall_back(first, now=clock.now())

    for text in ("plain 1", "later 1", "plain 2", "plain 3"):
        async with any_storage.write() as tx:
            [one] = await claim(tx, clock)
            await tx.outbox.record([attempt(one, message_id=1)], owner="me", now=clock.now())
        assert (one.content.html, one.content.is_rich, one.content.instead) == (text, False, ())
        assert one.part_count == (1 if text == "later 1" else 3)


async def test_a_rich_message_that_was_mended_in_place_owes_only_the_rest(any_storage, clock):
    plain = (MessagePart(html="plain 1"), MessagePart(html="plain 2"))
    async with any_storage.write() as tx:
        here = await chat(tx, clock)
        rich = MessagePart(html="<h3>1</h3>", is_rich=True, instead=plain)
        await tx.outbox.put(delivery_of(here, clock, [rich]), now=clock.now())
        [first] = await claim(tx, clock)
        await tx.outbox.record([attempt(first, message_id=7)], owner="me", now=clock.now())
        await tx.outbox.fall_back(first, now=clock.now(), message_id=7)

        assert [state for _, _, state in await states(tx)] == ["sent", "pending"]
        assert texts(await claim(tx, clock)) == ["plain 2"]


def delivery_of(chat, clock, parts):
    return replace(delivery(chat, clock), parts=tuple(parts))

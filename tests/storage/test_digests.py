"""Standing orders and which are due, on both databases."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage.records import ChatKind, NewChat, NewDigest

NOW = datetime(2026, 3, 11, 6, 30, tzinfo=UTC)


async def add_chat(storage, telegram_id=7):
    async with storage.write() as tx:
        return await tx.chats.get_or_add(
            NewChat(telegram_id=telegram_id, kind=ChatKind.PRIVATE, language="de", timezone="Europe/Berlin"),
            NOW,
        )


def order(chat, local_time="07:30", due=NOW, weekdays=127):
    return NewDigest(chat_id=chat.id, local_time=local_time, weekdays=weekdays, next_due_at=due)


async def test_one_order_per_local_time_and_the_last_word_counts(any_storage):
    chat = await add_chat(any_storage)
    async with any_storage.write() as tx:
        first = await tx.digests.put(order(chat))
        again = await tx.digests.put(order(chat, due=NOW + timedelta(days=1), weekdays=31))
        evening = await tx.digests.put(order(chat, "06:30"))
        assert again.id == first.id
        assert await tx.digests.of_chat(chat.id) == [evening, again]
    assert (again.weekdays, again.next_due_at) == (31, NOW + timedelta(days=1))


async def test_removing_one_and_all(any_storage):
    chat, other = await add_chat(any_storage), await add_chat(any_storage, 8)
    async with any_storage.write() as tx:
        for local_time in ("07:30", "12:00", "18:30"):
            await tx.digests.put(order(chat, local_time))
        kept = await tx.digests.put(order(other))
        assert await tx.digests.remove(chat.id, "12:00")
        assert not await tx.digests.remove(chat.id, "12:00")
        assert [digest.local_time for digest in await tx.digests.of_chat(chat.id)] == ["07:30", "18:30"]
        await tx.digests.remove_all(chat.id)
        assert await tx.digests.of_chats([chat.id, other.id]) == {other.id: [kept]}


async def test_the_longest_due_come_first_in_bounded_batches(any_storage):
    chats = [await add_chat(any_storage, number) for number in range(1, 5)]
    async with any_storage.write() as tx:
        late, now, future, later = [
            await tx.digests.put(order(chat, due=NOW + timedelta(minutes=minutes)))
            for chat, minutes in zip(chats, (-5, 0, 1, -1), strict=True)
        ]
        assert await tx.digests.due(NOW, 10) == [late, later, now]
        assert await tx.digests.due(NOW, 2) == [late, later]
        await tx.digests.settle({late.id: NOW + timedelta(days=1)})
        assert await tx.digests.due(NOW, 10) == [later, now]
        assert future not in await tx.digests.due(NOW, 10)


async def test_two_schedulers_never_take_the_same_order(any_storage):
    for number in range(1, 7):
        chat = await add_chat(any_storage, number)
        async with any_storage.write() as tx:
            await tx.digests.put(order(chat))

    async def take():
        async with any_storage.write() as tx:
            taken = await tx.digests.due(NOW, 3)
            await asyncio.sleep(0)
            await tx.digests.settle({digest.id: NOW + timedelta(days=1) for digest in taken})
            return [digest.id for digest in taken]

    first, second = await asyncio.gather(take(), take())
    assert not set(first) & set(second)
    third = await take()
    assert len({*first, *second, *third}) == 6


async def test_due_orders_are_found_by_index(any_storage):
    if any_storage.dialect == "sqlite":
        plan = "EXPLAIN QUERY PLAN SELECT id FROM digests WHERE next_due_at <= '2026' ORDER BY next_due_at, place"
        async with any_storage.engine.connect() as connection:
            steps = [row[-1] for row in await connection.execute(text(plan))]
    else:
        plan = "EXPLAIN SELECT id FROM digests WHERE next_due_at <= now() ORDER BY next_due_at, place LIMIT 5"
        async with any_storage.engine.connect() as connection:
            await connection.execute(text("SET enable_seqscan = off"))
            steps = [row[-1] for row in await connection.execute(text(plan))]
    assert any("ix_digests_due" in step for step in steps), steps
    assert not any("SORT" in step.upper() or "B-TREE" in step.upper() for step in steps), steps


async def test_who_is_last_one_day_is_first_the_next(any_storage):
    chats = [await add_chat(any_storage, number) for number in range(1, 41)]
    async with any_storage.write() as tx:
        for chat in chats:
            await tx.digests.put(order(chat))

    places = []
    for day in range(3):
        now = NOW + timedelta(days=day)
        served = []
        while True:
            async with any_storage.write() as tx:
                found = await tx.digests.claim(now, 7, until=now + timedelta(minutes=2))
                await tx.digests.settle({digest.id: now + timedelta(days=1) for digest in found})
            served += [digest.chat_id for digest in found]
            if len(found) < 7:
                break
        places.append({chat_id: place for place, chat_id in enumerate(served)})

    first, second, third = places
    assert [first[chat.id] + second[chat.id] for chat in chats] == [39] * 40
    assert third == first
    assert [first[chat.id] for chat in chats] != list(range(40))


async def test_a_claimed_order_is_nobody_elses_until_the_claim_ends(any_storage):
    chat = await add_chat(any_storage, 1)
    async with any_storage.write() as tx:
        due = await tx.digests.put(order(chat))
    soon = NOW + timedelta(minutes=2)

    async with any_storage.write() as tx:
        assert await tx.digests.claim(NOW, 5, until=soon) == [due]
    async with any_storage.write() as tx:
        assert await tx.digests.claim(NOW, 5, until=soon) == []
        assert await tx.digests.claim(soon, 5, until=soon + timedelta(minutes=2)) == [due]
        await tx.digests.release([due.id])
        assert await tx.digests.due(NOW, 5) == [due]


async def test_a_failed_order_waits_and_a_settled_one_begins_anew(any_storage):
    chat = await add_chat(any_storage, 1)
    async with any_storage.write() as tx:
        due = await tx.digests.put(order(chat))
        await tx.digests.fail(due.id, again_at=NOW + timedelta(minutes=1))
        assert await tx.digests.due(NOW, 5) == []
        [again] = await tx.digests.due(NOW + timedelta(minutes=1), 5)
        assert again.failures == 1
        await tx.digests.settle({due.id: NOW})
        assert [one.failures for one in await tx.digests.due(NOW, 5)] == [0]


async def test_an_order_changed_meanwhile_is_noticed(any_storage):
    chats = [await add_chat(any_storage, number) for number in range(1, 5)]
    async with any_storage.write() as tx:
        same, moved, other_days, removed = [await tx.digests.put(order(chat)) for chat in chats]
        await tx.digests.settle({moved.id: NOW + timedelta(days=1)})
        await tx.digests.put(order(chats[2], weekdays=3))
        await tx.digests.remove_all(chats[3].id)
        assert await tx.digests.unchanged([same, moved, other_days, removed]) == {same.id}


async def test_orders_of_older_rules_or_too_far_ahead_are_outdated(any_storage):
    chats = [await add_chat(any_storage, number) for number in range(1, 4)]
    beyond = NOW + timedelta(days=17)
    async with any_storage.write() as tx:
        old = await tx.digests.put(order(chats[0]), rules="2026.05")
        await tx.digests.put(order(chats[1]), rules="2026.06")
        assert await tx.digests.outdated(rules="2026.06", beyond=beyond, limit=9) == [old]
        await tx.digests.settle({old.id: NOW}, rules="2026.06")
        assert await tx.digests.outdated(rules="2026.06", beyond=beyond, limit=9) == []
        far = await tx.digests.put(order(chats[2], due=beyond + timedelta(days=9)), rules="2026.06")
        assert await tx.digests.outdated(rules="2026.06", beyond=beyond, limit=9) == [far]

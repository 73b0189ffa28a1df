"""The inbox on both databases: every update is kept once and handled until it is done."""

from datetime import timedelta

import pytest

from storage.errors import NotFound
from storage.inbox import MAX_TRIES
from storage.messages import InboxState
from storage.records import InboxId

BOT = 42


async def due(tx, clock):
    return await tx.inbox.due(now=clock.now(), limit=10)


async def test_an_update_is_kept_once_for_each_bot(any_storage, clock):
    async with any_storage.write() as tx:
        assert await tx.inbox.put(BOT, [(8, "b"), (7, "a"), (8, "b")], now=clock.now()) == 2
    async with any_storage.write() as tx:
        assert await tx.inbox.put(BOT, [(8, "again"), (9, "c")], now=clock.now()) == 1
        assert await tx.inbox.put(BOT + 1, [(8, "other bot")], now=clock.now()) == 1

    async with any_storage.read() as tx:
        updates = await due(tx, clock)
    assert [(update.update_id, update.body) for update in updates] == [
        (7, "a"),
        (8, "b"),
        (9, "c"),
        (8, "other bot"),
    ]
    assert {update.attempts for update in updates} == {0}
    assert {update.received_at for update in updates} == {clock.now()}


async def test_what_is_done_is_known_but_no_longer_readable(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.inbox.put(BOT, [(1, "secret words"), (2, "b")], now=clock.now())
        first, _ = await due(tx, clock)
        await tx.inbox.done([first.id])
        assert await tx.inbox.put(BOT, [(1, "secret words")], now=clock.now()) == 0
        assert [update.update_id for update in await due(tx, clock)] == [2]
        assert await tx.inbox.count(InboxState.DONE) == 1
        assert await tx.inbox.count(InboxState.PENDING) == 1


async def test_a_failure_is_tried_again_later_and_quarantined_in_the_end(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.inbox.put(BOT, [(1, "poison")], now=clock.now())
        [update] = await due(tx, clock)

    for number in range(1, MAX_TRIES + 1):
        async with any_storage.write() as tx:
            again = clock.now() + timedelta(seconds=10)
            state = await tx.inbox.failed(update.id, error="boom", next_attempt_at=again)
            assert await due(tx, clock) == []
            held = await tx.inbox.held_back(now=clock.now())
        if number < MAX_TRIES:
            assert state is InboxState.PENDING
            assert [(one.attempts, one.next_attempt_at) for one in held] == [(number, again)]
        clock.advance(seconds=10)

    assert state is InboxState.QUARANTINED
    assert held == []
    async with any_storage.write() as tx:
        assert await due(tx, clock) == []
        assert await tx.inbox.count(InboxState.QUARANTINED) == 1
        with pytest.raises(NotFound, match="99"):
            await tx.inbox.failed(InboxId(99), error="", next_attempt_at=clock.now())


async def test_old_updates_are_forgotten_once_they_are_done(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.inbox.put(BOT, [(1, "a"), (2, "b")], now=clock.now())
        first, _ = await due(tx, clock)
        await tx.inbox.done([first.id])
        assert await tx.inbox.purge(before=clock.now()) == 0
        assert await tx.inbox.purge(before=clock.now() + timedelta(seconds=1)) == 1
        assert [update.update_id for update in await due(tx, clock)] == [2]

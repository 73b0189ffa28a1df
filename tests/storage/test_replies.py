"""What was said in answer to an update: known until the update is done."""

import pytest

from storage.messages import Reply
from storage.records import InboxId


@pytest.fixture
async def update_id(any_storage, clock):
    async with any_storage.write() as tx:
        await tx.inbox.put(42, [(1, "{}")], now=clock.now())
        [update] = await tx.inbox.due(now=clock.now(), limit=1)
    return update.id


async def begin(storage, update_id, place=1, *, method="sendMessage", chat=5):
    async with storage.write() as tx:
        return await tx.replies.begin(update_id, place, method=method, telegram_id=chat, tries=2)


async def test_tries_are_counted_until_there_is_a_result(any_storage, update_id):
    assert await begin(any_storage, update_id) == Reply()
    assert await begin(any_storage, update_id) == Reply(tries=1)
    assert await begin(any_storage, update_id) == Reply(tries=2)
    assert await begin(any_storage, update_id) == Reply(tries=2)
    assert await begin(any_storage, update_id, 2) == Reply()
    async with any_storage.write() as tx:
        await tx.replies.undo(update_id, 1)
    assert await begin(any_storage, update_id) == Reply(tries=1)
    async with any_storage.write() as tx:
        await tx.replies.end(update_id, 1, result="{}")
    assert await begin(any_storage, update_id) == Reply(tries=2, result="{}")


@pytest.mark.parametrize("other", [{"method": "sendDocument"}, {"chat": 6}])
async def test_what_was_never_said_is_not_taken_for_said(any_storage, update_id, other):
    await begin(any_storage, update_id)
    async with any_storage.write() as tx:
        await tx.replies.end(update_id, 1, result="{}")
    assert await begin(any_storage, update_id, **other) == Reply()
    assert await begin(any_storage, update_id, **other) == Reply(tries=1)


async def test_nothing_is_kept_of_what_is_done(any_storage, update_id):
    await begin(any_storage, update_id)
    async with any_storage.write() as tx:
        await tx.replies.forget([update_id])
    assert await begin(any_storage, update_id) == Reply()
    async with any_storage.write() as tx:
        await tx.replies.forget([InboxId(update_id + 1)])
    assert await begin(any_storage, update_id) == Reply(tries=1)

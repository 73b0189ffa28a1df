"""getUpdates: what confirms an update, what waits, who is sent away."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.localchat.refusals import Refusal
from bot.localchat.updates import FIRST_UPDATE_ID, UpdateQueue

NOW = datetime(2026, 3, 11, 6, tzinfo=UTC)


def filled(count: int) -> UpdateQueue:
    queue = UpdateQueue()
    for number in range(count):
        queue.put("message", {"number": number}, at=NOW)
    return queue


def numbers(queue: UpdateQueue, offset: int, limit: int = 100, *, now: datetime = NOW) -> list[int]:
    return [update.payload["number"] for update in queue.take(offset, limit, now=now)]


def test_an_update_comes_again_until_a_higher_offset_confirms_it() -> None:
    queue = filled(3)

    assert numbers(queue, 0) == [0, 1, 2]
    assert numbers(queue, 0) == [0, 1, 2]
    assert numbers(queue, FIRST_UPDATE_ID + 2) == [2]
    assert numbers(queue, 0) == [2]


def test_a_lower_offset_does_not_bring_confirmed_ones_back() -> None:
    queue = filled(3)
    numbers(queue, FIRST_UPDATE_ID + 2)

    assert numbers(queue, FIRST_UPDATE_ID) == [2]


def test_the_limit_leaves_the_rest_for_later() -> None:
    queue = filled(3)

    assert numbers(queue, 0, 2) == [0, 1]
    assert len(queue.waiting) == 3


def test_a_negative_offset_forgets_all_but_the_last() -> None:
    queue = filled(3)

    assert numbers(queue, -1) == [2]
    assert numbers(queue, 0) == [2]


def test_an_update_lives_a_day() -> None:
    queue = filled(1)

    assert numbers(queue, 0, now=NOW + timedelta(hours=24)) == []


def test_only_allowed_kinds_are_queued() -> None:
    queue = UpdateQueue()
    assert queue.put("chat_member", {}, at=NOW) is None
    assert queue.put("message", {}, at=NOW)

    queue.allow(["chat_member"])
    assert queue.put("chat_member", {}, at=NOW)
    assert queue.put("message", {}, at=NOW) is None

    queue.allow(None)
    assert queue.put("message", {}, at=NOW) is None

    queue.allow([])
    assert queue.put("message", {}, at=NOW)
    assert queue.put("chat_member", {}, at=NOW) is None


def test_a_bot_run_again_gets_numbers_it_has_not_seen() -> None:
    queue = UpdateQueue(first_id=500)

    first = queue.put("message", {}, at=NOW)

    assert first
    assert first.id == 500


async def test_a_long_poll_ends_with_the_first_update() -> None:
    queue = UpdateQueue()
    poll = asyncio.create_task(queue.poll(0, 100, 30, now=NOW))
    await asyncio.sleep(0)

    queue.put("message", {"number": 7}, at=NOW)

    [update] = await asyncio.wait_for(poll, 5)
    assert update.payload == {"number": 7}


async def test_a_long_poll_without_news_ends_empty() -> None:
    assert await UpdateQueue().poll(0, 100, 0, now=NOW) == []


async def test_a_second_poller_ends_the_first_ones_wait() -> None:
    queue = UpdateQueue()
    first = asyncio.create_task(queue.poll(0, 100, 30, now=NOW))
    await asyncio.sleep(0)

    second = asyncio.create_task(queue.poll(0, 100, 30, now=NOW))

    with pytest.raises(Refusal) as caught:
        await asyncio.wait_for(first, 5)
    assert caught.value.code == 409
    queue.close()
    assert await asyncio.wait_for(second, 5) == []

"""Which updates are handled when, and which wait."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest

from bot.delivery.updates import Handled, chat_of, handle_all
from storage.messages import InboxUpdate
from storage.records import InboxId

NOW = datetime(2026, 3, 11, tzinfo=UTC)


def update(number, chat=1, **body):
    content = body or {"message": {"chat": {"id": chat}}}
    return InboxUpdate(
        id=InboxId(number),
        update_id=number,
        body=orjson.dumps({"update_id": number} | content).decode(),
        attempts=0,
        received_at=NOW,
        next_attempt_at=NOW,
    )


async def run(due, handle, *, held_back=(), stop=None):
    noted = []

    async def note(handled):
        noted.append(handled)

    await handle_all(due, held_back=held_back, handle=handle, on_handled=note, stop=stop or asyncio.Event())
    return [(handled.update.update_id, handled.error) for handled in noted]


@pytest.mark.parametrize(
    ("body", "chat"),
    [
        ({"message": {"chat": {"id": -5}, "from": {"id": 7}}}, -5),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": -5}}}}, -5),
        ({"callback_query": {"from": {"id": 7}}}, 7),
        ({"inline_query": {"from": {"id": 7}, "query": "x"}}, 7),
        ({"my_chat_member": {"chat": {"id": 9}, "from": {"id": 7}}}, 9),
        ({"something_new": {"x": 1}}, 0),
        ({"poll": "?"}, 0),
    ],
)
def test_the_chat_of_an_update(body, chat):
    assert chat_of(update(1, **body)) == chat


@pytest.mark.parametrize("body", ["", "[]", "{", "7", '{"message":{"chat":{"id":"x"}}}'])
def test_an_unreadable_update_is_of_no_chat(body):
    assert chat_of(replace(update(1), body=body)) == 0


async def test_updates_of_a_chat_are_handled_in_order_and_chats_side_by_side():
    order, second_chat = [], asyncio.Event()

    async def handle(one):
        if one.update_id == 1:
            await second_chat.wait()
        if chat_of(one) == 2:
            second_chat.set()
        order.append(one.update_id)
        return Handled(one)

    await run([update(1), update(2), update(3, chat=2)], handle)

    assert order == [3, 1, 2]


async def test_a_failure_holds_up_its_chat_and_no_other():
    async def handle(one):
        return Handled(one, "boom" if one.update_id == 1 else "")

    noted = await run([update(1), update(2), update(3, chat=2)], handle)

    assert sorted(noted) == [(1, "boom"), (3, "")]


async def test_a_chat_with_a_failed_update_waits_for_it():
    async def handle(one):
        return Handled(one)

    noted = await run([update(2), update(3, chat=2)], handle, held_back=[update(1)])

    assert noted == [(3, "")]


async def test_after_the_order_to_stop_nothing_new_is_begun():
    stop = asyncio.Event()

    async def handle(one):
        stop.set()
        return Handled(one)

    assert await run([update(1), update(2)], handle, stop=stop) == [(1, "")]

"""Breaking items in the database: who may start one, whom it reaches, how far it is."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, insert

from storage.errors import NotFound
from storage.messages import BroadcastCount, BroadcastState, NewBroadcast
from storage.records import BroadcastId
from storage.schema import chats, outbox

ADMIN = 77


def draft(clock, **values):
    new = {
        "admin_id": ADMIN,
        "title": "Eilmeldung",
        "text": "Text",
        "desk_id": ADMIN,
        "created_at": clock.now(),
    }
    return NewBroadcast(**(new | values))


async def add_chat(tx, clock, telegram_id, **values):
    row = {
        "telegram_id": telegram_id,
        "thread_id": 0,
        "kind": "private",
        "language": "de",
        "timezone": "Europe/Berlin",
        "state": "active",
        "state_reason": "",
        "length": "normal",
        "breaking": "topics",
        "created_at": clock.now(),
    }
    statement = insert(chats).values(row | values).returning(chats.c.id)
    return (await tx.broadcasts._connection.execute(statement)).scalar_one()


async def owe(tx, clock, chat_id, broadcast_id, state):
    await tx.broadcasts._connection.execute(
        insert(outbox).values(
            chat_id=chat_id,
            key=f"broadcast:{broadcast_id}:{chat_id}",
            part=1,
            part_count=1,
            lane=1,
            html="x",
            keyboard="",
            preview_url="",
            silent=False,
            state=state,
            not_before=clock.now(),
            created_at=clock.now(),
            owner="",
            fence=0,
            attempts=0,
            ambiguous=0,
            error="",
            broadcast_id=broadcast_id,
        )
    )


async def test_a_draft_comes_back_as_written(any_storage, clock):
    async with any_storage.write() as tx:
        id_ = await tx.broadcasts.add(draft(clock, url="https://a.example/1"))

    async with any_storage.read() as tx:
        kept = await tx.broadcasts.get(id_)

    assert (kept.title, kept.text, kept.url) == ("Eilmeldung", "Text", "https://a.example/1")
    assert (kept.state, kept.audience, kept.created_at) == (BroadcastState.DRAFT, 0, clock.now())


async def test_a_missing_broadcast_is_said_so(any_storage):
    async with any_storage.read() as tx:
        assert await tx.broadcasts.find(BroadcastId(9)) is None
        with pytest.raises(NotFound):
            await tx.broadcasts.get(BroadcastId(9))


async def test_only_the_first_press_confirms(any_storage, clock):
    window = {"now": clock.now(), "drafted_since": clock.now() - timedelta(minutes=2)}
    async with any_storage.write() as tx:
        id_ = await tx.broadcasts.add(draft(clock))

        presses = [await tx.broadcasts.confirm(id_, admin_id=ADMIN, **window) for _ in range(2)]

        assert presses == [True, False]
        assert (await tx.broadcasts.get(id_)).state == BroadcastState.RUNNING
        assert not await tx.broadcasts.cancel(id_, admin_id=ADMIN)


async def test_another_admin_and_a_late_press_confirm_nothing(any_storage, clock):
    async with any_storage.write() as tx:
        id_ = await tx.broadcasts.add(draft(clock))
        window = {"now": clock.now(), "drafted_since": clock.now() - timedelta(minutes=2)}

        assert not await tx.broadcasts.confirm(id_, admin_id=ADMIN + 1, **window)
        clock.advance(minutes=2, seconds=1)
        late = {"now": clock.now(), "drafted_since": clock.now() - timedelta(minutes=2)}
        assert not await tx.broadcasts.confirm(id_, admin_id=ADMIN, **late)
        assert (await tx.broadcasts.get(id_)).state == BroadcastState.DRAFT


async def test_a_cancelled_draft_cannot_start(any_storage, clock):
    async with any_storage.write() as tx:
        id_ = await tx.broadcasts.add(draft(clock))

        assert not await tx.broadcasts.cancel(id_, admin_id=ADMIN + 1)
        assert await tx.broadcasts.cancel(id_, admin_id=ADMIN)
        assert not await tx.broadcasts.confirm(
            id_, admin_id=ADMIN, now=clock.now(), drafted_since=clock.now()
        )


async def test_a_question_is_answered_once_and_in_time(any_storage, clock):
    async with any_storage.write() as tx:
        asked = {"admin_id": ADMIN, "desk_id": ADMIN}
        await tx.broadcasts.ask(**asked, now=clock.now())
        await tx.broadcasts.ask(**asked, now=clock.now())

        assert not await tx.broadcasts.take_answer(admin_id=ADMIN, desk_id=5, since=clock.now())
        assert await tx.broadcasts.take_answer(**asked, since=clock.now())
        assert not await tx.broadcasts.take_answer(**asked, since=clock.now())

        await tx.broadcasts.ask(**asked, now=clock.now())
        clock.advance(hours=1)
        assert not await tx.broadcasts.take_answer(**asked, since=clock.now())


async def test_the_figures_add_up_even_when_a_chat_is_removed(any_storage, clock):
    async with any_storage.write() as tx:
        id_ = await tx.broadcasts.add(draft(clock))
        states = ["sent", "sent", "pending", "sending", "unknown", "failed", "cancelled", "sent"]
        ids = [await add_chat(tx, clock, number) for number in range(len(states))]
        for chat_id, state in zip(ids, states, strict=True):
            await owe(tx, clock, chat_id, id_, state)
        await tx.broadcasts.set_audience(id_, len(states))
        await tx.broadcasts._connection.execute(delete(chats).where(chats.c.id == ids[-1]))

        count = await tx.broadcasts.count(id_)

        assert count == BroadcastCount(total=8, sent=2, pending=2, failed=3, unknown=1)


async def test_a_broadcast_runs_until_its_last_word_is_out(any_storage, clock):
    async with any_storage.write() as tx:
        id_ = await tx.broadcasts.add(draft(clock))
        assert await tx.broadcasts.running() == []
        await tx.broadcasts.confirm(id_, admin_id=ADMIN, now=clock.now(), drafted_since=clock.now())
        await tx.broadcasts.set_report_message(id_, 12)

        await tx.broadcasts.set_reported(id_, "1/2", done=False)
        [running] = await tx.broadcasts.running()
        assert (running.reported, running.report_message_id) == ("1/2", 12)

        await tx.broadcasts.set_reported(id_, "2/2", done=True)
        assert await tx.broadcasts.running() == []

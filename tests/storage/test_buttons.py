"""Buttons that mean more than 64 bytes."""

from sqlalchemy import insert

from storage.records import ButtonId, ChatId
from storage.schema_chats import chats


async def chat(tx, clock, telegram_id=1) -> ChatId:
    statement = insert(chats).values(
        telegram_id=telegram_id,
        thread_id=0,
        kind="private",
        language="de",
        timezone="Europe/Berlin",
        state="active",
        state_reason="",
        length="normal",
        breaking="topics",
        created_at=clock.now(),
    )
    return (await tx.buttons._connection.execute(statement.returning(chats.c.id))).scalar_one()


async def test_a_button_remembers_what_it_means(any_storage, clock):
    async with any_storage.write() as tx:
        owner = await chat(tx, clock)
        button_id = await tx.buttons.add(
            owner, "search", {"query": "Köln & „Rhein“", "page": 2}, now=clock.now()
        )

    async with any_storage.read() as tx:
        button = await tx.buttons.find(button_id, chat_id=owner)

    assert button is not None
    assert (button.action, button.argument) == ("search", {"query": "Köln & „Rhein“", "page": 2})
    assert button.created_at == clock.now()


async def test_a_button_of_another_chat_is_not_found(any_storage, clock):
    async with any_storage.write() as tx:
        owner, other = await chat(tx, clock), await chat(tx, clock, 2)
        button_id = await tx.buttons.add(owner, "search", {}, now=clock.now())

        assert await tx.buttons.find(button_id, chat_id=other) is None
        assert await tx.buttons.find(ButtonId(button_id + 1), chat_id=owner) is None


async def test_old_buttons_are_forgotten(any_storage, clock):
    async with any_storage.write() as tx:
        owner = await chat(tx, clock)
        old = await tx.buttons.add(owner, "search", {}, now=clock.now())
        clock.advance(days=30)
        new = await tx.buttons.add(owner, "search", {}, now=clock.now())

        assert await tx.buttons.remove_before(clock.now()) == 1
        assert await tx.buttons.find(old, chat_id=owner) is None
        assert await tx.buttons.find(new, chat_id=owner) is not None

"""What a reader was told is kept for half a year."""

from __future__ import annotations

from bot import retention
from bot.retention import TOLD_LASTS, Retention


async def told_to(talk, person):
    async with talk.services.storage.read() as tx:
        chat = await tx.chats.find(person.id)
        return await tx.told.of_chat(chat.id)


async def forget_all(talk, keeper):
    while await keeper.forget(talk.services):
        pass


async def test_the_ledger_forgets_after_half_a_year_and_looks_once_a_day(talk, clock, monkeypatch):
    monkeypatch.setattr(retention, "PORTION", 1)  # one chat at a time
    readers = [talk.telegram.user(name, language="de") for name in ("Ada", "Bert", "Cem")]
    for reader in readers:
        offer = await talk.ask(reader, "/abo Nordkorea")
        await talk.press(reader, offer, "Abonnieren")
        await talk.say(reader, "/depesche")
    keeper = Retention()

    await forget_all(talk, keeper)
    assert all([await told_to(talk, reader) for reader in readers])

    clock.advance(days=TOLD_LASTS.days, hours=1)
    await forget_all(talk, keeper)
    assert not any([await told_to(talk, reader) for reader in readers])

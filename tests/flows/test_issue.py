"""Digests that are due become editions: once per slot, nothing twice, everything checked by Telegram's parser."""

import asyncio
import dataclasses
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot import pipeline, subscriptions
from bot.digests.schedule import Order
from bot.messages.render import Renderer
from bot.opinions import put_opinion
from bot.retention import give_up_late
from storage.records import ChatKind, ChatState, EditionState, Length, NewChat
from storage.schema import stories
from storage.schema_chats import outbox, told
from tests.flows.conftest import ADMIN
from tests.telegram_parser import check_message

LATE_EVENING = Order("20:00")  # 19:00 in UTC: an hour after the sample's evening


@pytest.fixture
def services(talk):
    return talk.services


async def add_chat(services, telegram_id=901, *, topics=("Nordkorea",), orders=(LATE_EVENING,), **settings):
    new = NewChat(telegram_id=telegram_id, kind=ChatKind.PRIVATE, language="de", timezone="Europe/Berlin")
    async with services.storage.write() as tx:
        chat = await tx.chats.get_or_add(new, services.clock.now())
        chat = dataclasses.replace(chat, **settings)
        await tx.chats.update(chat)
    for topic in topics:
        await subscriptions.subscribe(services, chat, topic)
    await subscriptions.set_orders(services, chat, orders)
    return chat


async def issued(services, chat):
    async with services.storage.read() as tx:
        return list(reversed(await tx.editions.last_of_chat(chat.id, limit=100)))


async def owed(services, chat):
    """The parts owed to the chat, oldest first; each is one Telegram takes."""
    async with services.storage.read() as tx:
        statement = select(outbox).where(outbox.c.chat_id == chat.id).order_by(outbox.c.id)
        rows = (await tx.outbox._connection.execute(statement)).all()
    for row in rows:
        check_message(row.html, json.loads(row.keyboard) if row.keyboard else None)
    return rows


async def ledger(services, chat):
    async with services.storage.read() as tx:
        rows = await tx.told._connection.execute(select(told.c.story_id).where(told.c.chat_id == chat.id))
        return set(rows.scalars())


async def due_at(services, chat):
    async with services.storage.read() as tx:
        return [digest.next_due_at for digest in await tx.digests.of_chat(chat.id)]


async def test_a_due_digest_becomes_an_edition_a_debt_and_a_ledger(talk, services):
    chat = await add_chat(services)
    assert (await pipeline.issue(services)).issued == 0

    talk.clock.advance(hours=1)
    assert (await pipeline.issue(services)).issued == 1

    [edition] = await issued(services, chat)
    assert (edition.slot, edition.state) == ("2026-03-11T20:00", EditionState.ISSUED)
    parts = await owed(services, chat)
    assert "Nordkorea" in parts[0].html
    assert [part.key for part in parts] == [f"edition:{edition.id}"] * len(parts)
    assert [bool(part.preview_url) for part in parts] == [True] + [False] * (len(parts) - 1)
    keys = [key for part in parts for row in json.loads(part.keyboard)["inline_keyboard"] for key in row]
    assert [key["text"] for key in keys] == [str(number) for number in range(1, edition.story_count + 1)]
    assert {int(key["callback_data"].split(":")[1]) for key in keys} == await ledger(services, chat)
    assert await due_at(services, chat) == [datetime(2026, 3, 12, 19, 0, tzinfo=UTC)]


async def test_issuing_again_or_by_several_at_once_changes_nothing(talk, services):
    chats = [await add_chat(services, 900 + number) for number in range(5)]
    talk.clock.advance(hours=1)

    rounds = await asyncio.gather(*(pipeline.issue(services, limit=2) for _ in range(4)))
    again = await pipeline.issue(services)

    assert sum(done.issued for done in rounds) == 5
    assert [done.is_more for done in rounds].count(True) == 2
    assert again.issued == 0
    assert [len(await issued(services, chat)) for chat in chats] == [1] * 5


async def test_a_story_told_is_not_told_again_and_silence_is_explained_once_a_day(talk, services):
    chat = await add_chat(services, orders=[LATE_EVENING, Order("21:00"), Order("22:00")])
    talk.clock.advance(hours=1)
    await pipeline.issue(services)
    first = await owed(services, chat)
    known = await ledger(services, chat)

    for _ in range(2):
        talk.clock.advance(hours=1)
        assert (await pipeline.issue(services)).empty == 1

    [nothing_new] = (await owed(services, chat))[len(first) :]
    assert nothing_new.html.startswith("Nichts Neues zu Nordkorea.\nGeprüft: ")
    states = [edition.state for edition in await issued(services, chat)]
    assert states == [EditionState.ISSUED, EditionState.EMPTY, EditionState.EMPTY]
    assert await ledger(services, chat) == known


async def test_who_wants_no_word_of_nothing_gets_none(talk, services):
    chat = await add_chat(services, topics=["Zwetschgenkuchen"], tells_empty=False)
    talk.clock.advance(hours=1)

    assert (await pipeline.issue(services)).empty == 1

    assert await owed(services, chat) == []
    assert [edition.state for edition in await issued(services, chat)] == [EditionState.EMPTY]


async def test_less_of_its_like_moves_a_story_back(services):
    one, other = [await add_chat(services, number, topics=()) for number in (901, 902)]
    await pipeline.issue_now(services, one.id, slot="update:1")
    first, *_ = await numbered(services, one)

    await put_opinion(services, other, first, -1)
    await pipeline.issue_now(services, other.id, slot="update:1")

    assert (await numbered(services, other))[0] != first


async def numbered(services, chat):
    """The stories of the chat's messages, in the order they are told."""
    keys = [
        key
        for part in await owed(services, chat)
        for row in json.loads(part.keyboard)["inline_keyboard"]
        for key in row
    ]
    return [int(key["callback_data"].split(":")[1]) for key in keys if key["callback_data"].startswith("st:")]


async def test_a_development_comes_back_marked_as_new(talk, services):
    chat = await add_chat(services)
    await pipeline.issue_now(services, chat.id, slot="update:1")
    before = await owed(services, chat)
    story_id = min(await ledger(services, chat))
    async with services.storage.write() as tx:
        await tx.stories._connection.execute(
            update(stories).where(stories.c.id == story_id).values(version=stories.c.version + 1)
        )

    while (await pipeline.issue_now(services, chat.id, slot=f"update:{talk.clock.now()}")).issued:
        talk.clock.advance(seconds=1)

    later = (await owed(services, chat))[len(before) :]
    assert sum(part.html.count(". Neu: <a") for part in later) == 1


async def test_an_edition_by_command_comes_once_and_says_when_there_is_nothing(services):
    chat = await add_chat(services, topics=["Zwetschgenkuchen"])
    assert (await pipeline.issue_now(services, chat.id, slot="update:7")).empty == 1
    assert (await pipeline.issue_now(services, chat.id, slot="update:7")).empty == 0
    assert (await pipeline.issue_now(services, chat.id, slot="update:8")).empty == 1
    assert len(await owed(services, chat)) == 2


async def test_what_did_not_fit_comes_when_asked_for(services):
    chat = await add_chat(services, topics=(), length=Length.SHORT)
    await pipeline.issue_now(services, chat.id, slot="update:1")
    first = await ledger(services, chat)
    html = "".join(part.html for part in await owed(services, chat))
    assert len(first) == 5
    assert "Die 5\u00a0wichtigsten" in html or "Die 5 wichtigsten" in html
    assert " weitere Nachrichten passten nicht" in html

    await pipeline.issue_rest(services, chat.id, of_slot="update:1", slot="update:2")
    await pipeline.issue_rest(services, chat.id, of_slot="update:1", slot="update:2")

    assert len(await ledger(services, chat)) == 10
    assert first < await ledger(services, chat)
    # Asked once more for the first edition's rest: what was told meanwhile is not told again.
    await pipeline.issue_rest(services, chat.id, of_slot="update:1", slot="update:3")
    assert len(await ledger(services, chat)) == 15
    assert await pipeline.issue_rest(services, chat.id, of_slot="never", slot="update:4") is None


async def test_too_late_is_skipped_and_its_stories_come_with_the_next(talk, services):
    chat = await add_chat(services)
    talk.clock.advance(hours=8)

    assert (await pipeline.issue(services)).skipped == 1
    assert await owed(services, chat) == []
    assert await ledger(services, chat) == set()

    talk.clock.set(datetime(2026, 3, 12, 19, 0, tzinfo=UTC))
    assert (await pipeline.issue(services)).issued == 1
    assert [edition.state for edition in await issued(services, chat)] == [
        EditionState.SKIPPED,
        EditionState.ISSUED,
    ]


async def test_after_two_days_down_one_late_digest_comes_and_the_rest_is_folded(talk, services):
    chat = await add_chat(services, orders=[Order("07:30"), LATE_EVENING])
    talk.clock.set(datetime(2026, 3, 13, 8, 0, tzinfo=UTC))

    while (await pipeline.issue(services)).issued == 0:
        pass
    while (done := await pipeline.issue(services)) and (done.issued or done.skipped or done.empty):
        pass

    states = {edition.slot: edition.state for edition in await issued(services, chat)}
    assert states["2026-03-13T07:30"] is EditionState.ISSUED
    assert [state for slot, state in states.items() if slot != "2026-03-13T07:30"] == [
        EditionState.SKIPPED
    ] * 3


async def test_a_chat_that_is_away_is_owed_nothing(talk, services):
    gone = await add_chat(services, 901, state=ChatState.GONE)
    paused = await add_chat(services, 902, state=ChatState.PAUSED)
    back = await add_chat(
        services, 903, state=ChatState.PAUSED, paused_until=talk.clock.now() + timedelta(minutes=5)
    )
    talk.clock.advance(hours=1)

    assert (await pipeline.issue(services)).issued == 1

    assert [len(await issued(services, chat)) for chat in (gone, paused, back)] == [0, 0, 1]
    assert await due_at(services, gone) == [datetime(2026, 3, 12, 19, 0, tzinfo=UTC)]


class Poisoned(Renderer):
    """Cannot tell one story."""

    def __init__(self, headline, error):
        super().__init__()
        self._headline, self._error = headline, error

    def render(self, name, **values):
        item = values.get("item")
        if item is not None and item.headline == self._headline:
            raise self._error
        return super().render(name, **values)


@pytest.mark.parametrize("error", [ValueError("poison"), MemoryError()])
async def test_a_poisonous_story_is_left_out_and_the_digest_goes_on(talk, services, error):
    admin = talk.telegram.user("Chefin", user_id=ADMIN)
    await talk.say(admin, "/start")
    chat = await add_chat(services)
    async with services.storage.read() as tx:
        leading = await tx.stories.latest(talk.clock.now() - timedelta(days=1), limit=50)
    headline = next(story.headline for story in leading if "Nordkorea" in story.headline)
    talk.clock.advance(hours=1)

    poisoned = dataclasses.replace(services, renderer=Poisoned(headline, error))
    assert (await pipeline.issue(poisoned)).issued == 1

    html = "".join(part.html for part in await owed(services, chat))
    assert "<b>1. " in html
    assert f"{headline}</a></b>" not in html

    await talk.deliver()
    [told] = [reply for reply in talk.replies(admin) if "fehlt in den Depeschen" in reply]
    assert type(error).__name__ in told


class Killed(BaseException):
    """The process dies here."""


async def test_a_crash_while_printing_leaves_the_slot_due(talk, services):
    chat = await add_chat(services)
    talk.clock.advance(hours=1)

    class Dying(Renderer):
        def render(self, *_, **__):
            raise Killed

    with pytest.raises(Killed):
        await pipeline.issue(dataclasses.replace(services, renderer=Dying()))
    assert await issued(services, chat) == []
    assert await ledger(services, chat) == set()

    talk.clock.advance(minutes=2)  # the claim of the one that died runs out
    assert (await pipeline.issue(services)).issued == 1


@pytest.mark.parametrize(
    ("start", "at"),
    [
        (datetime(2026, 3, 27, 12, 0, tzinfo=UTC), "02:30"),
        (datetime(2026, 10, 23, 12, 0, tzinfo=UTC), "02:30"),
    ],
)
async def test_across_a_clock_change_one_edition_per_local_date(talk, services, start, at):
    talk.clock.set(start)
    chat = await add_chat(services, topics=["Zwetschgenkuchen"], orders=[Order(at)])
    for _ in range(4 * 48):
        talk.clock.advance(minutes=30)
        await pipeline.issue(services)
    first = start.date()
    assert [edition.local_date for edition in await issued(services, chat)] == [
        first + timedelta(days=days) for days in range(1, 5)
    ]


async def test_an_edition_arrives_in_the_chat(talk, services):
    reader = talk.telegram.user("Erika", language="de")
    await talk.say(reader, "/start")
    async with services.storage.read() as tx:
        chat = await tx.chats.find(reader.chat_id)
    await subscriptions.subscribe(services, chat, "Nordkorea")
    await subscriptions.set_orders(services, chat, [LATE_EVENING])
    talk.clock.advance(hours=1)

    await pipeline.issue(services)
    await talk.deliver()

    assert any(
        text.startswith(f"Depesche · Mittwoch, {date(2026, 3, 11).day}. März")
        for text in talk.replies(reader)
    )


async def test_what_telegram_did_not_take_in_time_comes_with_the_next(talk, services):
    """Six hours away: the evening's digest is not sent in the night, and none of its stories is lost."""
    reader = talk.telegram.user("Leserin", user_id=901)
    chat = await add_chat(services)
    talk.clock.advance(hours=1)
    assert (await pipeline.issue(services)).issued == 1
    first = await ledger(services, chat)
    assert first

    talk.clock.advance(hours=5, minutes=59)
    async with services.storage.write() as tx:
        await give_up_late(services, tx)
    assert await ledger(services, chat) == first
    talk.clock.advance(minutes=2)
    async with services.storage.write() as tx:
        await give_up_late(services, tx)
    await talk.deliver()

    assert talk.replies(reader) == []
    assert await ledger(services, chat) == set()
    [edition] = await issued(services, chat)
    assert (edition.state, edition.reason) == (EditionState.SKIPPED, "late")

    talk.clock.advance(hours=18)
    assert (await pipeline.issue(services)).issued == 1
    await talk.deliver()
    assert talk.replies(reader)
    assert await ledger(services, chat) >= first


async def test_what_is_half_there_is_finished_however_late(talk, services):
    chat = await add_chat(services)
    talk.clock.advance(hours=1)
    assert (await pipeline.issue(services)).issued == 1
    first = await ledger(services, chat)
    async with services.storage.write() as tx:  # its first message may have arrived
        await tx.outbox._connection.execute(update(outbox).where(outbox.c.part == 1).values(ambiguous=1))

    talk.clock.advance(hours=7)
    async with services.storage.write() as tx:
        await give_up_late(services, tx)

    assert await ledger(services, chat) == first
    assert [edition.state for edition in await issued(services, chat)] == [EditionState.ISSUED]

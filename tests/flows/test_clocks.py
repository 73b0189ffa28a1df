"""Digests while clocks jump, machines differ, readers move and schedulers multiply: once per local date and slot."""

import asyncio
import dataclasses
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from bot import pipeline, subscriptions
from bot.app import open_services
from bot.clock import CommonClock, zone_of
from bot.digests.schedule import Order
from bot.settings import Settings
from storage.database import Storage
from storage.records import ChatKind, EditionState, NewChat
from tests.conftest import FixedClock

EVENING = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)  # 19:00 in Berlin
EIGHT = Order("20:00")
STEP = timedelta(hours=1, minutes=30)


async def opened(stack, storage, clock):
    settings = Settings(database_url=SecretStr(storage.url.render_as_string(hide_password=False)))
    return await stack.enter_async_context(open_services(settings, clock=clock))


@pytest.fixture
async def services(storage, clock):
    clock.set(EVENING)
    async with AsyncExitStack() as stack:
        yield await opened(stack, storage, clock)


async def add_chat(services, telegram_id=901, *, orders=(EIGHT,), zone="Europe/Berlin"):
    new = NewChat(telegram_id=telegram_id, kind=ChatKind.PRIVATE, language="de", timezone=zone)
    async with services.storage.write() as tx:
        chat = await tx.chats.get_or_add(new, services.clock.now())
    await subscriptions.set_orders(services, chat, orders)
    return chat


async def issued(services, chat):
    async with services.storage.read() as tx:
        return list(reversed(await tx.editions.last_of_chat(chat.id, limit=100)))


async def a_round(services):
    await pipeline.renew_orders(services)
    while (done := await pipeline.issue(services)).issued + done.empty + done.skipped:
        pass


JUMPS = [
    timedelta(hours=1),
    timedelta(hours=-1),
    timedelta(days=1),
    datetime(1970, 1, 2, tzinfo=UTC) - EVENING,
    datetime(2038, 2, 1, tzinfo=UTC) - EVENING,
]


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize("minutes", [59, 61])
async def test_a_clock_that_jumps_and_is_set_right_doubles_and_loses_no_day(services, clock, jump, minutes):
    chat = await add_chat(services)
    right = EVENING + timedelta(minutes=minutes)
    clock.set(right)
    await a_round(services)

    for wrong_for in (0, 30):
        clock.set(right + jump + timedelta(minutes=wrong_for))
        await a_round(services)
    for step in range(1, 4 * 16):
        clock.set(right + step * STEP)
        await a_round(services)

    dates = Counter(edition.local_date for edition in await issued(services, chat))
    wanted = [EVENING.date() + timedelta(days=days) for days in range(4)]
    assert [dates[day] for day in wanted] == [1] * 4


async def test_two_machines_ninety_seconds_apart_go_by_the_databases_clock(postgresql_storage):
    async with AsyncExitStack() as stack:
        machines = []
        for wrong_by in (timedelta(0), timedelta(seconds=90)):
            wrong = FixedClock(datetime.now(UTC) + wrong_by)
            clock = CommonClock(machine=wrong)
            machines.append(await opened(stack, postgresql_storage, clock))
            await clock.ask(postgresql_storage)
        one, other = (machine.clock for machine in machines)
        assert abs(one.now() - other.now()) < timedelta(seconds=1)

        ahead = one.now().astimezone(zone_of("UTC")) + timedelta(minutes=1)
        chat = await add_chat(machines[0], orders=[Order(f"{ahead:%H:%M}")], zone="UTC")
        for machine in machines:  # a minute early by the common clock, and late by the second machine's
            assert (await pipeline.issue(machine)).empty == 0
        later = dataclasses.replace(machines[1], clock=FixedClock(other.now() + timedelta(minutes=1)))
        first = dataclasses.replace(machines[0], clock=FixedClock(one.now() + timedelta(minutes=1)))
        done = await asyncio.gather(*(pipeline.issue(machine) for machine in (first, later)))

        assert sum(one.empty for one in done) == 1
        assert len(await issued(machines[0], chat)) == 1


async def test_five_schedulers_issue_each_slot_once(postgresql_storage):
    clock = FixedClock(EVENING)
    async with AsyncExitStack() as stack:
        first = await opened(stack, postgresql_storage, clock)
        chats = [await add_chat(first, number) for number in range(1, 31)]
        clock.advance(hours=1)
        schedulers = [first]
        for _ in range(4):
            url = postgresql_storage.url.render_as_string(hide_password=False)
            storage = await stack.enter_async_context(Storage(url))
            schedulers.append(dataclasses.replace(first, storage=storage))

        rounds = await asyncio.gather(*(pipeline.issue(one, limit=10) for one in schedulers))

        assert sum(done.empty for done in rounds) == 30
        assert [len(await issued(first, chat)) for chat in chats] == [1] * 30


@pytest.mark.parametrize("minutes", [-1, 0, 1])
@pytest.mark.parametrize(
    "zone", ["Europe/London", "Europe/Athens", "America/New_York", "Asia/Tokyo", "Pacific/Apia"]
)
async def test_who_moves_around_the_due_minute_gets_one_digest_a_local_date(services, clock, zone, minutes):
    chat = await add_chat(services)
    moved_at = EVENING + timedelta(hours=1, minutes=minutes)
    for at in (moved_at - timedelta(minutes=1), moved_at):
        clock.set(at)
        await a_round(services)

    chat, [order] = await subscriptions.set_zone(services, chat, zone)
    promised = order.next_due_at
    for step in range(1, 2 * 16):
        clock.set(moved_at + step * STEP)
        await a_round(services)

    editions = await issued(services, chat)
    assert max(Counter(edition.local_date for edition in editions).values()) == 1
    assert promised in [edition.due_at for edition in editions]


async def test_who_moves_there_and_back_gets_one_digest_a_local_date(services, clock):
    chat = await add_chat(services, orders=[Order("20:00")])
    clock.set(EVENING + timedelta(hours=1))
    await a_round(services)
    for zone in ("America/New_York", "Asia/Tokyo", "Europe/Berlin"):
        clock.advance(minutes=1)
        chat, _ = await subscriptions.set_zone(services, chat, zone)
        await a_round(services)
    for _ in range(3 * 16):
        clock.advance(minutes=90)
        await a_round(services)
    dates = Counter(edition.local_date for edition in await issued(services, chat))
    assert max(dates.values()) == 1


async def test_down_over_three_slots_one_late_digest_comes_and_the_rest_is_folded(services, clock):
    chat = await add_chat(services, orders=[Order("07:30"), Order("12:00"), Order("20:00")])
    clock.set(EVENING + timedelta(hours=1))
    await a_round(services)

    clock.advance(hours=26)  # 21:00 of the next day, over 7:30, 12:00 and 20:00
    await a_round(services)

    states = {edition.slot: edition.state for edition in await issued(services, chat)}
    assert states == {
        "2026-03-11T20:00": EditionState.EMPTY,
        "2026-03-12T07:30": EditionState.SKIPPED,
        "2026-03-12T12:00": EditionState.SKIPPED,
        "2026-03-12T20:00": EditionState.EMPTY,
    }


@pytest.mark.parametrize(
    ("first", "changed_at"),
    [
        # The clocks show 2:30 twice: the digest comes at the first.
        (datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # They skip it: the digest comes when they show 3:00.
        (datetime(2027, 3, 27, tzinfo=UTC), datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
    ],
    ids=["autumn", "spring"],
)
async def test_a_reader_gets_one_digest_a_night_while_the_clocks_change(empty_talk, clock, first, changed_at):
    talk = empty_talk
    clock.set(first - timedelta(hours=12))
    ada = talk.telegram.user("Ada", language="de")
    await talk.say(ada, "/start")
    await talk.press(ada, await talk.ask(ada, "/abo Nordkorea"), "Abonnieren")
    await talk.say(ada, "/zeiten 2:30")
    before, came = len(talk.replies(ada)), []
    for step in range(3 * 24 * 6):
        clock.set(first + step * timedelta(minutes=10))
        await a_round(talk.services)
        await talk.deliver()
        new = talk.replies(ada)[before:]
        before += len(new)
        came += [(clock.now(), text.splitlines()[0]) for text in new]

    berlin = zone_of("Europe/Berlin")
    assert [text for _, text in came] == ["Nichts Neues zu Nordkorea."] * 3
    assert [at.astimezone(berlin).date() - first.date() for at, _ in came] == [
        timedelta(days=day) for day in range(3)
    ]
    assert came[1][0] == changed_at

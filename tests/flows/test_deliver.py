"""From the outbox to Telegram: order, limits, refusals, and what is remembered of them."""

import asyncio
from datetime import timedelta

import pytest

from bot.delivery.limits import Limits
from bot.delivery.role import ROLE
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.errors import SettingsError
from bot.localchat.local import LocalTelegram
from bot.pipeline import deliver
from storage.messages import Lane
from storage.records import ChatState
from tests.flows.postbox import Postbox, no_limits, services_for


@pytest.fixture
async def telegram(clock):
    async with LocalTelegram(clock=clock) as telegram:
        yield telegram


@pytest.fixture
async def sender(telegram):
    async with AiohttpRequest(read_timeout=20) as transport:
        yield TelegramSender(transport, token=telegram.token, base_url=telegram.base_url)


@pytest.fixture
def services(storage, clock):
    return services_for(storage, clock)


@pytest.fixture
def postbox(storage, clock):
    return Postbox(storage, clock)


def texts(telegram, *, of=None):
    return [entry.text for entry in telegram.sent if of is None or entry.chat_id == of]


async def test_all_parts_arrive_once_and_in_order(services, sender, telegram, postbox):
    readers = [telegram.user(f"Leserin {number}") for number in range(3)]
    for reader in readers:
        await postbox.owe(reader.id, "eins", "zwei", "drei")

    delivered = await deliver(services, sender, no_limits())
    again = await deliver(services, sender, no_limits())

    for reader in readers:
        assert texts(telegram, of=reader.id) == ["eins", "zwei", "drei"]
    assert (delivered.sent, again.sent) == (9, 0)
    assert set(await postbox.states()) == {"sent"}


async def test_a_part_is_sent_with_everything_that_belongs_to_it(services, sender, telegram, postbox, clock):
    from storage.messages import MessagePart, NewDelivery

    reader = telegram.user("Leserin")
    group = telegram.group("Redaktion", [reader])
    chat = await postbox.chat(group.chat_id, thread_id=7)
    keyboard = '{"inline_keyboard":[[{"text":"Mehr","callback_data":"st:1"}]]}'
    part = MessagePart(
        html='<b>Fett</b> &amp; <a href="https://example.org/a">Link</a>',
        keyboard=keyboard,
        preview_url="https://example.org/a",
        silent=True,
    )
    owed = NewDelivery(chat_id=chat.id, key="k", lane=Lane.DIGEST, parts=(part,), not_before=clock.now())
    async with services.storage.write() as tx:
        await tx.outbox.put(owed, now=clock.now())

    await deliver(services, sender, no_limits())

    [message] = telegram.replies(group)
    assert message.text == "Fett & Link"
    assert message.button("Mehr").callback_data == "st:1"
    assert message.silent
    assert message.thread_id == 7
    assert message.preview["url"] == "https://example.org/a"


async def test_answers_overtake_digests(services, sender, telegram, postbox):
    readers = [telegram.user(f"Leserin {number}") for number in range(4)]
    for reader in readers[:3]:
        await postbox.owe(reader.id, "Ausgabe")
    await postbox.owe(readers[3].id, "Antwort", lane=Lane.ANSWER)

    one_lane = services_for(services.storage, services.clock, send_lanes=1)
    await deliver(one_lane, sender, no_limits())

    assert texts(telegram) == ["Antwort", "Ausgabe", "Ausgabe", "Ausgabe"]


async def test_a_blocked_chat_is_closed_with_one_request_and_keeps_its_settings(
    services, sender, telegram, postbox
):
    reader, other = telegram.user("Leserin"), telegram.user("Andere")
    telegram.faults.forbidden("bot was blocked by the user", chat_id=reader.id, times=None)
    chat = await postbox.owe(reader.id, "eins", "zwei")
    await postbox.owe(reader.id, "später")
    await postbox.owe(other.id, "eins")

    delivered = await deliver(services, sender, no_limits())
    await deliver(services, sender, no_limits())

    assert [entry.chat_id for entry in telegram.requests].count(reader.id) == 1
    assert texts(telegram) == ["eins"]
    assert (delivered.sent, delivered.failed) == (1, 1)
    assert await postbox.states() == ["failed", "cancelled", "cancelled", "sent"]
    async with services.storage.read() as tx:
        closed = await tx.chats.get(chat.id)
    assert closed.state is ChatState.GONE
    assert "blocked" in closed.state_reason
    assert closed.timezone == chat.timezone


async def test_a_closed_topic_closes_itself_and_no_other(services, sender, telegram, postbox):
    group = telegram.group("Redaktion", [telegram.user("Leserin")])
    telegram.faults.bad_request("TOPIC_CLOSED", chat_id=group.chat_id)
    closed = await postbox.owe(group.chat_id, "in den Faden", thread_id=7)
    still_open = await postbox.chat(group.chat_id)

    await deliver(services, sender, no_limits())

    async with services.storage.read() as tx:
        assert (await tx.chats.get(closed.id)).state is ChatState.GONE
        assert (await tx.chats.get(still_open.id)).state is ChatState.ACTIVE
    assert texts(telegram) == []


async def test_a_missing_chat_is_asked_once_more_before_it_is_closed(
    services, sender, telegram, postbox, clock
):
    chat = await postbox.owe(999_999, "niemand da")

    await deliver(services, sender, no_limits())
    async with services.storage.read() as tx:
        assert (await tx.chats.get(chat.id)).state is ChatState.ACTIVE
    clock.advance(minutes=11)
    await deliver(services, sender, no_limits())

    async with services.storage.read() as tx:
        assert (await tx.chats.get(chat.id)).state is ChatState.GONE
    assert await postbox.states() == ["failed"]


async def test_when_many_chats_are_missing_nobody_is_closed_and_sending_stops(
    services, sender, telegram, postbox, clock
):
    limits = no_limits()
    chats = [await postbox.owe(900_000 + number, "Ausgabe") for number in range(20)]

    await deliver(services, sender, limits)
    clock.advance(minutes=11)
    await deliver(services, sender, limits)

    assert len(telegram.requests) < 20
    assert set(await postbox.states()) == {"pending"}
    async with services.storage.read() as tx:
        found = await tx.chats.get_many([chat.id for chat in chats])
    assert {chat.state for chat in found.values()} == {ChatState.ACTIVE}


async def test_a_group_that_moved_is_followed_with_all_it_is_owed(services, sender, telegram, postbox):
    group = telegram.group("Redaktion", [telegram.user("Leserin")])
    old_id = -4711
    telegram.faults.migrate(old_id, group.chat_id)
    await postbox.owe(old_id, "eins", "zwei")

    await deliver(services, sender, Limits(per_second=1000))

    assert texts(telegram, of=group.chat_id)[:1] == ["eins"]
    async with services.storage.read() as tx:
        assert await tx.chats.find(old_id) is None
        assert await tx.chats.find(group.chat_id) is not None
    assert [entry.chat_id for entry in telegram.requests if entry.status == 400] == [old_id]


async def test_wrong_markup_is_sent_once_as_plain_words(services, sender, telegram, postbox):
    reader = telegram.user("Leserin")
    await postbox.owe(reader.id, "<b>Haus &amp; Hof</b><br>")

    delivered = await deliver(services, sender, no_limits())

    assert texts(telegram) == ["Haus & Hof"]
    assert [entry.status for entry in telegram.requests] == [400, 200]
    assert delivered.sent == 1


async def test_what_telegram_will_never_take_is_given_up_at_once(services, sender, telegram, postbox):
    reader = telegram.user("Leserin")
    await postbox.owe(reader.id, "x" * 5000, "zwei")
    await postbox.owe(reader.id, "gut")

    delivered = await deliver(services, sender, no_limits())

    assert texts(telegram) == ["gut"]
    assert delivered.failed == 1
    assert await postbox.states() == ["failed", "cancelled", "sent"]
    [error, *_] = [error for _, _, error in await postbox.rows()]
    assert "too long" in error


async def test_a_refused_token_stops_with_a_clear_line_that_does_not_hold_it(
    services, telegram, postbox, caplog
):
    reader = telegram.user("Leserin")
    await postbox.owe(reader.id, "eins")
    await postbox.owe(telegram.user("Andere").id, "zwei")
    token = "999:" + "x" * 35
    async with AiohttpRequest() as transport:
        sender = TelegramSender(transport, token=token, base_url=telegram.base_url)
        with pytest.raises(SettingsError, match="DEPESCHE_TOKEN") as caught:
            await deliver(services, sender, no_limits())

    assert token not in str(caught.value) + caplog.text + repr(sender)
    assert await postbox.states() == ["pending", "pending"]


async def test_the_order_to_stop_lets_running_sends_finish(services, sender, telegram, postbox):
    readers = [telegram.user(f"Leserin {number}") for number in range(10)]
    for reader in readers:
        await postbox.owe(reader.id, "Ausgabe")
    answers = telegram.faults.slow(times=4)
    stop = asyncio.Event()

    work = asyncio.create_task(deliver(services, sender, no_limits(), stop=stop))
    await telegram.wait_for(lambda: len(telegram.sent) == 4, what="four running sends")
    stop.set()
    answers.set()
    delivered = await work

    assert delivered.sent == len(telegram.sent) == 4
    states = await postbox.states()
    assert (states.count("sent"), states.count("pending")) == (4, 6)
    # Nothing is left claimed: whoever comes next need not wait for a lease.
    assert (await deliver(services, sender, no_limits())).sent == 6


async def test_the_rate_is_kept_over_all_chats(services, sender, telegram, postbox):
    for number in range(12):
        await postbox.owe(telegram.user(f"Leserin {number}").id, "Ausgabe")
    loop = asyncio.get_running_loop()

    started_at = loop.time()
    await deliver(services, sender, Limits(per_second=40))
    took = loop.time() - started_at

    assert len(telegram.sent) == 12
    # 12 evenly spaced turns have 11 spaces between them.
    assert took >= 11 / 40


async def test_a_chat_gets_a_burst_and_then_one_a_second(services, sender, telegram, postbox):
    reader = telegram.user("Leserin")
    await postbox.owe(reader.id, *(f"Teil {number}" for number in range(1, 6)))
    limits = no_limits()

    first = await deliver(services, sender, limits)

    assert first.sent == 3
    assert texts(telegram) == ["Teil 1", "Teil 2", "Teil 3"]


async def test_only_one_process_sends_at_a_time_on_a_server(postgresql_storage, sender, telegram, clock):
    services, postbox = services_for(postgresql_storage, clock), Postbox(postgresql_storage, clock)
    await postbox.owe(telegram.user("Leserin").id, "eins")
    async with postgresql_storage.write() as tx:
        assert await tx.roles.take(
            ROLE, owner="other", now=clock.now(), until=clock.now() + timedelta(seconds=45)
        )

    assert (await deliver(services, sender, no_limits(), owner="stand-by")).sent == 0
    clock.advance(seconds=46)
    assert (await deliver(services, sender, no_limits(), owner="stand-by")).sent == 1

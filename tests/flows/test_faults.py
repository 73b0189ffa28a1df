"""Telegram misbehaves and processes die: nothing is lost, and what comes twice is counted."""

import asyncio
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from bot.delivery.policy import Sent
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import READ_TIMEOUT_S, AiohttpRequest
from bot.localchat.local import LocalTelegram
from bot.pipeline import deliver
from storage.errors import Busy
from storage.messages import Lane
from tests.flows.postbox import Postbox, no_limits, services_for

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def telegram(clock):
    async with LocalTelegram(clock=clock) as telegram:
        yield telegram


@pytest.fixture
async def transport():
    async with AiohttpRequest(read_timeout=20) as transport:
        yield transport


@pytest.fixture
def sender(telegram, transport):
    return TelegramSender(transport, token=telegram.token, base_url=telegram.base_url)


@pytest.fixture
def services(storage, clock):
    return services_for(storage, clock)


@pytest.fixture
def postbox(storage, clock):
    return Postbox(storage, clock)


def ledger(telegram):
    return Counter((entry.chat_id, entry.text) for entry in telegram.sent)


async def settle(services, sender, clock, *, rounds=12, seconds=10, limits=None):
    limits = limits or no_limits()
    for _ in range(rounds):
        await deliver(services, sender, limits)
        clock.advance(seconds=seconds)


async def test_a_throttled_chat_waits_in_order_and_the_others_do_not(
    services, sender, telegram, postbox, clock
):
    slow, other = telegram.user("Langsam"), telegram.user("Andere")
    telegram.faults.too_many_requests(30, method="sendMessage", chat_id=slow.id)
    await postbox.owe(slow.id, "eins", "zwei")
    await postbox.owe(slow.id, "drei")
    await postbox.owe(other.id, "eins", "zwei")

    await deliver(services, sender, no_limits())
    assert ledger(telegram) == {(other.id, "eins"): 1, (other.id, "zwei"): 1}
    # Another process, which remembers nothing, obeys it as well.
    await deliver(services, sender, no_limits())
    assert [entry.chat_id for entry in telegram.requests].count(slow.id) == 1

    clock.advance(seconds=31)
    await deliver(services, sender, no_limits())
    assert [entry.text for entry in telegram.sent if entry.chat_id == slow.id] == ["eins", "zwei", "drei"]
    assert {ambiguous for _, ambiguous, _ in await postbox.rows()} == {0}


async def test_when_the_bot_is_throttled_everybody_waits(services, sender, telegram, postbox, clock):
    for number in range(30):
        await postbox.owe(telegram.user(f"Leserin {number}").id, "Ausgabe")
    telegram.faults.too_many_requests(60, method="sendMessage", times=4)
    limits = no_limits()

    await deliver(services, sender, limits)
    asked = len(telegram.requests)
    await deliver(services, sender, limits)
    await deliver(services, sender, no_limits())

    assert asked <= 12
    assert len(telegram.requests) == asked
    clock.advance(seconds=61)
    await settle(services, sender, clock, seconds=61)
    assert sorted(ledger(telegram).values()) == [1] * 30


@pytest.mark.parametrize("accept", [False, True])
@pytest.mark.parametrize("fault", ["reset", "page", "error", "junk"])
async def test_an_answer_that_is_lost_costs_at_most_one_repetition(  # noqa: PLR0917
    services, sender, telegram, postbox, clock, fault, accept
):
    readers = [telegram.user(f"Leserin {number}") for number in range(6)]
    for reader in readers:
        await postbox.owe(reader.id, "eins", "zwei")
    for reader in readers[:2]:
        match fault:
            case "reset":
                telegram.faults.reset(accept=accept, chat_id=reader.id)
            case "page":
                telegram.faults.server_error(502, accept=accept, chat_id=reader.id)
            case "error":
                telegram.faults.server_error(500, html=False, accept=accept, chat_id=reader.id)
            case "junk":
                telegram.faults.junk(accept=accept, chat_id=reader.id)

    await settle(services, sender, clock)

    expected = {(reader.id, part): 1 for reader in readers for part in ("eins", "zwei")}
    if accept:
        expected |= {(reader.id, "eins"): 2 for reader in readers[:2]}
    assert ledger(telegram) == expected
    assert set(await postbox.states()) == {"sent"}


async def test_an_answer_that_comes_too_late_costs_one_repetition_and_holds_no_lane(
    services, telegram, postbox, clock
):
    reader, other = telegram.user("Leserin"), telegram.user("Andere")
    telegram.faults.slow(chat_id=reader.id)
    await postbox.owe(reader.id, "eins", "zwei")
    await postbox.owe(other.id, "eins", "zwei")
    async with AiohttpRequest(read_timeout=0.3) as hasty:
        sender = TelegramSender(hasty, token=telegram.token, base_url=telegram.base_url)
        await settle(services, sender, clock, rounds=4)

    assert ledger(telegram) == {
        (reader.id, "eins"): 2,
        (reader.id, "zwei"): 1,
        (other.id, "eins"): 1,
        (other.id, "zwei"): 1,
    }


async def test_connections_that_close_without_a_word_repeat_and_lose_nothing(
    services, sender, telegram, postbox, clock
):
    for number in range(20):
        await postbox.owe(telegram.user(f"Leserin {number}").id, "eins", "zwei")
    telegram.faults.close(times=None)

    await settle(services, sender, clock)

    assert len(ledger(telegram)) == 40
    assert set(ledger(telegram).values()) == {1}
    assert set(await postbox.states()) == {"sent"}


async def test_a_limit_of_a_day_is_stored_and_the_others_go_on(services, sender, telegram, postbox, clock):
    slow, other = telegram.user("Langsam"), telegram.user("Andere")
    telegram.faults.too_many_requests(86_400, method="sendMessage", chat_id=slow.id)
    await postbox.owe(slow.id, "eins")
    await deliver(services, sender, no_limits())

    # After a restart nothing is remembered but what is stored.
    clock.advance(hours=23)
    await postbox.owe(other.id, "Antwort", lane=Lane.ANSWER)
    await deliver(services, sender, no_limits())
    assert ledger(telegram) == {(other.id, "Antwort"): 1}
    assert [entry.chat_id for entry in telegram.requests].count(slow.id) == 1

    clock.advance(hours=1, seconds=1)
    await deliver(services, sender, no_limits())
    assert ledger(telegram)[slow.id, "eins"] == 1


async def test_blocked_in_the_middle_of_a_digest_it_stops_at_once(services, sender, telegram, postbox):
    reader = telegram.user("Leserin")
    telegram.faults.slow(0, chat_id=reader.id)
    telegram.faults.forbidden("bot was blocked by the user", chat_id=reader.id, times=None)
    await postbox.owe(reader.id, *"12345")
    await postbox.owe(reader.id, "später")

    await deliver(services, sender, no_limits())
    await deliver(services, sender, no_limits())

    assert [entry.status for entry in telegram.requests if entry.chat_id == reader.id] == [200, 403]
    assert await postbox.states() == ["sent", "failed", *["cancelled"] * 4]


async def test_a_second_lost_answer_is_the_last_and_an_operator_sees_it(  # noqa: PLR0917
    services, sender, telegram, postbox, clock, caplog
):
    reader = telegram.user("Leserin")
    telegram.faults.reset(accept=True, times=None, chat_id=reader.id)
    await postbox.owe(reader.id, "eins", "zwei")

    await settle(services, sender, clock)

    assert ledger(telegram) == {(reader.id, "eins"): 2}
    assert await postbox.states() == ["unknown", "cancelled"]
    assert "message given up" in caplog.text


async def test_a_long_outage_costs_no_message_and_fills_no_log(  # noqa: PLR0917
    services, sender, telegram, postbox, clock, caplog
):
    readers = [telegram.user(f"Leserin {number}") for number in range(40)]
    for reader in readers:
        await postbox.owe(reader.id, "Ausgabe")
    telegram.faults.server_error(502, method="", times=None)
    limits = no_limits()

    # Twenty minutes in which the gateway answers with a page.
    for _ in range(120):
        await deliver(services, sender, limits)
        clock.advance(seconds=10)
        limits._probe_at = float("-inf")
    asked = len([entry for entry in telegram.requests if entry.method.lower() == "sendmessage"])
    assert asked <= 12
    assert "unknown" not in await postbox.states()
    assert len([line for line in caplog.records if line.levelname != "DEBUG"]) <= 20

    telegram.faults.clear()
    await settle(services, sender, clock, limits=limits)
    assert sorted(ledger(telegram).values()) == [1] * 40


async def test_what_never_left_is_sent_when_telegram_is_back(services, telegram, postbox, clock):
    reader = telegram.user("Leserin")
    await postbox.owe(reader.id, "eins", "zwei")
    async with AiohttpRequest() as transport:
        nowhere = TelegramSender(transport, token=telegram.token, base_url="http://127.0.0.1:9")
        there = TelegramSender(transport, token=telegram.token, base_url=telegram.base_url)
        await settle(services, nowhere, clock, rounds=8)
        assert {ambiguous for _, ambiguous, _ in await postbox.rows()} == {0}
        await deliver(services, there, no_limits())

    assert ledger(telegram) == {(reader.id, "eins"): 1, (reader.id, "zwei"): 1}


async def test_a_held_request_is_waited_for(services, sender, telegram, postbox):
    # Telegram holds a request for up to 8 s before it lets it through.
    assert READ_TIMEOUT_S >= 20
    reader, other = telegram.user("Leserin"), telegram.user("Andere")
    answers = telegram.faults.hold(chat_id=reader.id)
    await postbox.owe(reader.id, "eins")
    await postbox.owe(other.id, "eins", "zwei", "drei")

    work = asyncio.create_task(deliver(services, sender, no_limits()))
    # One lane is held; the other chat goes on meanwhile.
    await telegram.wait_for(lambda: len(telegram.sent) == 3, what="the other chat's parts")
    answers.set()

    assert (await work).sent == 4
    assert {ambiguous for _, ambiguous, _ in await postbox.rows()} == {0}


class Crash(BaseException):
    """Stands for the end of the process."""


class CrashingSender:
    """Telegram accepts, and the process dies before it can note it."""

    def __init__(self, sender):
        self._sender = sender

    async def send(self, message, *, is_plain=False):
        await self._sender.send(message, is_plain=is_plain)
        raise Crash

    async def is_reachable(self):
        return True


async def test_a_crash_between_accepting_and_noting_repeats_that_part_alone(
    storage, sender, telegram, postbox, clock
):
    services = services_for(storage, clock, send_lanes=1)
    reader = telegram.user("Leserin")
    await postbox.owe(reader.id, "eins", "zwei", "drei")
    await postbox.owe(telegram.user("Andere").id, "eins")

    with pytest.raises(Crash):
        await deliver(services, CrashingSender(sender), no_limits())
    assert (await deliver(services, sender, no_limits())).sent == 1
    clock.advance(minutes=1)
    delivered = await deliver(services, sender, no_limits())

    assert delivered.returned == 1
    assert [entry.text for entry in telegram.sent if entry.chat_id == reader.id] == [
        "eins",
        "eins",
        "zwei",
        "drei",
    ]
    assert set(await postbox.states()) == {"sent"}


class BrokenSender:
    async def send(self, message, *, is_plain=False):  # noqa: ARG002
        raise ZeroDivisionError("a bug")

    async def is_reachable(self):
        return True


async def test_a_bug_while_sending_is_ambiguous_and_stops_nobody(services, postbox, clock):
    await postbox.owe(1, "eins")
    await postbox.owe(2, "eins")
    await settle(services, BrokenSender(), clock, rounds=4)
    assert await postbox.states() == ["unknown", "unknown"]


class FullDisk:
    """Storage whose writes fail for a while after some have worked."""

    def __init__(self, storage, *, works, fails):
        self._storage = storage
        self._works = works
        self._fails = fails

    async def transact(self, work):
        self._works -= 1
        if self._works < 0 and self._fails > 0:
            self._fails -= 1
            raise Busy("database or disk is full")
        return await self._storage.transact(work)


@pytest.mark.parametrize("works", range(2, 7))
async def test_a_full_disk_stops_sending_before_the_request_and_loses_no_outcome(  # noqa: PLR0917
    storage, sender, telegram, postbox, clock, works
):
    for number in range(6):
        await postbox.owe(telegram.user(f"Leserin {number}").id, "eins", "zwei")
    full = services_for(FullDisk(storage, works=works, fails=4), clock, send_lanes=2)

    with suppress(Busy):
        await deliver(full, sender, no_limits())
    clock.advance(minutes=1)
    await settle(services_for(storage, clock), sender, clock, rounds=4)

    # Every outcome was kept until it could be stored: nothing came twice.
    assert sorted(ledger(telegram).values()) == [1] * 12
    assert set(await postbox.states()) == {"sent"}


async def test_rounds_that_overlap_share_the_work_and_keep_the_order(services, postbox):
    class Noting:
        def __init__(self):
            self.given = []

        async def send(self, message, *, is_plain=False):  # noqa: ARG002
            self.given.append((message.telegram_id, message.part))
            return Sent(len(self.given))

        async def is_reachable(self):
            return True

    noting = Noting()
    await postbox.owe(1, "eins", "zwei")
    await asyncio.gather(*(deliver(services, noting, no_limits(), owner=f"{n}") for n in range(3)))
    assert noting.given == [(1, 1), (1, 2)]

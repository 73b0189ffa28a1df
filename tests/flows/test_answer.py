"""From the inbox to the handlers: each update once in effect, poison alone, a chat's updates in order."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import orjson
import pytest
from telegram.error import BadRequest, NetworkError

from bot.delivery.polling import Poller
from bot.delivery.role import ROLE
from bot.delivery.transport import AiohttpRequest
from bot.localchat.local import LocalTelegram
from bot.pipeline import answer
from storage.errors import Busy
from storage.messages import InboxState
from tests.flows.conftest import ADMIN
from tests.flows.postbox import services_for

BOT = 42


class Handlers:
    """Stands for the library's application: notes what it is given, fails when told to."""

    def __init__(self):
        self.bot = SimpleNamespace(defaults=None)
        self.seen = []
        self.failures = {}

    async def process_update(self, update):
        self.seen.append(update.update_id)
        if (failure := self.failures.get(update.update_id)) is not None:
            raise failure


def message(number, *, chat=1, text="x"):
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 0, "chat": {"id": chat, "type": "private"}, "text": text},
    }


@pytest.fixture
def services(storage, clock):
    return services_for(storage, clock)


@pytest.fixture
def handlers():
    return Handlers()


async def put(services, *updates):
    pairs = [(update["update_id"], orjson.dumps(update).decode()) for update in updates]
    async with services.storage.write() as tx:
        await tx.inbox.put(BOT, pairs, now=services.clock.now())


async def count(services, state):
    async with services.storage.read() as tx:
        return await tx.inbox.count(state)


async def test_each_update_is_handled_once(services, handlers):
    await put(services, message(1), message(2))
    await put(services, message(2), message(3, chat=9))

    first = await answer(services, handlers)
    second = await answer(services, handlers)

    assert sorted(handlers.seen) == [1, 2, 3]
    assert (first.done, second.done) == (3, 0)
    assert await count(services, InboxState.DONE) == 3


async def test_poison_is_tried_five_times_alone_and_put_aside(services, handlers, clock):
    handlers.failures[1] = ValueError("boom")
    await put(services, message(1), message(2), message(3, chat=9))

    results = []
    for _ in range(7):
        results.append(await answer(services, handlers))
        clock.advance(minutes=6)

    assert handlers.seen.count(1) == 5
    assert handlers.seen[:2] in ([1, 3], [3, 1])
    assert handlers.seen.count(2) == handlers.seen.count(3) == 1
    assert handlers.seen.index(2) > 5
    assert sum(result.quarantined for result in results) == 1
    assert await count(services, InboxState.QUARANTINED) == 1
    assert await count(services, InboxState.PENDING) == 0


async def test_the_admins_hear_once_of_what_was_put_aside(empty_talk, handlers):
    clara = empty_talk.telegram.user("Clara", user_id=ADMIN)
    await empty_talk.ask(clara, "/hilfe")
    for number in (1, 2):
        handlers.failures[number] = ValueError("a reader's words")
    await put(empty_talk.services, message(1), message(2, chat=9))

    for _ in range(6):
        await answer(empty_talk.services, handlers)
        empty_talk.clock.advance(minutes=6)
    await empty_talk.deliver()

    [told] = [text for text in empty_talk.replies(clara) if "beiseite" in text]
    assert "ValueError" in told
    assert "reader" not in told


@pytest.mark.parametrize("failure", [NetworkError("away"), Busy("locked")])
async def test_what_passes_is_never_counted_against_the_update(services, handlers, clock, failure):
    handlers.failures[1] = failure
    await put(services, message(1), message(2))
    for _ in range(20):
        await answer(services, handlers)
        clock.advance(minutes=1)
    assert set(handlers.seen) == {1}

    del handlers.failures[1]
    await answer(services, handlers)

    assert handlers.seen[-2:] == [1, 2]
    assert await count(services, InboxState.DONE) == 2


async def test_a_bad_request_of_ours_counts_although_the_library_calls_it_a_network_error(
    services, handlers, clock
):
    handlers.failures[1] = BadRequest("message is too long")
    await put(services, message(1))
    for _ in range(6):
        await answer(services, handlers)
        clock.advance(minutes=6)
    assert await count(services, InboxState.QUARANTINED) == 1


@pytest.mark.parametrize("body", ["", "{", "[]", '{"update_id":1,"message":{"chat":"?"}}'])
async def test_an_update_that_cannot_be_read_is_put_aside(services, handlers, clock, body):
    async with services.storage.write() as tx:
        await tx.inbox.put(BOT, [(1, body)], now=clock.now())
    await put(services, message(2))
    for _ in range(6):
        await answer(services, handlers)
        clock.advance(minutes=6)
    assert handlers.seen == [2]
    assert await count(services, InboxState.QUARANTINED) == 1


async def test_an_update_whose_handling_was_cut_off_is_handled_again(services, handlers):
    handlers.failures[2] = asyncio.CancelledError()
    await put(services, message(1), message(2), message(3))
    await answer(services, handlers)
    assert await count(services, InboxState.DONE) == 1

    handlers.failures.clear()
    await answer(services, handlers)

    assert handlers.seen == [1, 2, 2, 3]
    assert await count(services, InboxState.DONE) == 3


async def test_one_process_answers_at_a_time_on_a_server(postgresql_storage, clock, handlers):
    services = services_for(postgresql_storage, clock)
    await put(services, message(1))
    async with postgresql_storage.write() as tx:
        await tx.roles.take(ROLE, owner="other", now=clock.now(), until=clock.now() + timedelta(seconds=45))
    assert (await answer(services, handlers, owner="stand-by")).done == 0
    clock.advance(seconds=46)
    assert (await answer(services, handlers, owner="stand-by")).done == 1


async def test_polled_updates_are_stored_before_telegram_forgets_them(services, clock):
    stop = asyncio.Event()

    async def store(updates):
        # Telegram still has them: they are confirmed by the next call only.
        assert len(telegram.world.updates.waiting) >= len(updates)
        async with services.storage.write() as tx:
            await tx.inbox.put(BOT, updates, now=clock.now())

    async with LocalTelegram(clock=clock) as telegram, AiohttpRequest() as transport:
        reader = telegram.user("Leserin")
        await reader.say("/start")
        await reader.say("Nordkorea")
        telegram.faults.conflict()
        poller = Poller(
            transport,
            token=telegram.token,
            base_url=telegram.base_url,
            store=store,
            stop=stop,
            first_wait=0.01,
        )
        polling = asyncio.create_task(poller.run())
        await telegram.wait_until_quiet()
        stop.set()
        await polling

    async with services.storage.read() as tx:
        bodies = [orjson.loads(update.body) for update in await tx.inbox.due(now=clock.now(), limit=10)]
    assert [body["message"]["text"] for body in bodies] == ["/start", "Nordkorea"]

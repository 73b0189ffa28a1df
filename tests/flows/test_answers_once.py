"""What people are answered: within the limits, before all else, and once, whatever happens in between."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from telegram.error import NetworkError, RetryAfter
from telegram.ext import Application, MessageHandler, filters

from bot.delivery.limits import Limits
from bot.delivery.paced import PATIENCE_S, PacedRequest, call_of
from bot.delivery.polling import Poller
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.delivery.turns import sending_as
from bot.handlers.application import InboxApplication
from bot.localchat.local import LocalTelegram
from bot.pipeline import answer, deliver
from storage.messages import InboxState, Lane
from tests.flows.postbox import Postbox, services_for

pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after.*")


class Stage:
    """The bot with one handler, which a test writes."""

    def __init__(self, services, telegram, transport, limits):
        self.services = services
        self.telegram = telegram
        self.transport = transport
        self.limits = limits
        self.request = PacedRequest(transport, limits, services.storage, services.clock)
        self.application = (
            Application.builder()
            .application_class(InboxApplication)
            .token(telegram.token)
            .base_url(f"{telegram.base_url}/bot")
            .request(self.request)
            .get_updates_request(self.request)
            .updater(None)
            .job_queue(None)
            .build()
        )
        self.handle = None
        self.application.add_handler(MessageHandler(filters.ALL, self._handle))

    async def _handle(self, update, context):
        await self.handle(update, context.bot)

    async def hear(self, person, *texts):
        """What people say, put into the inbox."""
        for text in texts:
            await person.say(text)
        waiting = self.telegram.world.updates.waiting
        stop = asyncio.Event()

        async def store(updates):
            async with self.services.storage.write() as tx:
                await tx.inbox.put(42, updates, now=self.services.clock.now())
            stop.set()

        assert waiting
        await Poller(
            self.transport,
            token=self.telegram.token,
            base_url=self.telegram.base_url,
            store=store,
            stop=stop,
        ).run()

    async def answer(self):
        return await answer(self.services, self.application, limits=self.limits)

    @property
    def said(self):
        return [entry.text for entry in self.telegram.sent]

    async def replies(self):
        async with self.services.storage.read() as tx:
            rows = await tx.replies._connection.exec_driver_sql("SELECT count(*) FROM replies")
            return rows.scalar_one()


@asynccontextmanager
async def stage_with(storage, clock, limits):
    async with LocalTelegram(clock=clock) as telegram, AiohttpRequest(read_timeout=0.3) as transport:
        stage = Stage(services_for(storage, clock), telegram, transport, limits)
        async with stage.application:
            yield stage


@pytest.fixture
async def stage(storage, clock):
    async with stage_with(storage, clock, Limits(per_second=1_000_000)) as stage:
        yield stage


class Died(BaseException):
    """Stands for the end of the process."""


@pytest.mark.parametrize("end", [NetworkError("away"), Died()])
async def test_what_was_said_is_not_said_again_when_the_update_is(stage, clock, end):
    reader, ends = stage.telegram.user("Leserin"), [end]

    async def handle(update, bot):
        first = await bot.send_message(update.effective_chat.id, "eins")
        if ends:
            raise ends.pop()
        await first.edit_text("eins, geändert")
        await bot.send_message(update.effective_chat.id, "zwei")

    stage.handle = handle
    await stage.hear(reader, "Nordkorea")
    with suppress(BaseExceptionGroup):  # the end of the process leaves the round in one
        await stage.answer()
    clock.advance(minutes=1)
    assert (await stage.answer()).done == 1

    assert stage.said == ["eins", "zwei"]
    assert [message.text for message in stage.telegram.replies(reader)] == ["eins, geändert", "zwei"]
    assert await stage.replies() == 0


@pytest.mark.parametrize("accept", [False, True])
async def test_a_lost_answer_is_said_once_more_and_then_no_more(stage, clock, caplog, accept):
    reader = stage.telegram.user("Leserin")

    async def handle(update, bot):
        await bot.send_message(update.effective_chat.id, "eins")

    stage.handle = handle
    stage.telegram.faults.reset(accept=accept, times=None)
    await stage.hear(reader, "Nordkorea")
    for _ in range(5):
        await stage.answer()
        clock.advance(minutes=1)

    sends = [entry for entry in stage.telegram.requests if entry.method == "sendMessage"]
    assert len(sends) == 2
    assert stage.said == ["eins", "eins"] * accept
    assert "answer given up as unknown" in caplog.text
    async with stage.services.storage.read() as tx:
        assert await tx.inbox.count(InboxState.DONE) == 1


async def test_what_never_arrived_may_be_tried_as_often_as_it_takes(stage, clock):
    reader = stage.telegram.user("Leserin")

    async def handle(update, bot):
        await bot.send_message(update.effective_chat.id, "eins")

    stage.handle = handle
    await stage.hear(reader, "Nordkorea")
    stage.telegram.faults.too_many_requests(30, method="sendMessage", times=4)
    for _ in range(5):
        await stage.answer()
        clock.advance(minutes=1)
        stage.limits = Limits(per_second=1_000_000)  # the rest is over there as well
        stage.request._limits = stage.limits

    assert stage.said == ["eins"]


async def test_a_429_to_an_answer_holds_for_the_outbox_and_for_other_answers(stage, clock):
    reader, other = stage.telegram.user("Leserin"), stage.telegram.user("Andere")
    postbox = Postbox(stage.services.storage, clock)
    sender = TelegramSender(stage.transport, token=stage.telegram.token, base_url=stage.telegram.base_url)

    async def handle(update, bot):
        await bot.send_message(update.effective_chat.id, "Antwort")

    stage.handle = handle
    stage.telegram.faults.too_many_requests(60, method="sendMessage", chat_id=reader.id)
    await stage.hear(reader, "Nordkorea", "Klima")
    await stage.hear(other, "Nordkorea")
    await postbox.owe(reader.id, "Ausgabe")
    await postbox.owe(other.id, "Ausgabe")
    await stage.answer()
    await stage.answer()
    # Another process, which knows of the pause from the database alone.
    await deliver(stage.services, sender, Limits(per_second=1_000_000))

    assert stage.said == ["Antwort", "Ausgabe"]
    assert [entry.chat_id for entry in stage.telegram.requests if entry.method == "sendMessage"].count(
        reader.id
    ) == 1


async def test_a_new_holder_of_the_role_knows_who_has_to_be_left_alone(stage, clock):
    reader = stage.telegram.user("Leserin")
    async with stage.services.storage.write() as tx:
        await tx.outbox.pause(reader.id, until=clock.now() + timedelta(minutes=5))
    stage.limits.hold(0.0, is_ours=False)

    async def handle(update, bot):
        await bot.send_message(update.effective_chat.id, "Antwort")

    stage.handle = handle
    await stage.hear(reader, "Nordkorea")
    assert (await stage.answer()).again == 1
    assert stage.said == []


async def test_answers_take_turns_from_the_one_budget_and_go_first(storage, clock):
    order = []

    class Noting(Limits):
        def take(self, telegram_id, now, *, paid=False):
            wait = super().take(telegram_id, now, paid=paid)
            if wait is not None:
                order.append(telegram_id)
            return wait

    limits = Noting(per_second=20)
    async with stage_with(storage, clock, limits) as stage:
        people = [stage.telegram.user(f"Leserin {n}") for n in range(6)]
        bot = stage.application.bot

        async def say(person, lane):
            with sending_as(lane):
                await bot.send_message(person.id, "x")

        lanes = [Lane.DIGEST, Lane.DIGEST, Lane.BREAKING, Lane.BREAKING, Lane.ANSWER, Lane.ANSWER]
        started = asyncio.get_running_loop().time()
        await asyncio.gather(*map(say, people, lanes))
        took = asyncio.get_running_loop().time() - started

    ids = [person.id for person in people]
    # The first comes at once; then whoever is first in line.
    assert order == [ids[0], ids[4], ids[5], ids[2], ids[3], ids[1]]
    assert took >= 5 / 20


async def test_what_has_to_wait_long_goes_back_and_what_has_not_waits(stage):
    reader = stage.telegram.user("Leserin")
    bot = stage.application.bot
    now = asyncio.get_running_loop().time
    stage.limits.rest(reader.id, stage.request._seconds() + PATIENCE_S + 5)
    with pytest.raises(RetryAfter):
        await bot.send_message(reader.id, "x")
    with pytest.raises(RetryAfter):
        await bot.edit_message_text("x", chat_id=reader.id, message_id=1)

    started = now()
    other = stage.telegram.user("Andere")
    for _ in range(4):  # three at once, then one a second
        await bot.send_message(other.id, "x")
    assert now() - started >= 0.9
    # A change is no new message: it does not wait for the chat.
    changed = now()
    await bot.edit_message_text("y", chat_id=other.id, message_id=stage.telegram.replies(other)[-1].id)
    assert now() - changed < 0.9


@pytest.mark.parametrize(
    ("method", "parameters", "expected"),
    [
        ("sendMessage", {"chat_id": 5}, (5, True)),
        ("sendDocument", {"chat_id": -5}, (-5, True)),
        ("copyMessage", {"chat_id": "@kanal"}, (0, True)),
        ("editMessageText", {"chat_id": 5}, (5, False)),
        ("deleteMessage", {"chat_id": 5}, (5, False)),
        ("editMessageText", {"inline_message_id": "x"}, None),
        ("sendChatAction", {"chat_id": 5}, None),
        ("answerCallbackQuery", {}, None),
        ("getChatMember", {"chat_id": 5}, None),
        ("setMyCommands", {}, None),
    ],
)
def test_what_telegram_counts(method, parameters, expected):
    call = call_of(f"https://api.telegram.org/bot1:x/{method}", parameters)
    assert (call and (call.telegram_id, call.is_new)) == expected

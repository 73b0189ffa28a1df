"""The running bot: every loop of a role, started together and stopped in order."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from enum import StrEnum

from telegram.error import InvalidToken, TelegramError

from bot import formats, pipeline
from bot.articles.feed_session import FeedSession, open_session
from bot.articles.page_session import PageSession, open_page_session
from bot.broadcasts.feeding import feed
from bot.broadcasts.report import report_broadcasts
from bot.broadcasts.revising import revise
from bot.clock import CommonClock
from bot.delivery.courier import process_name
from bot.delivery.limits import Limits
from bot.delivery.paced import PacedRequest
from bot.delivery.polling import ALLOWED_UPDATES, Poller
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.delivery.turns import sending_as
from bot.errors import DepescheError, SettingsError
from bot.garbage import seldom_sought
from bot.handlers.application import BotApplication, build_application
from bot.handlers.desk import TelegramDesk
from bot.handlers.menu import set_menus
from bot.issuing import FOLLOWED_FOR
from bot.receiving import Receiving
from bot.reindex import tend
from bot.retelling import retell
from bot.retention import Retention, give_up_late
from bot.scheduler import Loop, Scheduler, Step
from bot.services import Services
from bot.settings import require_token
from bot.web.server import WEBHOOK_PATH, build_web, serve
from storage.errors import StorageError
from storage.messages import Lane

log = logging.getLogger(__name__)

STOP_WITHIN = timedelta(seconds=12)
LONGEST_PAUSE_S = 60.0
BUTTONS_LAST = timedelta(days=90)
UPDATES_LAST = timedelta(days=7)
MESSAGES_LAST = timedelta(days=90)
FIRST_ISSUED = 10
"""Chats of a run's first round; each grows by a quarter, so that what is made lasts until the next is."""


class Role(StrEnum):
    """What a process does; on SQLite one does it all."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"


class Running:
    """The parts of one running process."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.token = require_token(services.settings)
        self.stop = asyncio.Event()
        self.ready = asyncio.Event()
        self.owner = process_name()
        self.transport = AiohttpRequest()
        self.limits = Limits(
            per_second=services.settings.rate_limit, paid_per_second=services.settings.paid_rate
        )
        # Whoever ran before us may have died a moment ago, with bursts just spent.
        self.limits.hold(time.monotonic(), is_ours=False)
        paced = PacedRequest(self.transport, self.limits, services.storage, services.clock)
        self.application: BotApplication = build_application(
            services, paced, token=self.token, base_url=services.settings.api_url
        )
        self.receiving = Receiving(
            services, self.application, bot_id=self.bot_id, on_stored=lambda: self.wake("answer")
        )
        self.scheduler: Scheduler | None = None
        self._retention = Retention()
        self._failure: BaseException | None = None

    @property
    def bot_id(self) -> int:
        return int(self.token.split(":", 1)[0])

    async def until_stopped(self) -> None:
        """Wait for the order to stop; raises what made the bot stop by itself."""
        await self.stop.wait()
        if self._failure is not None:
            raise self._failure

    def wake(self, name: str) -> None:
        if self.scheduler is not None:
            self.scheduler.wake(name)

    def give_up(self, error: BaseException) -> None:
        """Stop, and say why to whoever waits for the end."""
        self._failure = self._failure or error
        self.stop.set()

    def poller(self) -> Poller:
        return Poller(
            self.transport,
            token=self.token,
            base_url=self.services.settings.api_url,
            store=self.receiving.keep,
            stop=self.stop,
            # A stand-by would only take the updates away from who answers them.
            may_fetch=lambda: self.limits.is_ours,
        )

    def loops(self, feeds: FeedSession, pages: PageSession) -> list[Loop]:
        """What a worker does, and how often each looks for work beside being woken."""
        every = {
            self._collecting(feeds): 10.0,
            self._fetching_pages(pages): 5.0,
            self._group: 2.0,
            self._issuing(): 1.0,
            self._follow: 10.0,
            self._renew: 3600.0,
            self._ask: 300.0,
            self._delivering(): 0.5,
            self._answer: 2.0,
            self._feed: 1.0,
            self._revise: 1.0,
            self._report: 8.0,
            self._set_clock: 60.0,
            self._tidy: 3600.0,
            self._forget: 3600.0,
            self._tend: 3600.0,
        }
        if self.services.settings.retell_url:
            every[self._retell] = 60.0
        return [
            Loop(name=step.__name__.strip("_"), step=step, every=timedelta(seconds=seconds))
            for step, seconds in every.items()
        ]

    def _collecting(self, feeds: FeedSession) -> Step:
        async def collect() -> bool:
            async with self.services.storage.read() as tx:  # other processes add topics too
                self.services.topics.load(await tx.topics.after(self.services.topics.last_id))
            collected = await pipeline.collect(self.services, feeds)
            if collected.stored:
                self.wake("group")
                self.wake("fetch_pages")
            return collected.more

        return collect

    def _fetching_pages(self, pages: PageSession) -> Step:
        async def fetch_pages() -> bool:
            done = await pipeline.fetch_pages(self.services, pages)
            if done.settled:
                self.wake("group")
            return done.settled > 0

        return fetch_pages

    def _delivering(self) -> Step:
        sender = TelegramSender(self.transport, token=self.token, base_url=self.services.settings.api_url)

        async def deliver() -> bool:
            try:
                done = await pipeline.deliver(
                    self.services, sender, self.limits, stop=self.stop, owner=self.owner
                )
            except SettingsError as error:
                self.give_up(error)
                return False
            return done.sent > 0

        return deliver

    async def _group(self) -> bool:
        return (await pipeline.group(self.services)).articles > 0

    async def _retell(self) -> bool:
        return await retell(self.services)

    def _issuing(self) -> Step:
        size = FIRST_ISSUED

        async def issue() -> bool:
            nonlocal size
            issued = await pipeline.issue(self.services, limit=size)
            size = min(size + size // 4, pipeline.ISSUED_AT_ONCE) if issued.is_more else FIRST_ISSUED
            self.wake("deliver")
            return issued.is_more

        return issue

    async def _follow(self) -> bool:
        issued = await pipeline.issue_follows(self.services)
        if issued.issued:
            self.wake("deliver")
        return False

    async def _renew(self) -> bool:
        return await pipeline.renew_orders(self.services)

    async def _set_clock(self) -> bool:
        if isinstance(self.services.clock, CommonClock):
            await self.services.clock.ask(self.services.storage)
        return False

    async def _answer(self) -> bool:
        if not self.ready.is_set():
            return False
        answered = await pipeline.answer(
            self.services, self.application, limits=self.limits, stop=self.stop, owner=self.owner
        )
        self.wake("deliver")
        return answered.done > 0

    async def _feed(self) -> bool:
        is_more = await feed(self.services)
        self.wake("deliver")
        return is_more

    @property
    def _may_write(self) -> bool:
        return self.ready.is_set() and self.limits.is_ours

    async def _revise(self) -> bool:
        if not self._may_write:
            return False
        with sending_as(None):
            return await revise(self.services, TelegramDesk(self.application.bot), self._turn)

    async def _turn(self, telegram_id: int) -> bool:
        """Wait for a turn within the limits that hold for all we send; False if the chat has to rest."""
        if self.limits.told_rest_of(telegram_id, time.monotonic()):
            return False
        # A change counts for all together, not as the chat's next message.
        return await self.limits.turns.wait(0, Lane.BREAKING)

    async def _report(self) -> bool:
        if self._may_write:
            with sending_as(Lane.BREAKING):
                await report_broadcasts(self.services, TelegramDesk(self.application.bot))
        return False

    async def _forget(self) -> bool:
        return await self._retention.forget(self.services)

    async def _tend(self) -> bool:
        return await tend(self.services.storage)

    async def _ask(self) -> bool:
        """Show readers once what a rich digest looks like."""
        asked = await formats.ask_some(self.services)
        if asked:
            self.wake("deliver")
        return asked == formats.MOST_AT_ONCE

    async def _tidy(self) -> bool:
        """Forget what nobody can ask for any more."""
        now = self.services.clock.now()
        async with self.services.storage.write() as tx:
            await tx.buttons.remove_before(now - BUTTONS_LAST)
            updates = await tx.inbox.purge(before=now - UPDATES_LAST)
            messages = await tx.outbox.purge(before=now - MESSAGES_LAST)
            is_more = await give_up_late(self.services, tx)
            await tx.outbox.lift_pauses(now=now)
            await tx.follows.forget_quiet(before=now - FOLLOWED_FOR)
        return is_more or updates + messages > 0


@asynccontextmanager
async def running(services: Services, role: Role, *, more: Sequence[Loop] = ()) -> AsyncIterator[Running]:
    """Run the role's loops while inside.

    Raises SettingsError when there is no token, WrongDatabase when another worker has the SQLite file.
    """
    bot = Running(services)
    async with AsyncExitStack() as stack:
        if role is not Role.WEB:
            stack.enter_context(services.storage.alone())
        await stack.enter_async_context(_closing(bot))
        _obey_signals(stack, bot.stop)
        if role is not Role.WORKER:
            await stack.enter_async_context(_web(bot))
        if role is not Role.WEB:
            feeds = await stack.enter_async_context(open_session(services.settings))
            pages = await stack.enter_async_context(open_page_session(services.settings))
            stack.enter_context(seldom_sought())
            bot.scheduler = Scheduler([*bot.loops(feeds, pages), *more])
            bot.scheduler.start()
            stack.push_async_callback(bot.scheduler.stop, within=STOP_WITHIN)
            if not services.settings.webhook_secret.get_secret_value():
                stack.push_async_callback(_ended, asyncio.create_task(_poll(bot), name="polling"))
            stack.push_async_callback(_ended, asyncio.create_task(_introduce(bot), name="menus"))
        stack.callback(bot.stop.set)
        yield bot


async def _poll(bot: Running) -> None:
    try:
        await bot.poller().run()
    except DepescheError as error:
        bot.give_up(error)
    except Exception as error:
        log.exception("polling ended")
        bot.give_up(error)


async def _introduce(bot: Running) -> None:
    """Ask Telegram who we are, however long it is away; then tell it our commands and webhook."""
    pause = 1.0
    await asyncio.to_thread(bot.services.analyser.warm_up)
    while not bot.stop.is_set():
        try:
            await bot.application.initialize()
        except InvalidToken:  # its text holds the token
            bot.give_up(SettingsError("DEPESCHE_TOKEN is refused by Telegram: ask @BotFather for a new one"))
            return
        except TelegramError as error:
            log.warning("Telegram does not answer", extra={"reason": str(error), "again_in_s": pause})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(bot.stop.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)
            continue
        bot.ready.set()
        bot.wake("answer")
        await _announce(bot)
        return


async def _announce(bot: Running) -> None:
    settings = bot.services.settings
    try:
        await set_menus(bot.application.bot, bot.services)
        if settings.webhook_secret.get_secret_value() and settings.public_url:
            await bot.application.bot.set_webhook(
                f"{settings.public_url}{WEBHOOK_PATH}",
                secret_token=settings.webhook_secret.get_secret_value(),
                allowed_updates=list(ALLOWED_UPDATES),
            )
    except TelegramError:  # the bot answers without a menu too
        log.warning("commands not announced", exc_info=True)


@asynccontextmanager
async def _closing(bot: Running) -> AsyncIterator[None]:
    await bot.transport.initialize()
    try:
        yield
    finally:
        with contextlib.suppress(StorageError, OSError):  # a stand-by waits for the lease to run out then
            async with bot.services.storage.write() as tx:
                await tx.roles.give_back(bot.owner)
        if bot.ready.is_set():
            await bot.application.shutdown()
        await bot.transport.shutdown()


@asynccontextmanager
async def _web(bot: Running) -> AsyncIterator[None]:
    settings = bot.services.settings
    application = build_web(
        bot.services, store=bot.receiving.keep, webhook_secret=settings.webhook_secret.get_secret_value()
    )
    async with serve(application, host=settings.host, port=settings.port) as port:
        log.info("web server listens", extra={"host": settings.host, "port": port})
        yield


def _obey_signals(stack: AsyncExitStack, stop: asyncio.Event) -> None:
    """The first signal lets what runs finish; a second one ends the process at once, as a kill does."""
    loop = asyncio.get_running_loop()

    def obey(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        with contextlib.suppress(NotImplementedError):  # not on every platform
            loop.add_signal_handler(number, obey, number)
            stack.callback(loop.remove_signal_handler, number)


async def _ended(task: asyncio.Task[None]) -> None:
    _, late = await asyncio.wait([task], timeout=2)
    for one in late:
        one.cancel()
    await asyncio.gather(task, return_exceptions=True)

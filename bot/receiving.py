"""Stores what people say before Telegram is told; who has to wait for that hears of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Final

import orjson
from telegram import CallbackQuery, Message, Update, User
from telegram.error import TelegramError

from bot.delivery.polling import Update as Stored
from bot.delivery.turns import sending_as
from bot.handlers.application import BotApplication
from bot.handlers.conversation import language_of
from bot.handlers.sending import send
from bot.services import Services
from storage.errors import StorageError
from storage.messages import Lane

log = logging.getLogger(__name__)

PATIENCE_S: Final = 4.0
"""How long a database may take before people are told that their answer is late."""


class Receiving:
    """Where the poller brings updates to."""

    def __init__(
        self,
        services: Services,
        application: BotApplication,
        *,
        bot_id: int,
        on_stored: Callable[[], object],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._services = services
        self._application = application
        self._bot_id = bot_id
        self._on_stored = on_stored
        self._patience_s = patience_s
        self._told: set[int] = set()
        """The chats that were told since something was stored."""
        self._answered: set[str] = set()
        """The presses that were."""

    async def keep(self, updates: Sequence[Stored]) -> None:
        """Store updates before they are confirmed, and have them answered at once; raises StorageError."""
        storing = asyncio.create_task(self._store(updates), name="store updates")
        try:
            await asyncio.wait({storing}, timeout=self._patience_s)
            if not storing.done() or storing.exception() is not None:
                await self._ask_for_patience(updates)
            await storing
        finally:
            storing.cancel()
        self._told.clear()
        self._answered.clear()
        self._on_stored()

    async def _store(self, updates: Sequence[Stored]) -> None:
        async with self._services.storage.write() as tx:
            await tx.inbox.put(self._bot_id, updates, now=self._services.clock.now())

    async def _ask_for_patience(self, updates: Sequence[Stored]) -> None:
        """Said without a record, which could not be stored: a crash may bring it once more."""
        waiting: list[Awaitable[None]] = []
        for update in _read(updates):
            if (query := update.callback_query) is not None:
                waiting.append(self._answer(query))
            elif (message := _asks(update)) is not None and message.chat.id not in self._told:
                self._told.add(message.chat.id)
                waiting.append(self._say(message))
        await asyncio.gather(*waiting)

    async def _answer(self, query: CallbackQuery) -> None:
        """A button's wheel turns until it is answered; what it does comes later."""
        if query.id in self._answered:
            return
        self._answered.add(query.id)
        text = self._services.renderer.label("press_later", language=self._language(query.from_user))
        with _nobody_told(query.from_user.id), sending_as(Lane.ANSWER):
            await self._application.bot.answer_callback_query(query.id, text=text)

    async def _say(self, message: Message) -> None:
        parts = self._services.renderer.parts(
            "patience",
            language=self._language(message.from_user),
            zone=self._services.settings.timezone,
            now=self._services.clock.now(),
        )
        thread_id = message.message_thread_id or 0 if message.is_topic_message else 0
        with _nobody_told(message.chat.id), sending_as(Lane.ANSWER):
            await send(self._application.bot, message.chat.id, parts, thread_id=thread_id)

    def _language(self, user: User | None) -> str:
        code = user.language_code if user else None
        return language_of(code, default=self._services.settings.language)


@contextlib.contextmanager
def _nobody_told(telegram_id: int) -> Iterator[None]:
    """Who cannot be told waits without a word; what was stored is answered all the same."""
    try:
        yield
    except (TelegramError, StorageError, OSError) as error:
        log.warning("nobody could be told to wait", extra={"chat": telegram_id, "error": str(error)})


def _read(updates: Sequence[Stored]) -> Iterator[Update]:
    for number, body in updates:
        try:
            update = Update.de_json(orjson.loads(body))
        except Exception as error:  # it must not cost the others their word
            log.warning("update not read", exc_info=error, extra={"update": number})
            continue
        yield update


def _asks(update: Update) -> Message | None:
    """What waits for an answer: words in private, commands elsewhere."""
    message = update.message
    if message is not None and (message.chat.type == "private" or (message.text or "").startswith("/")):
        return message
    return None

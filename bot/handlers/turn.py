"""One turn of the conversation: who asks what in which chat, and the ways to answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from telegram import Bot, CallbackQuery, Message
from telegram.error import BadRequest

from bot.handlers import sending
from bot.messages.keyboard import Key, keyboard
from bot.services import Services
from storage.messages import MessagePart
from storage.records import Chat

MOST_DIGITS = 18
"""What a 64-bit row id can have."""
MOST_TOAST = 200
"""Characters Telegram shows of an answer to a press."""


class Stale(Exception):
    """A button that means nothing any more, or never did."""


Rows = Iterable[Sequence[Key]]


@dataclass(slots=True, kw_only=True)
class Turn:
    """What a handler is given: a command, a text or a press on a button."""

    services: Services
    bot: Bot
    chat: Chat
    update_id: int
    user_id: int
    """0 where nobody in person speaks: a channel's post."""
    argument: str = ""
    """What stands after the command, or a text without one."""
    message: Message | None = None
    """The message with the command."""
    query: CallbackQuery | None = None
    press: tuple[str, ...] = ()
    """The parts of the pressed button's data after its prefix."""
    thread_id: int = 0
    answered: bool = field(default=False)
    """The press got its answer."""

    @property
    def now(self) -> datetime:
        return self.services.clock.now()

    @property
    def is_bot_admin(self) -> bool:
        return self.user_id in self.services.settings.admins

    def pressed(self, index: int = 0) -> str:
        """A part of the pressed button's data; raises Stale when there is none."""
        if index >= len(self.press):
            raise Stale
        return self.press[index]

    def pressed_id(self, index: int = 0) -> int:
        """A row id in the pressed button's data; raises Stale for what is none."""
        part = self.pressed(index)
        if not (part.isascii() and part.isdigit()) or len(part) > MOST_DIGITS:
            raise Stale
        return int(part)

    def label(self, name: str, **values: Any) -> str:
        return self.services.renderer.label(name, language=self.chat.language, **values)

    def key(self, name: str, action: str, **values: Any) -> Key:
        """A button whose words are the label's."""
        return Key(self.label(name, **values), action)

    def render(
        self, name: str, *, rows: Rows = (), preview_url: str = "", **values: Any
    ) -> tuple[MessagePart, ...]:
        return self.services.renderer.parts(
            name,
            language=self.chat.language,
            zone=self.chat.timezone,
            now=self.now,
            keyboard=keyboard(rows),
            preview_url=preview_url,
            **values,
        )

    async def reply(self, name: str, *, rows: Rows = (), **values: Any) -> Message:
        """A new message from the template, in the thread it was asked in."""
        return await self.send(self.render(name, rows=rows, **values))

    async def send(self, parts: Sequence[MessagePart]) -> Message:
        in_group = self.message is not None and self.chat.telegram_id < 0
        return await sending.send(
            self.bot,
            self.chat.telegram_id,
            parts,
            thread_id=self.thread_id,
            answers=self.message.message_id if self.message and in_group else None,
        )

    async def show(self, name: str, *, rows: Rows = (), **values: Any) -> None:
        """The pressed message becomes this one; after a command, a new message."""
        await self.put(self.render(name, rows=rows, **values))

    async def put(self, parts: Sequence[MessagePart]) -> None:
        """The same with parts that are rendered already."""
        if self.query is not None and self.query.message is not None and len(parts) == 1:
            edited = await sending.edit(
                self.bot, self.chat.telegram_id, self.query.message.message_id, parts[0]
            )
            if edited:
                return
        await self.send(parts)

    @property
    def keyboard(self) -> dict[str, Any] | None:
        """The keyboard that was pressed; None where Telegram does not show us the message any more."""
        message = self.query.message if self.query is not None else None
        if not isinstance(message, Message) or message.reply_markup is None:
            return None
        return message.reply_markup.to_dict()

    async def put_keyboard(self, keys: Rows | dict[str, Any]) -> None:
        """Another keyboard under the pressed message; its text stays. Raises Stale when it is gone."""
        if self.query is None or self.query.message is None:
            raise Stale
        made = orjson.dumps(keys).decode() if isinstance(keys, dict) else keyboard(keys)
        message_id = self.query.message.message_id
        if not await sending.edit_keyboard(self.bot, self.chat.telegram_id, message_id, made):
            raise Stale

    async def toast(self, name: str, *, alert: bool = False, **values: Any) -> None:
        """The short answer to a press; without a press, nothing."""
        await self.answer_press(self.label(name, **values), alert=alert)

    async def answer_press(self, text: str = "", *, alert: bool = False) -> None:
        if self.query is None or self.answered:
            return
        self.answered = True
        try:
            await self.query.answer(text[:MOST_TOAST] or None, show_alert=alert)
        except BadRequest as error:
            # Too late: the press is minutes old, and nobody waits for its answer any more.
            if (
                "query is too old" not in str(error).lower()
                and "query id is invalid" not in str(error).lower()
            ):
                raise

"""Keeps the report of a broadcast up to date in the chat where it was confirmed."""

from __future__ import annotations

from telegram import Bot
from telegram.error import BadRequest, Forbidden

from bot.handlers import sending
from storage.messages import MessagePart


class TelegramDesk:
    """The breaking desk's message, by the Bot API."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def edit(self, desk_id: int, message_id: int, part: MessagePart) -> bool:
        """False where the message cannot be changed any more, or the chat is closed to us."""
        try:
            return await sending.edit(self._bot, desk_id, message_id, part)
        except (BadRequest, Forbidden):
            return False

"""Changes messages that are out, by the Bot API: reports at the desk, corrected and recalled items."""

from __future__ import annotations

from telegram import Bot
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.broadcasts.revising import Busy
from bot.handlers import sending
from storage.messages import MessagePart

# Nothing is left to delete: somebody else did, or the whole chat is gone.
_REMOVED = ("message to delete not found", "message_id_invalid", "chat not found")


class TelegramDesk:
    """The desk's hands; `Busy` stands for all that another try may heal."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def edit(self, chat_id: int, message_id: int, part: MessagePart) -> bool:
        """False where the message cannot be changed any more, or the chat is closed to us."""
        try:
            return await sending.edit(self._bot, chat_id, message_id, part)
        except (BadRequest, Forbidden):
            return False
        except (RetryAfter, NetworkError) as error:
            raise Busy(type(error).__name__) from error

    async def remove(self, chat_id: int, message_id: int) -> bool:
        """False where the message stays: too old, or the chat is closed to us."""
        try:
            await self._bot.delete_message(chat_id, message_id)
        except BadRequest as error:
            return any(said in str(error).lower() for said in _REMOVED)
        except Forbidden:
            return False
        except (RetryAfter, NetworkError) as error:
            raise Busy(type(error).__name__) from error
        return True

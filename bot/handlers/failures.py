"""What happens when a handler fails: try again later, or say sorry once; the log has everything."""

from __future__ import annotations

import logging

from telegram import Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.delivery.once import AnswerUnknown
from bot.handlers.conversation import Context, language_of
from bot.handlers.membership import Membership
from bot.handlers.sending import send
from bot.services import Services
from storage.errors import Busy

log = logging.getLogger(__name__)


def passes(error: BaseException) -> bool:
    """Whether the inbox decides what follows: the same update may succeed later, or must not be answered."""
    if isinstance(error, RetryAfter | Busy | AnswerUnknown):
        return True
    # BadRequest is a NetworkError to the library, and never passes.
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest)


class Failures:
    """The last resort for every update."""

    def __init__(self, services: Services, membership: Membership) -> None:
        self._services = services
        self._membership = membership

    async def on_error(self, update: object, context: Context) -> None:
        error = context.error
        if not isinstance(update, Update) or error is None:
            log.error("failure outside an update", exc_info=error)
            return
        chat_id = update.effective_chat.id if update.effective_chat else 0
        if isinstance(error, ChatMigrated):
            await self._membership.follow(chat_id, error.new_chat_id)
        elif isinstance(error, Forbidden):
            log.info("chat closed", extra={"chat": chat_id, "reason": str(error)})
            await self._membership.close(chat_id, str(error))
        else:
            log.error("handler failed", exc_info=error, extra={"update": update.update_id})
            await self._apologise(update, context)

    async def _apologise(self, update: Update, context: Context) -> None:
        user = update.effective_user
        language = language_of(user.language_code if user else None, default=self._services.settings.language)
        try:
            if update.callback_query is not None:
                await update.callback_query.answer(
                    self._services.renderer.label("press_failed", language=language)
                )
            elif update.effective_message is not None:
                message = update.effective_message
                parts = self._services.renderer.parts(
                    "failed",
                    language=language,
                    zone=self._services.settings.timezone,
                    now=self._services.clock.now(),
                )
                thread_id = message.message_thread_id or 0 if message.is_topic_message else 0
                await send(context.bot, message.chat.id, parts, thread_id=thread_id)
        except TelegramError as error:
            log.warning("no apology possible", extra={"update": update.update_id, "error": str(error)})

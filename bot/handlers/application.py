"""Builds the library's Application: no updater, no persistence, no job queue; updates come from the inbox."""

from __future__ import annotations

from typing import Any

from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    ContextTypes,
    ExtBot,
    InlineQueryHandler,
    Job,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.handlers.conversation import Conversation
from bot.handlers.failures import Failures, passes
from bot.handlers.inline import Inline
from bot.handlers.membership import Membership
from bot.handlers.registry import COMMANDS, LOCATION, PLAIN_TEXT
from bot.services import Services

Data = dict[Any, Any]
BotApplication = Application[ExtBot[None], ContextTypes.DEFAULT_TYPE, Data, Data, Data, None]


class InboxApplication(Application):  # type: ignore[type-arg]
    """Lets failures that pass out of `process_update`, so that the inbox tries the update again."""

    async def process_error(
        self,
        update: object | None,
        error: Exception,
        job: Job[Any] | None = None,
        coroutine: Any = None,
    ) -> bool:
        if passes(error):
            raise error
        return await super().process_error(update, error, job, coroutine)


def build_application(
    services: Services, request: BaseRequest, *, token: str, base_url: str
) -> BotApplication:
    """The application with all handlers; `base_url` is the Bot API server's address without path."""
    application: BotApplication = (
        Application.builder()
        .application_class(InboxApplication)
        .token(token)
        .base_url(f"{base_url}/bot")
        .base_file_url(f"{base_url}/file/bot")
        .request(request)
        .get_updates_request(request)
        .updater(None)
        .job_queue(None)
        .build()
    )
    conversation = Conversation(services, COMMANDS, plain_text=PLAIN_TEXT, location=LOCATION)
    membership = Membership(services)
    spoken = filters.UpdateType.MESSAGE | filters.UpdateType.CHANNEL_POST
    application.add_handler(MessageHandler(filters.StatusUpdate.MIGRATE, membership.on_migration))
    application.add_handler(
        MessageHandler((filters.TEXT | filters.LOCATION) & spoken, conversation.on_message)
    )
    application.add_handler(CallbackQueryHandler(conversation.on_press))
    application.add_handler(InlineQueryHandler(Inline(services).on_query))
    application.add_handler(ChatMemberHandler(membership.on_change, ChatMemberHandler.MY_CHAT_MEMBER))
    application.add_error_handler(Failures(services, membership).on_error)
    return application

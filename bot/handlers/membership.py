"""What Telegram tells about our own place in a chat: added, thrown out, let back in, or given a new id."""

from __future__ import annotations

import logging
from dataclasses import replace

from telegram import ChatMember, Update
from telegram.constants import ChatMemberStatus, ChatType

from bot.handlers.conversation import Context, language_of
from bot.handlers.sending import send
from bot.services import Services
from storage.records import ChatKind, ChatState, NewChat

log = logging.getLogger(__name__)

_OUT = {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}


class Membership:
    """Keeps each chat's state in step with whether Telegram lets us write there."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def on_change(self, update: Update, context: Context) -> None:
        change = update.my_chat_member
        if change is None:
            return
        telegram_id = change.chat.id
        if _is_out(change.new_chat_member):
            await self.close(telegram_id, change.new_chat_member.status)
            return
        await self._open(telegram_id)
        if change.chat.type != ChatType.PRIVATE and _is_out(change.old_chat_member):
            await self._greet(update, context)

    async def on_migration(self, update: Update, _context: Context) -> None:
        """A group became a supergroup: its rows follow the new id."""
        message = update.effective_message
        if message is None:
            return
        old = message.migrate_from_chat_id or message.chat.id
        new = message.migrate_to_chat_id or message.chat.id
        await self.follow(old, new)

    async def follow(self, old_telegram_id: int, new_telegram_id: int) -> None:
        if old_telegram_id == new_telegram_id:
            return
        async with self._services.storage.write() as tx:
            await tx.chats.migrate(old_telegram_id, new_telegram_id)
        log.info("chat migrated", extra={"old": old_telegram_id, "new": new_telegram_id})

    async def close(self, telegram_id: int, reason: str) -> None:
        """Nothing more goes there until somebody speaks to us; the settings are kept."""
        async with self._services.storage.write() as tx:
            for chat in await tx.chats.of_telegram(telegram_id):
                await tx.chats.update(replace(chat, state=ChatState.GONE, state_reason=reason))

    async def _open(self, telegram_id: int) -> None:
        async with self._services.storage.write() as tx:
            for chat in await tx.chats.of_telegram(telegram_id):
                if chat.state is ChatState.GONE:
                    await tx.chats.update(replace(chat, state=ChatState.ACTIVE, state_reason=""))

    async def _greet(self, update: Update, context: Context) -> None:
        change = update.my_chat_member
        if change is None:
            return
        settings = self._services.settings
        new = NewChat(
            telegram_id=change.chat.id,
            kind=ChatKind.CHANNEL if change.chat.type == ChatType.CHANNEL else ChatKind.GROUP,
            language=language_of(change.from_user.language_code, default=settings.language),
            timezone=settings.timezone,
        )
        now = self._services.clock.now()
        async with self._services.storage.write() as tx:
            chat = await tx.chats.get_or_add(new, now=now)
        parts = self._services.renderer.parts(
            "group_hello",
            language=chat.language,
            zone=chat.timezone,
            now=now,
            bot=context.bot.username,
            is_channel=chat.kind is ChatKind.CHANNEL,
        )
        # A channel need not let us write at once; its admins will find the commands.
        if chat.kind is not ChatKind.CHANNEL:
            await send(context.bot, chat.telegram_id, parts)


def _is_out(member: ChatMember) -> bool:
    # A restricted bot may still be a member; whether it may write is learnt by writing.
    return member.status in _OUT

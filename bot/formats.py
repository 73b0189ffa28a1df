"""How a chat's digests look: classic, or rich once the reader has seen a rich message and said so.

Apps that know no rich messages show nothing while Telegram says all is well: only the reader can tell.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.messages.keyboard import Key, keyboard
from bot.messages.page import Reader
from storage.messages import Lane, MessagePart, NewDelivery
from storage.records import Chat, Format

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

ASK_AFTER = 3
"""Digests in the classic format before a reader is asked, once and unbidden."""
JUST_READ = timedelta(minutes=30)
MOST_AT_ONCE = 50


async def show_sample(services: Services, chat: Chat, *, key: str) -> None:
    """A rich message and, under it, the question whether it can be seen; `key` makes it once."""
    async with services.storage.write() as tx:
        await _owe_sample(services, tx, chat, key=key)


async def answer(services: Services, chat: Chat, *, sees_it: bool) -> Chat:
    return await set_format(services, chat, Format.RICH if sees_it else Format.CLASSIC)


async def set_format(services: Services, chat: Chat, wanted: Format) -> Chat:
    changed = replace(chat, format=wanted)
    async with services.storage.write() as tx:
        await tx.chats.update(changed)
    return changed


async def ask_some(services: Services, *, after: int = ASK_AFTER) -> int:
    """Show the sample to readers who just had so many digests and were never asked; how many."""
    since = services.clock.now() - JUST_READ
    async with services.storage.write() as tx:
        chats = await tx.chats.unasked(since=since, editions=after, limit=MOST_AT_ONCE)
        for chat in chats:
            await tx.chats.update(replace(chat, format=Format.ASKED))
            await _owe_sample(services, tx, chat, key=f"format:{chat.id}:asked")
    return len(chats)


async def as_text(services: Services, chat: Chat, message_id: int) -> bool:
    """The classic messages of a rich one, once; False if nobody remembers them."""
    async with services.storage.write() as tx:
        found = await tx.outbox.classic_of(chat.id, message_id)
        if found is None:
            return False
        outbox_id, parts = found
        await _owe(services, tx, chat, parts, key=f"text:{outbox_id}")
        return True


async def _owe_sample(services: Services, tx: Transaction, chat: Chat, *, key: str) -> None:
    reader = Reader(language=chat.language, zone=chat.timezone, now=services.clock.now()).values()
    renderer = services.renderer

    def label(name: str) -> str:
        return renderer.label(name, language=chat.language)

    sample = MessagePart(
        html=renderer.rich("format_sample", **reader),
        is_rich=True,
        silent=True,
        instead=renderer.parts("format_unavailable", **reader),
    )
    keys = [[Key(label("button_sees_it"), "fo:yes"), Key(label("button_sees_nothing"), "fo:no")]]
    [question] = renderer.parts("format_question", keyboard=keyboard(keys), **reader)
    await _owe(services, tx, chat, (sample, question), key=key)


async def _owe(
    services: Services, tx: Transaction, chat: Chat, parts: tuple[MessagePart, ...], *, key: str
) -> None:
    now = services.clock.now()
    delivery = NewDelivery(chat_id=chat.id, key=key, lane=Lane.ANSWER, parts=parts, not_before=now)
    await tx.outbox.put(delivery, now=now)

"""/export - everything stored about this chat, as a JSON document."""

from __future__ import annotations

from typing import Any

import orjson

from bot.handlers.command import Command
from bot.handlers.turn import Turn
from storage.records import Chat, Digest, Subscription, Told

FORMAT = 1


async def export(turn: Turn) -> None:
    async with turn.services.storage.read() as tx:
        chat = await tx.chats.get(turn.chat.id)
        followed = await tx.chats.subscriptions(chat.id)
        digests = await tx.digests.of_chat(chat.id)
        told = await tx.told.of_chat(chat.id)
    document = orjson.dumps(
        as_json(chat, followed, digests, told), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )
    await turn.bot.send_document(
        chat.telegram_id,
        document,
        filename="depesche.json",
        caption=turn.label("export_caption"),
        message_thread_id=turn.thread_id or None,
    )


def as_json(
    chat: Chat, followed: list[Subscription], digests: list[Digest], told: list[Told]
) -> dict[str, Any]:
    """All of it, in the words of the glossary."""
    return {
        "format": FORMAT,
        "chat": {
            "telegram_id": chat.telegram_id,
            "thread_id": chat.thread_id,
            "kind": chat.kind,
            "language": chat.language,
            "timezone": chat.timezone,
            "state": chat.state,
            "paused_until": chat.paused_until,
            "length": chat.length,
            "breaking": chat.breaking,
        },
        "subscriptions": [
            {"topic": one.topic.query, "state": one.state, "created_at": one.created_at} for one in followed
        ],
        "digests": [
            {"local_time": one.local_time, "weekdays": one.weekdays, "next_due_at": one.next_due_at}
            for one in digests
        ],
        "told": [{"story_id": one.story_id, "version": one.version, "told_at": one.told_at} for one in told],
    }


COMMAND = Command(name="export", alias="export", handle=export, menu="menu_export", changes_chat=True)

"""/export - everything stored about this chat, as JSON: in the chat, or as a file when it is long."""

from __future__ import annotations

from typing import Any

import orjson

from bot.handlers.command import Command
from bot.handlers.turn import Turn
from storage.records import Chat, Digest, Told
from storage.wishes import Saved, Subscription

FORMAT = 1
PER_MESSAGE = 3500
MOST_MESSAGES = 3
"""What is longer comes as a file."""


async def export(turn: Turn) -> None:
    async with turn.services.storage.read() as tx:
        chat = await tx.chats.get(turn.chat.id)
        followed = await tx.chats.subscriptions(chat.id)
        digests = await tx.digests.of_chat(chat.id)
        told = await tx.told.of_chat(chat.id)
        saved = await tx.saved.of_chat(chat.id)
    document = orjson.dumps(
        as_json(chat, followed, digests, told, saved), option=orjson.OPT_INDENT_2
    ).decode()
    pieces = _pieces(document)
    if len(pieces) <= MOST_MESSAGES:
        for number, piece in enumerate(pieces, start=1):
            await turn.reply("export", document=piece, number=number, count=len(pieces))
        return
    await turn.bot.send_document(
        chat.telegram_id,
        document.encode(),
        filename="depesche.json",
        caption=turn.label("export_caption"),
        message_thread_id=turn.thread_id or None,
    )


def _pieces(document: str) -> list[str]:
    """Whole lines, as many as a message holds."""
    pieces = [""]
    for line in document.splitlines(keepends=True):
        if len(pieces[-1]) + len(line) > PER_MESSAGE:
            pieces.append("")
        pieces[-1] += line
    return pieces


def as_json(
    chat: Chat,
    followed: list[Subscription],
    digests: list[Digest],
    told: list[Told],
    saved: list[Saved],
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
            "quiet_from": chat.quiet_from,
            "quiet_to": chat.quiet_to,
            "tells_empty": chat.tells_empty,
            "headlines": chat.headlines,
            "length": chat.length,
            "breaking": chat.breaking,
            "look": chat.format,
        },
        "subscriptions": [
            {"topic": one.topic.query, "state": one.state, "created_at": one.created_at} for one in followed
        ],
        "digests": [
            {"local_time": one.local_time, "weekdays": one.weekdays, "next_due_at": one.next_due_at}
            for one in digests
        ],
        "told": [{"story_id": one.story_id, "version": one.version, "told_at": one.told_at} for one in told],
        "saved": [{"story_id": one.story_id, "saved_at": one.saved_at} for one in saved],
    }


COMMAND = Command(name="export", alias="export", handle=export, menu="menu_export", changes_chat=True)

"""/digest - an edition now, of what is new since the last one."""

from __future__ import annotations

from bot import pipeline
from bot.handlers import rest
from bot.handlers.command import Command, Press
from bot.handlers.suggestions import suggested_topics
from bot.handlers.turn import Turn
from bot.messages.keyboard import in_rows


async def digest(turn: Turn) -> None:
    async with turn.services.storage.read() as tx:
        followed = await tx.chats.subscriptions(turn.chat.id)
    if not followed:
        topics = await suggested_topics(turn)
        keys = [turn.key("button_topic", f"ab:{topic.id}", topic=topic.query) for topic in topics]
        await turn.reply("digest_without_topics", rows=in_rows(keys, 2))
        return
    # The edition goes through the outbox; the update's number makes a second try the same edition.
    await pipeline.issue_now(turn.services, turn.chat.id, slot=f"update:{turn.update_id}")


COMMAND = Command(
    name="digest",
    alias="digest",
    more=("depesche", "jetzt", "now"),
    handle=digest,
    menu="menu_digest",
    presses=(Press(prefix="dg", handle=digest), rest.PRESS),
)

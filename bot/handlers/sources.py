"""/quellen - the publishers the news comes from, and how fresh each is."""

from __future__ import annotations

from datetime import timedelta

from bot.handlers.command import Command
from bot.handlers.turn import Turn

MOST = 60
QUIET_AFTER = timedelta(days=2)


async def sources(turn: Turn) -> None:
    async with turn.services.storage.read() as tx:
        publishers = await tx.articles.publishers()
    await turn.reply(
        "sources",
        publishers=publishers[:MOST],
        more=max(len(publishers) - MOST, 0),
        quiet_since=turn.now - QUIET_AFTER,
    )


COMMAND = Command(name="quellen", alias="sources", handle=sources, menu="menu_sources")

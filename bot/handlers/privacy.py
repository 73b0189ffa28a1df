"""/datenschutz - what is kept about a chat, and how to see and delete it."""

from __future__ import annotations

from bot.handlers.command import Command
from bot.handlers.turn import Turn


async def privacy(turn: Turn) -> None:
    await turn.reply("privacy")


COMMAND = Command(name="datenschutz", alias="privacy", handle=privacy, menu="menu_privacy")

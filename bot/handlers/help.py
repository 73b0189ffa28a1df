"""/hilfe - what one can do here, on one screen."""

from __future__ import annotations

from bot.handlers.command import Command
from bot.handlers.turn import Turn


async def help_(turn: Turn) -> None:
    await turn.reply("help", is_admin=turn.is_bot_admin)


COMMAND = Command(name="hilfe", alias="help", handle=help_, menu="menu_help")

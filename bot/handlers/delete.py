"""/loeschen - everything that is only about this chat, after one question."""

from __future__ import annotations

from bot.handlers.command import Command, Press
from bot.handlers.turn import Stale, Turn


async def delete(turn: Turn) -> None:
    rows = [[turn.key("button_delete", "de:yes"), turn.key("button_keep", "de:no")]]
    await turn.reply("delete_ask", rows=rows)


async def press(turn: Turn) -> None:
    match turn.press:
        case ("yes",):
            async with turn.services.storage.write() as tx:
                await tx.chats.remove(turn.chat.id)
            await turn.show("delete_done")
        case ("no",):
            await turn.show("delete_kept")
        case _:
            raise Stale


COMMAND = Command(
    name="loeschen",
    alias="delete",
    handle=delete,
    menu="menu_delete",
    changes_chat=True,
    presses=(Press(prefix="de", handle=press, changes_chat=True),),
)

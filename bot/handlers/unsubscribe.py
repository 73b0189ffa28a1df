"""/abbestellen NAME - follow a topic no longer; without a name, the list to choose from."""

from __future__ import annotations

from bot import subscriptions as wishes
from bot.errors import BadQuery
from bot.handlers.asking import read
from bot.handlers.command import Command
from bot.handlers.rights import may_change
from bot.handlers.subscriptions import show
from bot.handlers.turn import Turn
from storage.records import Topic


async def unsubscribe(turn: Turn) -> None:
    if not turn.argument:
        await show(turn)
        return
    if not await may_change(turn):
        await turn.reply("group_admins_only")
        return
    topic = await _followed(turn)
    if topic is None:
        await turn.reply("not_followed", rows=[[turn.key("button_list", "al:show")]], topic=turn.argument)
        return
    await wishes.unsubscribe(turn.services, turn.chat, [topic.id])
    rows = [[turn.key("button_undo", f"ab:{topic.id}")]]
    await turn.reply("unsubscribed", rows=rows, topic=topic.query)


async def _followed(turn: Turn) -> Topic | None:
    """The followed topic that is meant, by its meaning or just as it is written."""
    try:
        key = (await read(turn, turn.argument)).key
    except BadQuery:
        key = ""
    async with turn.services.storage.read() as tx:
        followed = [one.topic for one in await tx.chats.subscriptions(turn.chat.id)]
    wanted = turn.argument.casefold()
    return next((one for one in followed if one.key == key or one.query.casefold() == wanted), None)


COMMAND = Command(
    name="abbestellen", alias="unsubscribe", handle=unsubscribe, menu="menu_unsubscribe", more=("entfolgen",)
)

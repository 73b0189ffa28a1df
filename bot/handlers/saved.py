"""/gemerkt - the stories put aside to read later, paged in one message."""

from __future__ import annotations

from bot.handlers.command import Command, Press
from bot.handlers.stories import items_of, number_keys
from bot.handlers.turn import Turn
from bot.messages.keyboard import Key

PER_PAGE = 6


async def saved(turn: Turn) -> None:
    await _show(turn, 1)


async def page(turn: Turn) -> None:
    await _show(turn, turn.pressed_id())


async def _show(turn: Turn, page: int) -> None:
    async with turn.services.storage.read() as tx:
        total = await tx.saved.count(turn.chat.id)
        pages = max(-(-total // PER_PAGE), 1)
        page = min(max(page, 1), pages)
        found = await tx.saved.of_chat(turn.chat.id, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    items = await items_of(turn, [one.story_id for one in found])
    keys: list[Key] = []
    if page > 1:
        keys.append(turn.key("button_back", f"gm:{page - 1}"))
    if page < pages:
        keys.append(turn.key("button_more", f"gm:{page + 1}"))
    first = (page - 1) * PER_PAGE + 1
    await turn.show(
        "saved",
        rows=[number_keys(items, first=first), keys],
        items=items,
        total=total,
        first=first,
        page=page,
        pages=pages,
    )


COMMAND = Command(
    name="gemerkt",
    alias="saved",
    handle=saved,
    menu="menu_saved",
    presses=(Press(prefix="gm", handle=page),),
)

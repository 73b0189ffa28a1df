"""/feeds - for admins: every feed with its health, those that need a hand first, paged."""

from __future__ import annotations

from collections import Counter

from bot.articles.want import LEAST_FULL_TEXT
from bot.feeds.health import LOOK_BACK, FeedHealth, look_at
from bot.handlers.command import Command, Press
from bot.handlers.turn import Stale, Turn

PER_PAGE = 8


async def feeds(turn: Turn) -> None:
    await _show(turn, 1)


async def press(turn: Turn) -> None:
    await _show(turn, turn.pressed_id())


async def _show(turn: Turn, page: int) -> None:
    found = await _look(turn)
    pages = max(-(-len(found) // PER_PAGE), 1)
    if not 1 <= page <= pages:
        raise Stale
    keys = []
    if page > 1:
        keys.append(turn.key("button_back", f"fd:{page - 1}"))
    if page < pages:
        keys.append(turn.key("button_more", f"fd:{page + 1}"))
    await turn.show(
        "feeds",
        rows=[keys],
        total=len(found),
        counts=Counter(one.condition.value for one in found),
        feeds=found[(page - 1) * PER_PAGE : page * PER_PAGE],
        page=page,
        pages=pages,
    )


async def _look(turn: Turn) -> list[FeedHealth]:
    async with turn.services.storage.read() as tx:
        known = await tx.feeds.all()
        hauls = await tx.feeds.hauls(turn.now - LOOK_BACK, full_text=LEAST_FULL_TEXT)
    return look_at(known, hauls, now=turn.now)


COMMAND = Command(
    name="feeds",
    alias="feeds",
    handle=feeds,
    menu="menu_feeds",
    presses=(Press(prefix="fd", handle=press, admins_only=True),),
    admins_only=True,
)

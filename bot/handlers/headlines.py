"""/schlagzeilen - what leads now: the stories most outlets tell."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.handlers.command import Command
from bot.handlers.stories import items_of, number_keys
from bot.handlers.turn import Turn
from storage.records import Story

MOST_STORIES = 6
LOOK_BACK = timedelta(days=1)
CONSIDERED = 400


async def headlines(turn: Turn) -> None:
    async with turn.services.storage.read() as tx:
        stories = await tx.stories.latest(turn.now - LOOK_BACK, CONSIDERED)
    leading = sorted(stories, key=_weight, reverse=True)[:MOST_STORIES]
    items = await items_of(turn, [story.id for story in leading])
    await turn.reply("headlines", rows=[number_keys(items)], items=items)


def _weight(story: Story) -> tuple[int, int, datetime]:
    """Texts of their own first, then how many carry it, then how new it is."""
    return story.independent_count, story.article_count, story.last_at


COMMAND = Command(
    name="schlagzeilen", alias="headlines", handle=headlines, menu="menu_headlines", more=("top",)
)

"""Stories as messages show them, for every command that lists some."""

from __future__ import annotations

from collections.abc import Sequence

from bot import pipeline
from bot.digests.build import StoryItem
from bot.handlers.turn import Turn
from bot.messages.keyboard import Key
from storage.records import StoryId


async def items_of(turn: Turn, story_ids: Sequence[StoryId]) -> tuple[StoryItem, ...]:
    """In the given order, each with its sources and similar news."""
    async with turn.services.storage.read() as tx:
        return await pipeline.story_items(tx, story_ids, language=turn.chat.language)


def number_keys(items: Sequence[StoryItem]) -> list[Key]:
    """Under a numbered list, a key for each story: its similar news."""
    return [Key(str(number), f"st:{item.story_id}") for number, item in enumerate(items, start=1)]

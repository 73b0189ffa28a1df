"""Stories as messages show them, for every command that lists some."""

from __future__ import annotations

from collections.abc import Sequence

from bot import pipeline
from bot.digests.build import StoryItem
from bot.handlers.turn import Turn
from bot.messages.keyboard import Key
from bot.messages.page import number_key
from storage.records import StoryId


async def items_of(turn: Turn, story_ids: Sequence[StoryId]) -> tuple[StoryItem, ...]:
    """In the given order, each with its sources and similar news."""
    async with turn.services.storage.read() as tx:
        return await pipeline.story_items(tx, story_ids, language=turn.chat.language)


def number_keys(items: Sequence[StoryItem], *, first: int = 1) -> list[Key]:
    """Under a numbered list, a key for each story: what can be done with it."""
    return [number_key(number, item) for number, item in enumerate(items, start=first)]

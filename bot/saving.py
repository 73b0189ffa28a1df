"""Stories a chat puts aside to read later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.wishes import Saved

if TYPE_CHECKING:
    from bot.services import Services
    from storage.records import Chat, StoryId


async def save(services: Services, chat: Chat, story_id: StoryId) -> bool:
    """False if it was saved before."""
    async with services.storage.write() as tx:
        return await tx.saved.put(Saved(chat_id=chat.id, story_id=story_id, saved_at=services.clock.now()))


async def forget(services: Services, chat: Chat, story_id: StoryId) -> bool:
    """False if it was not saved."""
    async with services.storage.write() as tx:
        return await tx.saved.remove(chat.id, story_id)

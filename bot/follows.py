"""Following and muting: stories, topics and publishers a chat wants more of, or nothing of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.records import Chat, StoryId, Told
from storage.wishes import Mute, MuteKind

if TYPE_CHECKING:
    from bot.services import Services

MOST_FOLLOWS = 50
MOST_MUTES = 100


async def follow_story(services: Services, chat: Chat, story_id: StoryId) -> bool:
    """Each development comes as soon as it is known; False if it does already, or too many stories do.

    What is known now counts as told. Raises NotFound.
    """
    now = services.clock.now()
    async with services.storage.write() as tx:
        story = await tx.stories.get(story_id)
        if len(await tx.follows.of_chat(chat.id)) >= MOST_FOLLOWS:
            return False
        is_new = await tx.follows.put(chat.id, story.id, now)
        if is_new:
            await tx.mutes.remove(chat.id, MuteKind.STORY, str(story.id))
            await tx.told.put([Told(chat_id=chat.id, story_id=story.id, version=story.version, told_at=now)])
        return is_new


async def unfollow_story(services: Services, chat: Chat, story_id: StoryId) -> bool:
    """False if the chat did not follow it. Raises NotFound."""
    async with services.storage.write() as tx:
        return await tx.follows.remove(chat.id, (await tx.stories.get(story_id)).id)


async def mute_story(services: Services, chat: Chat, story_id: StoryId) -> bool:
    """Nothing more of it comes by itself; False if it was muted before. Raises NotFound."""
    async with services.storage.write() as tx:
        story = await tx.stories.get(story_id)
        await tx.follows.remove(chat.id, story.id)
    return await mute(services, chat, MuteKind.STORY, str(story.id))


async def unmute_story(services: Services, chat: Chat, story_id: StoryId) -> bool:
    """False if it was not muted."""
    return await unmute(services, chat, MuteKind.STORY, str(story_id))


async def mute(services: Services, chat: Chat, kind: MuteKind, about: str) -> bool:
    """False if it was muted before, or the chat has muted as much as it may."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        if len(await tx.mutes.of_chat(chat.id)) >= MOST_MUTES:
            return False
        return await tx.mutes.put(Mute(chat_id=chat.id, kind=kind, about=about, muted_at=now))


async def unmute(services: Services, chat: Chat, kind: MuteKind, about: str) -> bool:
    """False if it was not muted."""
    async with services.storage.write() as tx:
        return await tx.mutes.remove(chat.id, kind, about)

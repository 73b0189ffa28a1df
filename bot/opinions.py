"""More like this, or less: what a chat says of a story, kept for the ranking of the next ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bot.digests.taste import MOST_NAMES, traits
from storage.records import Chat, Story, StoryId
from storage.wishes import Opinion

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

LOOK_BACK = timedelta(days=30)
"""How old a story may be for its topics still to be found."""


async def put_opinion(services: Services, chat: Chat, story_id: StoryId, value: int) -> bool:
    """More like it (1), less (-1), or nothing said after all (0); False if that was said before.

    Raises NotFound.
    """
    now = services.clock.now()
    async with services.storage.write() as tx:
        story = await tx.stories.get(story_id)
        if await tx.opinions.find(chat.id, story.id) == value:
            return False
        if not value:
            return await tx.opinions.remove(chat.id, story.id)
        said = Opinion(
            chat_id=chat.id,
            story_id=story.id,
            value=value,
            traits=await _traits(tx, chat, story),
            said_at=now,
        )
        await tx.opinions.put(said)
        return True


async def _traits(tx: Transaction, chat: Chat, story: Story) -> tuple[str, ...]:
    """Of the article that stands for the story, and the chat's topics that led to it."""
    publishers = await tx.articles.publishers_of([story.lead_id])
    names = await tx.analyses.names_of([story.lead_id])
    followed = (await tx.chats.topic_ids_of([chat.id])).get(chat.id, [])
    first = await tx.articles.first_since(story.first_at - LOOK_BACK)
    matches = await tx.topics.matched_from(followed, first)
    stories = await tx.articles.stories_of(set().union(*matches.values()))
    return traits(
        publishers.get(story.lead_id, ""),
        names.get(story.lead_id, ())[:MOST_NAMES],
        sorted(
            topic_id
            for topic_id, fits in matches.items()
            if any(stories.get(article_id) == story.id for article_id in fits)
        ),
    )

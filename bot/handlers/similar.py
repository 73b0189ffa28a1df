"""/aehnlich - what other outlets report: as a reply, with an address or a number, or by button."""

from __future__ import annotations

import re

from telegram import Message, MessageEntity

from bot.handlers.command import Command, Press
from bot.handlers.story_menu import open_menu, press_menu
from bot.handlers.turn import Stale, Turn
from bot.handlers.unrelated import offer
from bot.handlers.unrelated import press as unrelated_press
from bot.similar import similar as find
from storage.records import Article, StoryId

MOST_ADDRESSES = 30
MOST_SAME, MOST_RELATED = 8, 6

_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_LINKS = (MessageEntity.TEXT_LINK, MessageEntity.URL)


async def similar(turn: Turn) -> None:
    references = references_of(turn)
    if not references:
        await turn.reply("similar_how")
        return
    async with turn.services.storage.read() as tx:
        for reference in references[:MOST_ADDRESSES]:
            article = await tx.articles.find(reference)
            if article is not None:
                break
    if article is None:
        await turn.reply("similar_unknown")
        return
    await _tell(turn, article)


async def press(turn: Turn) -> None:
    """Similar news of a story, under the message they belong to."""
    story_id = StoryId(turn.pressed_id())
    async with turn.services.storage.read() as tx:
        story = (await tx.stories.get_many([story_id])).get(story_id)
        if story is None:
            raise Stale
        article = await tx.articles.get(story.lead_id)
    await _tell(turn, article)


async def _tell(turn: Turn, article: Article) -> None:
    found = await find(turn.services, article.id)
    story_id = article.story_id
    related = list(found.related)
    if story_id is not None:
        async with turn.services.storage.read() as tx:
            disowned = await tx.judgements.disowned(turn.chat.id, [story_id])
        related = [one for one in related if (story_id, one.article.story_id) not in disowned]
    same_story, related = found.same_story[:MOST_SAME], related[:MOST_RELATED]
    keys = []
    if story_id is not None:
        members = [one.id for one in same_story]
        others = [one.article.story_id for one in related if one.article.story_id is not None]
        keys = await offer(turn, story_id, members, others)
    await turn.reply("similar", rows=[keys], article=article, same_story=same_story, related=related)


def references_of(turn: Turn) -> list[str]:
    """Addresses and numbers that may name an article, the likeliest first."""
    if turn.argument:
        return _ADDRESS.findall(turn.argument) or [turn.argument]
    return addresses_of(turn.message) if turn.message else []


def addresses_of(message: Message) -> list[str]:
    """Addresses in what a message quotes or replies to, the likeliest meant first."""
    quoted = _addresses_in(message.quote.entities or (), message.quote.text) if message.quote else []
    return quoted + (_of_message(message.reply_to_message) if message.reply_to_message else [])


def _of_message(message: Message) -> list[str]:
    return _addresses_in(message.entities or message.caption_entities, message.text or message.caption or "")


def _addresses_in(entities: tuple[MessageEntity, ...] | list[MessageEntity], text: str) -> list[str]:
    """In the order of the text: a digest's first story comes first."""
    units = text.encode("utf-16-le")
    found = []
    for entity in entities:
        if entity.type not in _LINKS:
            continue
        shown = units[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le", "ignore")
        found.append(entity.url or shown)
    return found


COMMAND = Command(
    name="aehnlich",
    alias="similar",
    handle=similar,
    menu="menu_similar",
    presses=(
        Press(prefix="st", handle=open_menu),
        Press(prefix="sm", handle=press_menu),
        Press(prefix="si", handle=press),
        Press(prefix="nx", handle=unrelated_press),
    ),
)

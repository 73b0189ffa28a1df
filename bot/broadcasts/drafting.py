"""From an item to a draft: what it is about, whom it reaches, how it looks, what can be chosen."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.analysis.summary import summarised
from bot.broadcasts.item import MOST_TEXT, MOST_TITLE, Flaw, Item
from bot.digests.build import lead_first
from bot.messages.clean import plain
from storage.breaking import AudienceSize, Broadcast, BroadcastState, InQuiet, NewBroadcast
from storage.records import BroadcastId, Story, TopicId

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction
    from storage.messages import MessagePart

_CORRECTABLE = (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.DONE)
STARS_PER_MESSAGE = 0.1
"""What Telegram asks for a paid message, at most: the first 30 of each second are free (Bot API 7.11)."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft with what an editor must know before it goes out."""

    broadcast: Broadcast
    audience: AudienceSize
    topics: tuple[str, ...]
    """Queries of the topics it is about that somebody follows."""
    seconds: int
    """How long sending takes at the rate chosen."""
    stars: int
    """What it costs at most; 0 for a free one."""
    may_pay: bool


async def draft(
    services: Services, item: Item, *, admin_id: int, desk_id: int, edits_id: BroadcastId | None = None
) -> Preview | Flaw:
    """Store the item as a draft; nothing is stored when nobody would get it."""
    now = services.clock.now()
    async with services.storage.read() as tx:
        story = await _story_of(tx, item)
        if not item.title:
            if story is None:
                return Flaw.UNKNOWN_ADDRESS
            item = await _told_by(tx, story, item.url)
        if edits_id is not None and (await tx.broadcasts.get(edits_id)).state not in _CORRECTABLE:
            return Flaw.OVER
        new = NewBroadcast(
            admin_id=admin_id,
            title=item.title,
            text=item.text,
            url=item.url,
            story_id=story.id if story else None,
            story_version=story.version if story else 0,
            desk_id=desk_id,
            edits_id=edits_id,
            created_at=now,
        )
        new = replace(new, topic_ids=await _topics_of(services, tx, new))
    async with services.storage.write() as tx:
        if edits_id is None:
            size = await tx.broadcasts.audience_size(new, now=now)
            if not size.reached:
                return Flaw.ALL_TOLD if size.told else Flaw.NOBODY
        broadcast = await tx.broadcasts.get(await tx.broadcasts.add(new))
    return await preview(services, broadcast)


async def preview(services: Services, broadcast: Broadcast) -> Preview:
    """Whom the draft reaches now, how fast, and at which price."""
    settings = services.settings
    async with services.storage.read() as tx:
        size = await tx.broadcasts.audience_size(broadcast, now=services.clock.now())
        topics = await tx.topics.get_many(await tx.topics.followed(broadcast.topic_ids))
    rate = settings.paid_rate if broadcast.paid else settings.rate_limit
    return Preview(
        broadcast,
        size,
        topics=tuple(topics[id_].query for id_ in broadcast.topic_ids if id_ in topics),
        seconds=-(-size.reached // rate),
        stars=round(size.reached * STARS_PER_MESSAGE) if broadcast.paid else 0,
        may_pay=settings.paid_rate > settings.rate_limit,
    )


async def choose(
    services: Services, broadcast_id: BroadcastId, *, admin_id: int, quiet: bool = False, pay: bool = False
) -> Preview | None:
    """Go on to the next choice for quiet hours, or between paid and free; None if it is no open draft."""
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id, lock=True)
        if broadcast.state is not BroadcastState.DRAFT or broadcast.admin_id != admin_id:
            return None
        if quiet:
            levels = list(InQuiet)
            level = levels[(levels.index(broadcast.in_quiet) + 1) % len(levels)]
            await tx.broadcasts.change(broadcast_id, in_quiet=level)
        if pay and services.settings.paid_rate:
            await tx.broadcasts.change(broadcast_id, paid=not broadcast.paid)
        broadcast = await tx.broadcasts.get(broadcast_id)
    return await preview(services, broadcast)


def render(services: Services, broadcast: NewBroadcast, *, language: str, zone: str) -> MessagePart:
    """The item as a reader of this language and zone sees it; always one message."""
    [part] = services.renderer.parts(
        "breaking",
        language=language,
        zone=zone,
        # When it was written, not when it is rendered: all readers see the same time.
        now=broadcast.created_at,
        preview_url=broadcast.url,
        item=broadcast,
    )
    return part


async def _story_of(tx: Transaction, item: Item) -> Story | None:
    article = await tx.articles.find(item.url) if item.url else None
    return await tx.stories.get(article.story_id) if article and article.story_id else None


async def _told_by(tx: Transaction, story: Story, url: str) -> Item:
    """The item an editor means who names only an article: its story in the words of its sources."""
    articles = (await tx.articles.of_stories([story.id]))[story.id]
    first = lead_first(story, articles)
    summary = await asyncio.to_thread(summarised, first, language=story.language)
    text = plain(" ".join(summary))
    lead = next((article for article in articles if article.url == url), first[0])
    return Item(plain(story.headline or lead.title)[:MOST_TITLE], text[:MOST_TEXT], lead.url)


async def _topics_of(services: Services, tx: Transaction, item: NewBroadcast) -> tuple[TopicId, ...]:
    """What the item is about: by its own words, and by those of its story's articles."""
    findings = services.analyser.analyse(title=item.title, summary="", text=item.text, language="")
    matches = services.topics.match(
        findings, publisher="", language=findings.language, published_at=item.created_at
    )
    topics = {topic_id for topic_id, _ in matches}
    if item.story_id is not None:
        articles = (await tx.articles.of_stories([item.story_id])).get(item.story_id, [])
        analyses = await tx.analyses.get_many([article.id for article in articles])
        for article in articles:
            if article.id in analyses:
                topics |= {
                    topic_id
                    for topic_id, _ in services.topics.match(
                        analyses[article.id],
                        publisher=article.publisher,
                        language=article.language,
                        published_at=article.published_at,
                    )
                }
    return tuple(sorted(topics))

"""Gives new articles their stories: placed in the window in memory, stored in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot import metrics
from bot.stories.developments import new_part
from bot.stories.headline import describe
from bot.stories.member import LiveStory
from bot.stories.placing import Grouped, assigned, merged_ids, parted_ids, place_all, story_id_of
from bot.stories.related import Link, related_lists, without
from bot.stories.window import Placement, Window
from storage.errors import AlreadyExists
from storage.records import Article, ArticleId, Development, Resemblance, StoryId

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

# So many articles are read or stored at once: the event loop stays free, and other writers get their turn.
PORTION = 100
RESTORED_AT_ONCE = 500
# One process places at a time, as each placing depends on those before; its successor waits this long.
ROLE = "group"
ROLE_LEASE = timedelta(seconds=45)
DAY_S = 86_400


async def group(services: Services, limit: int) -> Grouped:
    """At most so many articles, in portions of one transaction each; run twice it finds nothing left.

    Of several processes on one PostgreSQL database the one that holds the role does it, the others nothing.
    """
    total = Grouped()
    while total.articles < limit:
        done = await _group_portion(services, min(PORTION, limit - total.articles))
        if not done.articles:
            break
        total = total.plus(done)
    return total


async def _group_portion(services: Services, limit: int) -> Grouped:
    window = services.window
    async with window.turn:
        async with services.storage.read() as tx:
            fresh = await tx.articles.ungrouped(limit, now=services.clock.now())
            found = await tx.analyses.get_many([article.id for article in fresh])
        if not fresh:
            return Grouped()
        try:
            async with services.storage.write() as tx:
                if not await _takes_role(services, tx):
                    return Grouped()
            await _load_window(services)
            pairs = [(article, found[article.id]) for article in fresh]
            placements, links = await asyncio.to_thread(place_all, pairs, window)
            last = await _store(services, placements, links)
        except AlreadyExists:  # another process has placed some of them meanwhile: next time we know
            window.forget()
            return Grouped()
        except BaseException:
            # Nothing of it was stored, or nobody knows: memory must not run ahead of the database.
            window.forget()
            raise
        window.last = last
    return _count_grouped(placements)


async def _takes_role(services: Services, tx: Transaction) -> bool:
    now = services.clock.now()
    return await tx.roles.take(ROLE, owner=services.window.owner, now=now, until=now + ROLE_LEASE)


async def _load_window(services: Services) -> None:
    """Bring the window to what the database holds of the last days."""
    window = services.window
    today = int(services.clock.now().timestamp() // DAY_S)
    since = today - services.settings.window_days
    async with services.storage.read() as tx:
        is_current = window.last is not None and window.last == await tx.sketches.last()
    if not is_current:  # just started, or another process has placed some
        await _restore(services, since)
    if today > window.day:
        await asyncio.to_thread(window.drop_days, since)
        async with services.storage.write() as tx:
            await tx.sketches.forget(before=since)
    window.begin_day(today)


async def _restore(services: Services, since: int) -> None:
    window = services.window
    window.forget()
    async with services.storage.read() as tx:
        last = await tx.sketches.last()
        number = 0
        while rows := await tx.sketches.after(number, day=since, limit=RESTORED_AT_ONCE):
            await asyncio.to_thread(window.restore, rows)
            number = rows[-1].number
    window.last = last


async def _store(services: Services, placements: list[Placement], links: list[Link]) -> int:
    """Number of the last sketch; raises AlreadyExists when another process has placed articles meanwhile."""
    window = services.window
    async with services.storage.write() as tx:
        if not await _takes_role(services, tx):
            raise AlreadyExists("another process groups by now")
        await _store_placements(tx, window, placements, links)
        kept = [(placement.article_id, window.kept(placement.article_id)) for placement in placements]
        return await tx.sketches.add((window.last or 0) + 1, window.day, kept)


async def _store_placements(
    tx: Transaction, window: Window, placements: list[Placement], links: list[Link]
) -> None:
    moved = assigned(placements, window)
    await _name_stories(tx, window, placements, moved)
    gone, parted = merged_ids(placements), parted_ids(placements, window)
    concerned = {story_id_of(story) for story in moved} | set(gone) | set(parted)
    before = without(await tx.stories.related(concerned), set(parted))
    for story_id, into in gone.items():
        await tx.stories.merge(story_id, into)
    for story_id, parts in parted.items():
        for part, article_ids in parts.items():
            await tx.stories.part(story_id, part, article_ids)
    for story, article_ids in moved.items():
        await tx.articles.assign(article_ids, story_id_of(story))
    for copy, original in (pair for placement in placements for pair in placement.copies):
        await tx.articles.set_wire_of(copy, original)
    await tx.stories.put_resemblances(
        Resemblance(article_id=placement.article_id, other_id=other, score=score)
        for placement in placements
        for other, score in placement.links
    )
    lists_of = await asyncio.to_thread(related_lists, links, before, gone)
    for story_id, lists in lists_of.items():
        if story_id in concerned:
            await tx.stories.put_related(story_id, lists)
    await _describe_anew(tx, window, {story_id_of(story) for story in moved} | set(parted), placements)


async def _name_stories(
    tx: Transaction,
    window: Window,
    placements: list[Placement],
    moved: dict[LiveStory, list[ArticleId]],
) -> None:
    """Give those stories an id that have none; raises AlreadyExists when an article was placed meanwhile."""
    articles = await tx.articles.get_many([article_id for ids in moved.values() for article_id in ids])
    if any(articles[placement.article_id].story_id is not None for placement in placements):
        raise AlreadyExists("another process has placed these articles meanwhile")
    for story, article_ids in moved.items():
        if story.story_id is None:
            described = describe([articles[article_id] for article_id in article_ids])
            window.named(story, (await tx.stories.add(described)).id)


async def _describe_anew(
    tx: Transaction, window: Window, story_ids: set[StoryId], placements: list[Placement]
) -> None:
    told = await tx.articles.of_stories(story_ids)
    described = await asyncio.to_thread(lambda: {id_: describe(articles) for id_, articles in told.items()})
    parts = await _new_parts(tx, window, placements, told)
    for story_id, new in described.items():
        await tx.stories.update(story_id, new, is_news=story_id in {part.story_id for part in parts})
    stories = await tx.stories.get_many({part.story_id for part in parts})
    for part in parts:
        await tx.stories.put_development(replace(part, version=stories[part.story_id].version))


async def _new_parts(
    tx: Transaction,
    window: Window,
    placements: list[Placement],
    told: Mapping[StoryId, Sequence[Article]],
) -> list[Development]:
    """What these articles tell that no earlier one of their story does anywhere; oldest first."""
    risen = sorted(placement.article_id for placement in placements if placement.is_news)
    analyses = await tx.analyses.get_many(risen)
    parts = []
    for article_id in risen:
        story_id = story_id_of(window.member(article_id)[1])
        before = [one for one in told[story_id] if one.id < article_id]
        [article] = [one for one in told[story_id] if one.id == article_id]
        sentence, facts = await asyncio.to_thread(new_part, article, analyses[article_id], before)
        if facts:
            parts.append(
                Development(
                    story_id=story_id,
                    version=0,
                    article_id=article_id,
                    sentence=sentence,
                    facts=facts,
                    found_at=article.first_seen_at,
                )
            )
    return parts


def _count_grouped(placements: list[Placement]) -> Grouped:
    grouped = Grouped(
        articles=len(placements),
        started=sum(placement.is_new for placement in placements),
        merged=sum(len(placement.absorbed) for placement in placements),
        split=sum(placement.parting is not None for placement in placements),
        copies=sum(placement.is_copy for placement in placements),
    )
    metrics.STORIES.labels("started").inc(grouped.started)
    metrics.STORIES.labels("joined").inc(grouped.articles - grouped.started)
    return grouped

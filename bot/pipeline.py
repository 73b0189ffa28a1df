"""The whole path, top to bottom: collect, group, issue, deliver. No logic of its own.

take_in   drafts -> articles, analyses, text index, topic matches
collect   feeds due -> fetch -> parse -> take_in
group     new articles -> stories, related
issue     digests due -> select -> build -> render -> edition and outbox
deliver   outbox due -> claim -> send -> record
answer    inbox -> handlers
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot import editions, grouping, intake, rota, visits
from bot.analysis.summary import summarised
from bot.articles.draft import Draft, Intake
from bot.delivery.answering import Answered, Answering
from bot.delivery.courier import Courier, Delivered, process_name
from bot.digests.build import StoryItem, lead_first, leads_of, published_until, story_item
from bot.editions import Issued
from bot.feeds.report import Collected, Visit
from bot.rota import Plan
from bot.stories.headline import in_language
from bot.stories.placing import Grouped
from storage.errors import AlreadyExists
from storage.records import ChatId, EditionState, FeedId, FeedVisit, StoryId

if TYPE_CHECKING:
    from bot.delivery.handling import AnyApplication
    from bot.delivery.limits import Limits
    from bot.delivery.sender import Sender
    from bot.feeds.session import FeedSession
    from bot.services import Services
    from storage.database import Transaction

INTAKE_TRIES = 3


async def take_in(
    services: Services,
    drafts: Sequence[Draft],
    *,
    feed_id: FeedId | None = None,
    is_archive: bool = False,
    visit: FeedVisit | None = None,
) -> Intake:
    """Store what is new of a batch, with its analysis and topics; a feed's visit goes along with it."""
    for _ in range(INTAKE_TRIES - 1):
        try:
            return await intake.take_in(services, drafts, feed_id, visit, is_archive=is_archive)
        except AlreadyExists:  # another collector stored one of them meanwhile: now it is known
            continue
    return await intake.take_in(services, drafts, feed_id, visit, is_archive=is_archive)


async def collect(
    services: Services,
    session: FeedSession,
    *,
    limit: int = 50,
    every: bool = False,
    seen: Callable[[Visit], object] = bool,
) -> Collected:
    """Look at the feeds that are due, or at all active ones; `seen` hears of each visit as it ends."""
    due = await visits.claim(services, limit=limit, every=every)
    done = await visits.visit_all(services, session, due, partial(take_in, services), seen)
    return Collected(done, more=len(due) == limit and not every)


async def group(services: Services, limit: int = 500) -> Grouped:
    """Place analysed articles that have no story yet, oldest first; at most so many at once."""
    return await grouping.group(services, limit)


async def story_items(
    tx: Transaction, story_ids: Sequence[StoryId], *, language: str, as_of: datetime | None = None
) -> tuple[StoryItem, ...]:
    """Stories as they are told, in the order asked for; those that are gone or empty are left out.

    `as_of` leaves out what was published later.
    """
    asked = await tx.stories.get_many(story_ids)
    stories = {asked[id_].id: asked[id_] for id_ in story_ids if id_ in asked}
    articles = {
        id_: published_until(found, as_of)
        for id_, found in (await tx.articles.of_stories(list(stories))).items()
    }
    links = await tx.stories.related(list(stories))
    others = await tx.stories.get_many({link.other_id for found in links.values() for link in found})
    leads = await tx.articles.get_many({other.lead_id for other in others.values()})
    told = [
        in_language(story, articles[id_], language) for id_, story in stories.items() if articles.get(id_)
    ]

    def build() -> tuple[StoryItem, ...]:
        return tuple(
            story_item(
                story,
                articles[story.id],
                published_until(leads_of(story.id, links.get(story.id, ()), others, leads), as_of),
                summarised(lead_first(story, articles[story.id]), language=language),
            )
            for story in told
        )

    return await asyncio.to_thread(build)


async def issue(services: Services, *, limit: int = 25) -> Issued:
    """Editions for the digests that are due; each with its ledger lines and its debt, or not at all."""
    now, settings = services.clock.now(), services.settings
    async with services.storage.write() as tx:
        digests = await tx.digests.due(now, limit)
        most_late = timedelta(hours=settings.max_late_hours)
        plans = await rota.plan_due(tx, digests, now=now, most_late=most_late)
        states = await _tell(services, tx, plans, now)
    return editions.issued(states, is_more=len(digests) == limit)


async def issue_now(services: Services, chat_id: ChatId, *, slot: str) -> Issued:
    """An edition for one chat at its wish; nothing is counted when this slot was issued before."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        plan = await rota.plan_now(tx, chat_id, slot=slot, now=now)
        states = await _tell(services, tx, [plan], now)
    return editions.issued(states, is_more=False)


async def _tell(
    services: Services, tx: Transaction, plans: Sequence[Plan], now: datetime
) -> list[EditionState | None]:
    choices = await editions.choose(tx, plans, now=now, normal=services.settings.digest_stories)
    items: dict[str, dict[StoryId, StoryItem]] = {}
    for language, story_ids in editions.wanted(choices).items():
        built = await story_items(tx, story_ids, language=language)
        items[language] = {item.story_id: item for item in built}
    checked = await editions.checked_for(tx, choices, items)
    printed = await asyncio.to_thread(editions.print_all, services.renderer, choices, items, checked, now)
    return [await editions.owe(tx, plan, printed, now=now) for plan in plans]


async def deliver(
    services: Services, sender: Sender, limits: Limits, *, stop: asyncio.Event | None = None, owner: str = ""
) -> Delivered:
    """Send what is due, on several lanes; raises SettingsError when Telegram refuses the token."""
    courier = Courier(
        storage=services.storage,
        clock=services.clock,
        sender=sender,
        limits=limits,
        lanes=services.settings.send_lanes,
        owner=owner or process_name(),
        stop=stop or asyncio.Event(),
    )
    return await courier.round()


async def answer(
    services: Services, application: AnyApplication, *, stop: asyncio.Event | None = None, owner: str = ""
) -> Answered:
    """Give stored updates to the handlers, those of one chat in order."""
    # The library is slow to import, and most commands of the command line never speak to Telegram.
    from bot.delivery.handling import handle_one  # noqa: PLC0415

    answering = Answering(
        services.storage, services.clock, owner=owner or process_name(), stop=stop or asyncio.Event()
    )
    return await answering.round(partial(handle_one, application))

"""The whole path, top to bottom: collect, group, issue, deliver. No logic of its own.

take_in   drafts -> articles, analyses, text index, topic matches
collect   feeds due -> fetch -> parse -> take_in
pages     pages due -> fetch -> read -> texts of articles
group     new articles -> stories, related
issue     digests due -> select -> build -> render -> edition and outbox
deliver   outbox due -> claim -> send -> record
answer    inbox -> handlers
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from bot import fulltexts, grouping, intake, issuing, renewing, shelf, visits
from bot.alerts import tell_admins, tell_of_sending
from bot.articles.batch import Batch, Intake
from bot.articles.draft import Draft
from bot.delivery.answering import Answered, Answering
from bot.delivery.courier import Courier, Delivered, process_name
from bot.delivery.limits import Limits
from bot.digests.build import StoryItem
from bot.editions import Issued
from bot.feeds.report import Collected, Visit
from bot.fulltexts import FullTexts
from bot.stories.placing import Grouped
from storage.errors import AlreadyExists
from storage.records import ChatId, FeedId, FeedVisit, StoryId

if TYPE_CHECKING:
    from bot.articles.feed_session import FeedSession
    from bot.articles.page_session import PageSession
    from bot.delivery.handling import AnyApplication
    from bot.delivery.sender import Sender
    from bot.services import Services
    from storage.database import Transaction

INTAKE_TRIES = 3
ISSUED_AT_ONCE = 200
"""Editions owed in one transaction: it holds SQLite's writer for well under 100 ms."""


async def take_in(
    services: Services,
    drafts: Sequence[Draft],
    *,
    feed_id: FeedId | None = None,
    is_archive: bool = False,
    visit: FeedVisit | None = None,
) -> Intake:
    """Store what is new of a batch, with its analysis and topics; a feed's visit goes along with it."""
    batch = Batch(drafts=drafts, feed_id=feed_id, visit=visit, is_archive=is_archive)
    [taken] = await take_in_all(services, [batch])
    return taken


async def take_in_all(services: Services, batches: Sequence[Batch]) -> list[Intake]:
    """The same for several batches at once, in as few transactions as possible."""
    for _ in range(INTAKE_TRIES - 1):
        try:
            return await intake.take_in_all(services, batches)
        except AlreadyExists:  # another collector stored one of them meanwhile: now it is known
            continue
    return await intake.take_in_all(services, batches)


async def collect(
    services: Services,
    session: FeedSession,
    *,
    limit: int = 50,
    every: bool = False,
    seen: Callable[[Visit], object] = bool,
) -> Collected:
    """Look at the feeds that are due, or at all active ones; `seen` hears of each visit as it ends."""
    room = limit if every else max(limit - len(session.late), 0)
    due = await visits.claim(services, limit=room, every=every)
    within = None if every else session.within
    done = await visits.visit_all(services, session, due, partial(take_in_all, services), seen, within=within)
    return Collected(done, more=len(due) == room and not every)


async def fetch_pages(services: Services, session: PageSession, *, limit: int = 40) -> FullTexts:
    """Fetch the pages of news that came without text, as far as they are due."""
    return await fulltexts.fetch_pages(services, session, limit=limit)


async def group(services: Services, limit: int = 500) -> Grouped:
    """Place analysed articles that have no story yet, oldest first; at most so many at once."""
    return await grouping.group(services, limit)


async def story_items(
    tx: Transaction, story_ids: Sequence[StoryId], *, language: str, as_of: datetime | None = None
) -> tuple[StoryItem, ...]:
    """Stories as they are told, in the order asked for; those that are gone or empty are left out.

    `as_of` leaves out what was published later.
    """
    return (await shelf.build(tx, story_ids, language=language, as_of=as_of)).items


async def issue(services: Services, *, limit: int = ISSUED_AT_ONCE) -> Issued:
    """Editions for the digests that are due; each with its ledger lines and its debt, or not at all."""
    return await issuing.issue_due(services, limit=limit)


async def issue_now(services: Services, chat_id: ChatId, *, slot: str) -> Issued:
    """An edition for one chat at its wish; nothing is counted when this slot was issued before."""
    return await issuing.issue_now(services, chat_id, slot=slot)


async def issue_rest(services: Services, chat_id: ChatId, *, of_slot: str, slot: str) -> Issued | None:
    """What did not fit into the edition of a slot; None when there is no such edition."""
    return await issuing.issue_rest(services, chat_id, of_slot=of_slot, slot=slot)


async def issue_follows(services: Services, *, limit: int = ISSUED_AT_ONCE) -> Issued:
    """What is new of the stories chats follow, to each once."""
    return await issuing.issue_follows(services, limit=limit)


async def renew_orders(services: Services) -> bool:
    """When the zones' rules have changed, when digests are due; True when there is more to do."""
    return await renewing.renew_orders(services)


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
        tell=partial(tell_of_sending, services),
    )
    return await courier.round()


async def answer(
    services: Services,
    application: AnyApplication,
    *,
    limits: Limits | None = None,
    stop: asyncio.Event | None = None,
    owner: str = "",
) -> Answered:
    """Give stored updates to the handlers, those of one chat in order."""
    # The library is slow to import, and most commands of the command line never speak to Telegram.
    from bot.delivery.handling import handle_one  # noqa: PLC0415

    answering = Answering(
        services.storage,
        services.clock,
        limits or Limits(),
        owner=owner or process_name(),
        stop=stop or asyncio.Event(),
    )
    answered = await answering.round(partial(handle_one, application))
    if answered.poison:
        async with services.storage.write() as tx:
            for kind in sorted(answered.poison):
                await tell_admins(services, tx, cause="update", about=kind)
    return answered

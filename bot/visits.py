"""Visits to feeds: asked, parsed, taken in, and the next visit planned; one feed's trouble stays its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot import metrics
from bot.alerts import tell_admins
from bot.articles.draft import Draft, Intake
from bot.articles.from_feed import drafts_of
from bot.errors import FeedError
from bot.feeds import cadence
from bot.feeds.cadence import Plan
from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import Failed, Fetched, Unchanged
from bot.feeds.health import fault_of
from bot.feeds.report import Outcome, Visit
from storage.records import Feed, FeedId, FeedState, FeedVisit

if TYPE_CHECKING:
    from bot.feeds.session import FeedSession
    from bot.services import Services

log = logging.getLogger(__name__)

# Longer than the slowest visit: asking, parsing and waiting for a turn.
LEASE = timedelta(minutes=10)
AT_ONCE = 16
# How long a round waits for its slow feeds before it looks at others.
ROUND = timedelta(seconds=2)
# A host that is away is not asked for its other feeds at once.
HOST_RESTS = timedelta(minutes=5)


class TakeIn(Protocol):
    """The pipeline's first step, with its services bound."""

    async def __call__(
        self, drafts: Sequence[Draft], *, feed_id: FeedId, is_archive: bool, visit: FeedVisit
    ) -> Intake: ...


async def claim(services: Services, *, limit: int, every: bool) -> list[Feed]:
    """Feeds that are due, or all active ones, ours until the lease is over."""
    async with services.storage.write() as tx:
        return await tx.feeds.claim_due(services.clock.now(), limit=limit, lease=LEASE, every=every)


async def visit_all(
    services: Services,
    session: FeedSession,
    feeds: Sequence[Feed],
    take_in: TakeIn,
    seen: Callable[[Visit], object],
    *,
    within: timedelta | None = None,
) -> tuple[Visit, ...]:
    """Some at once; `seen` hears of each visit as it ends.

    After `within` the slow ones are left to themselves: what they bring is counted by the round in which
    they end, and no other feed waits for them.
    """
    turn = asyncio.Semaphore(AT_ONCE)

    async def visit(feed: Feed) -> Visit:
        async with session.patience.turn(feed.url) as rest, turn:
            result = await _visit(services, session, feed, take_in, rest)
        metrics.FETCHES.labels(result.outcome.value).inc()
        seen(result)
        return result

    tasks = [asyncio.create_task(visit(feed)) for feed in feeds]
    session.late.update(tasks)
    if session.late:
        await asyncio.wait(session.late, timeout=None if within is None else within.total_seconds())
    done = [task for task in (*session.late.difference(tasks), *tasks) if task.done()]
    session.late.difference_update(done)
    return tuple([task.result() for task in done])


async def _visit(
    services: Services, session: FeedSession, feed: Feed, take_in: TakeIn, rest: timedelta
) -> Visit:
    now, chance = services.clock.now(), session.chance()
    if rest:
        plan = cadence.postponed(feed, rest, now=now, chance=chance)
        return await _save_visit(services, Visit(feed=feed, outcome=Outcome.POSTPONED), plan)
    try:
        answer = await session.fetch(feed)
        match answer:
            case Unchanged():
                plan = cadence.after_success(
                    feed,
                    now=now,
                    chance=chance,
                    etag=answer.etag,
                    last_modified=answer.last_modified,
                    max_age=answer.max_age,
                    moved_to=answer.moved_to,
                )
                return await _save_visit(services, Visit(feed=feed, outcome=Outcome.UNCHANGED), plan)
            case Failed(reason=reason, retry_after=retry_after, is_gone=is_gone):
                if answer.is_hosts_trouble:
                    session.patience.ask(feed.url, retry_after or HOST_RESTS)
                plan = cadence.after_failure(
                    feed, reason, now=now, chance=chance, retry_after=retry_after, is_gone=is_gone
                )
                return await _save_visit(services, _failed(feed, reason, plan), plan)
        parsed = await session.parse(feed, answer)
        return await _take_in(take_in, feed, answer, parsed, now=now, chance=chance)
    except FeedError as error:
        reason = str(error)
    except Exception:  # one feed's trouble, whatever it is, stays its own
        log.exception("feed failed", extra={"feed": feed.id})
        reason = "an error of our own; the log says more"
    plan = cadence.after_failure(feed, reason, now=now, chance=chance)
    return await _save_visit(services, _failed(feed, reason, plan), plan)


async def _take_in(
    take_in: TakeIn, feed: Feed, answer: Fetched, parsed: ParsedFeed, *, now: datetime, chance: float
) -> Visit:
    published = [entry.published_at for entry in parsed.entries if entry.published_at is not None]
    plan = cadence.after_success(
        feed,
        now=now,
        chance=chance,
        published=published,
        etag=answer.etag,
        last_modified=answer.last_modified,
        body_hash=answer.body_hash,
        max_age=answer.max_age,
        moved_to=answer.moved_to,
    )
    drafts = drafts_of(parsed, where=feed.url, feed=feed)
    # What a new feed brings on its first day is its back catalogue.
    intake = await take_in(drafts, feed_id=feed.id, is_archive=feed.started_at is None, visit=plan.visit)
    return Visit(
        feed=feed,
        outcome=Outcome.NEW,
        stored=len(intake.stored),
        known=intake.known,
        refused=len(intake.refused) + parsed.left_out,
    )


def _failed(feed: Feed, reason: str, plan: Plan) -> Visit:
    return Visit(feed=feed, outcome=Outcome.PAUSED if plan.pause else Outcome.FAILED, error=reason)


async def _save_visit(services: Services, visit: Visit, plan: Plan) -> Visit:
    async with services.storage.write() as tx:
        await tx.feeds.save_visit(visit.feed.id, plan.visit)
        if plan.pause:
            await tx.feeds.set_state(visit.feed.id, FeedState.PAUSED, next_fetch_at=plan.visit.next_fetch_at)
            fault, status = fault_of(visit.error)
            await tell_admins(
                services,
                tx,
                cause="feed_paused",
                about=visit.feed.publisher,
                reason=fault.value,
                number=status,
            )
    return visit

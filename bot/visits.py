"""Visits to feeds: asked, parsed, taken in, and the next visit planned; one feed's trouble stays its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import metrics
from bot.alerts import tell_admins
from bot.articles.batch import Batch, Intake
from bot.articles.feed_reading import FeedReading
from bot.errors import FeedError
from bot.feeds import cadence
from bot.feeds.cadence import Plan
from bot.feeds.fetch import Answer, Failed, Fetched, Unchanged
from bot.feeds.health import fault_of
from bot.feeds.report import Outcome, Visit
from storage.records import Feed, FeedState

if TYPE_CHECKING:
    from bot.articles.feed_session import FeedSession
    from bot.services import Services

log = logging.getLogger(__name__)

# Longer than the slowest visit: asking, parsing and waiting for a turn.
LEASE = timedelta(minutes=10)
AT_ONCE = 32
# With those whose answers are read and stored meanwhile: so many are held in memory.
UNDER_WAY = 64
STARTED_AT_ONCE = 25
# Of one transaction; no reader waits long for it.
MOST_BATCHES = 200
MOST_TEXTS = 1_000
# A host that is away is not asked for its other feeds at once.
HOST_RESTS = timedelta(minutes=5)


Asked = AbstractAsyncContextManager["Answer | timedelta"]
"""What a feed answers, or how long its host wants to be left alone."""
TakeIn = Callable[[Sequence[Batch]], Awaitable[list[Intake]]]
"""The pipeline's first step, with its services bound."""


@dataclass(frozen=True, slots=True)
class _Brought:
    """What a visit brings in, and who waits for it."""

    batch: Batch
    intake: asyncio.Future[Intake]


class Together:
    """Stores what visits bring in as few transactions as possible.

    What comes while one is under way waits for the next, with all that came meanwhile.
    """

    def __init__(self, take_in: TakeIn) -> None:
        self._take_in = take_in
        self._waiting: list[_Brought] = []
        self._task: asyncio.Task[None] | None = None

    async def put(self, batch: Batch) -> Intake:
        """What came of the batch, once it is stored."""
        future: asyncio.Future[Intake] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Brought(batch, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(0)  # let the others that are ready come along
            group = self._next()
            try:
                await self._store(group)
            except Exception:  # one batch's trouble, whatever it is, stays its own
                log.exception("visits cannot be stored together", extra={"count": len(group)})
                for one in group:
                    await self._alone(one)
            except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it
                for one in (*group, *self._waiting):
                    if not one.intake.done():
                        one.intake.set_exception(error)
                return

    def _next(self) -> list[_Brought]:
        count = texts = 0
        for one in self._waiting[:MOST_BATCHES]:
            texts += one.batch.count
            if count and texts > MOST_TEXTS:
                break
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        return group

    async def _store(self, group: Sequence[_Brought]) -> None:
        intakes = await self._take_in([one.batch for one in group])
        for one, intake in zip(group, intakes, strict=True):
            if not one.intake.done():
                one.intake.set_result(intake)

    async def _alone(self, one: _Brought) -> None:
        try:
            await self._store([one])
        except Exception as error:  # noqa: BLE001 - the visit that waits deals with it
            if not one.intake.done():
                one.intake.set_exception(error)


async def claim(services: Services, *, limit: int, every: bool) -> list[Feed]:
    """Feeds that are due, or all active ones, ours until the lease is over."""
    now = services.clock.now()
    return await services.storage.transact(
        lambda tx: tx.feeds.claim_due(now, limit=limit, lease=LEASE, every=every)
    )


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
    turn, room, together = asyncio.Semaphore(AT_ONCE), asyncio.Semaphore(UNDER_WAY), Together(take_in)

    @asynccontextmanager
    async def asked(feed: Feed) -> AsyncIterator[Answer | timedelta]:
        async with session.patience.turn(feed.url) as rest, turn:
            answer = rest or await session.fetch(feed)
            # Its host and others need not wait until it is stored, unless too much waits for that.
            await room.acquire()
        try:
            yield answer
        finally:
            room.release()

    async def visit(feed: Feed) -> Visit:
        result = await _visit(services, session, feed, together, asked(feed))
        metrics.FETCHES.labels(result.outcome.value).inc()
        seen(result)
        return result

    tasks: list[asyncio.Task[Visit]] = []
    for feed in feeds:
        tasks.append(asyncio.create_task(visit(feed)))
        session.late.add(tasks[-1])
        if len(tasks) % STARTED_AT_ONCE == 0:
            await asyncio.sleep(0)  # thousands at once would hold up everything else
    if session.late:
        await asyncio.wait(session.late, timeout=None if within is None else within.total_seconds())
    done = [task for task in (*session.late.difference(tasks), *tasks) if task.done()]
    session.late.difference_update(done)
    return tuple([task.result() for task in done])


async def _visit(
    services: Services, session: FeedSession, feed: Feed, together: Together, asked: Asked
) -> Visit:
    chance = session.chance()
    try:
        async with asked as answer:
            return await _answered(services, session, feed, together, answer, chance=chance)
    except FeedError as error:
        reason = str(error)
    except Exception:  # one feed's trouble, whatever it is, stays its own
        log.exception("feed failed", extra={"feed": feed.id})
        reason = "an error of our own; the log says more"
    plan = cadence.after_failure(feed, reason, now=services.clock.now(), chance=chance)
    return await _save_visit(services, together, _failed(feed, reason, plan), plan)


async def _answered(
    services: Services,
    session: FeedSession,
    feed: Feed,
    together: Together,
    answer: Answer | timedelta,
    *,
    chance: float,
) -> Visit:
    now = services.clock.now()
    match answer:
        case timedelta():
            plan = cadence.postponed(feed, answer, now=now, chance=chance)
            return await _save_visit(services, together, Visit(feed=feed, outcome=Outcome.POSTPONED), plan)
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
            return await _save_visit(services, together, Visit(feed=feed, outcome=Outcome.UNCHANGED), plan)
        case Failed(reason=reason, retry_after=retry_after, is_gone=is_gone):
            if answer.is_hosts_trouble:
                session.patience.ask(feed.url, retry_after or HOST_RESTS)
            plan = cadence.after_failure(
                feed, reason, now=now, chance=chance, retry_after=retry_after, is_gone=is_gone
            )
            return await _save_visit(services, together, _failed(feed, reason, plan), plan)
        case Fetched():
            reading = await session.read(feed, answer, now=now)
            intake = await together.put(_batch(feed, answer, reading, now=now, chance=chance))
            return Visit(
                feed=feed,
                outcome=Outcome.NEW,
                stored=len(intake.stored),
                known=intake.known,
                refused=len(intake.refused) + intake.left_out,
            )


def _batch(feed: Feed, answer: Fetched, reading: FeedReading, *, now: datetime, chance: float) -> Batch:
    """What the feed brings, with the visit that vouches for it."""
    plan = cadence.after_success(
        feed,
        now=now,
        chance=chance,
        published=reading.latest,
        etag=answer.etag,
        last_modified=answer.last_modified,
        body_hash=answer.body_hash,
        max_age=answer.max_age,
        moved_to=answer.moved_to,
    )
    return Batch(reading=reading, feed_id=feed.id, visit=plan.visit)


def _failed(feed: Feed, reason: str, plan: Plan) -> Visit:
    return Visit(feed=feed, outcome=Outcome.PAUSED if plan.pause else Outcome.FAILED, error=reason)


async def _save_visit(services: Services, together: Together, visit: Visit, plan: Plan) -> Visit:
    if not plan.pause:
        await together.put(Batch(feed_id=visit.feed.id, visit=plan.visit))
        return visit
    async with services.storage.write() as tx:
        await tx.feeds.save_visits({visit.feed.id: plan.visit})
        await tx.feeds.set_state(visit.feed.id, FeedState.PAUSED, next_fetch_at=plan.visit.next_fetch_at)
        fault, status = fault_of(visit.error)
        about = visit.feed.publisher
        await tell_admins(services, tx, cause="feed_paused", about=about, reason=fault.value, number=status)
    return visit

"""Issuing: claim the orders that are due, make their editions together, owe them in one short transaction.

Reading, choosing and printing happen outside the transaction that writes, so that SQLite's one writer is
free meanwhile. What changed in between is noticed before it is owed, and made anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Protocol

from bot import editions, rota
from bot.alerts import tell_admins
from bot.clock import zone_rules
from bot.digests.quiet import quiet_until
from bot.editions import Issued, Made, Press
from bot.errors import NotIssued
from bot.field import Field
from bot.rota import MOST_FAILURES, ChatSlot, Plan, Turn
from storage.errors import StorageError
from storage.records import ChatId, Digest, EditionState, StoryId

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

log = logging.getLogger(__name__)

CLAIM_LASTS = timedelta(minutes=2)
"""A process that died gives its orders back after this."""
FEEDS_SILENT_FOR = timedelta(hours=12)
FOLLOWED_FOR = timedelta(days=14)
"""A followed story that brings nothing for so long is over."""
TRIES = 3
"""Of an edition somebody waits for, when it is overtaken."""


class Planner(Protocol):
    """Plans one chat's edition as things are now."""

    async def __call__(self, tx: Transaction, *, now: datetime) -> Plan: ...


async def issue_due(services: Services, *, limit: int) -> Issued:
    """Editions for the orders that are due, the longest due first."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        digests = await tx.digests.claim(now, limit, until=now + CLAIM_LASTS)
    try:
        states = await _together_or_alone(services, digests, now) if digests else []
    finally:
        if len(digests) < limit:
            services.shelf.end_run()
    return editions.issued(states, is_more=len(digests) == limit)


async def _together_or_alone(
    services: Services, digests: Sequence[Digest], now: datetime
) -> list[EditionState]:
    """What cannot be made together is made one by one, so that a bad one delays nobody else."""
    try:
        return await _issue(services, digests, now)
    except StorageError:
        with contextlib.suppress(StorageError):  # the claims run out by themselves
            async with services.storage.write() as tx:
                await tx.digests.release([digest.id for digest in digests])
        raise
    except Exception as error:
        if len(digests) > 1:
            log.exception("editions cannot be made together", extra={"count": len(digests)})
            return [
                state for digest in digests for state in await _together_or_alone(services, [digest], now)
            ]
        log.exception("edition cannot be made", extra={"digest": digests[0].id})
        async with services.storage.write() as tx:
            return await _failed(services, tx, digests[0], await _plans(services, tx, digests, now), error)


async def _issue(services: Services, digests: Sequence[Digest], now: datetime) -> list[EditionState]:
    async with services.storage.read() as tx:
        plans = await rota.plan_due(tx, digests, now=now, most_late=_most_late(services))
        press, choices = await _prepare(services, tx, plans, now, services.shelf.field(now))
    made, failed = await asyncio.to_thread(press.print_all, choices)
    async with services.storage.write() as tx:
        for story_id, reason in press.left_out.items():
            await tell_admins(services, tx, cause="story", about=str(story_id), reason=reason)
        return await _settle(services, tx, plans, made=made, failed=failed, now=now)


async def _plans(services: Services, tx: Transaction, digests: Sequence[Digest], now: datetime) -> list[Plan]:
    try:
        return await rota.plan_due(tx, digests, now=now, most_late=_most_late(services))
    except StorageError:
        raise
    except Exception:  # the order itself is what cannot be understood
        log.exception("order cannot be read", extra={"digest": digests[0].id})
        return []


def _most_late(services: Services) -> timedelta:
    return timedelta(hours=services.settings.max_late_hours)


async def _prepare(
    services: Services, tx: Transaction, plans: Sequence[Plan], now: datetime, field: Field
) -> tuple[Press, list[editions.Choice]]:
    """Everything the editions are printed from."""
    choices = await editions.choose(tx, field, plans, normal=services.settings.digest_stories)
    items = {}
    left_out: dict[StoryId, str] = {}
    for look, story_ids in editions.wanted(choices).items():
        built = await services.shelf.items(tx, story_ids, look, field=field, now=now)
        items[look] = {item.story_id: item for item in built.items}
        left_out |= built.failed
    checked = await editions.checked_for(tx, choices, items, silent_since=now - FEEDS_SILENT_FOR)
    news = await tx.stories.developments(editions.developed(choices))
    press = Press(
        renderer=services.renderer,
        fragments=services.shelf.fragments,
        field=field,
        items=items,
        checked=checked,
        news=news,
        left_out=left_out,
        now=now,
    )
    return press, choices


async def _settle(
    services: Services,
    tx: Transaction,
    plans: Sequence[Plan],
    *,
    made: Sequence[Made],
    failed: dict[ChatSlot, Exception],
    now: datetime,
) -> list[EditionState]:
    """Write what came of the plans; orders that were changed meanwhile are left for the next round."""
    digests = [plan.digest for plan in plans if plan.digest is not None]
    theirs = await tx.digests.unchanged(digests)
    late = {plan.key for plan in plans if plan.digest is not None and plan.digest.id not in theirs}
    again = late | await editions.overtaken(tx, made, read_at=now)
    states = await editions.owe(tx, [one for one in made if one.choice.plan.key not in again], now=now)
    skipped = [plan for plan in plans if plan.turn is Turn.LATE and plan.key not in again]
    states += await _record(tx, skipped, EditionState.SKIPPED, "late", now)
    for plan in plans:
        if plan.key in failed and plan.digest is not None and plan.key not in again:
            states += await _failed(services, tx, plan.digest, [plan], failed[plan.key])
    done = [plan for plan in plans if plan.key not in again and plan.key not in failed]
    await _next_turns(tx, done)
    await tx.digests.release([plan.digest.id for plan in plans if plan.digest and plan.key in again])
    return states


async def _next_turns(tx: Transaction, plans: Sequence[Plan]) -> None:
    due = {plan.digest.id: plan.due_again_at for plan in plans if plan.digest and plan.due_again_at}
    await tx.digests.settle(due, rules=zone_rules())


async def _record(
    tx: Transaction, plans: Sequence[Plan], state: EditionState, reason: str, now: datetime
) -> list[EditionState]:
    """Slots that come to an end without a message."""
    added = await tx.editions.add_many(
        [editions.new_edition(plan, state, now, reason=reason) for plan in plans]
    )
    return [state] * len(added)


async def _failed(
    services: Services, tx: Transaction, digest: Digest, plans: Sequence[Plan], error: Exception
) -> list[EditionState]:
    """Try again later; after the last try the slot is given up, and the admins hear of it."""
    now = services.clock.now()
    reason = f"{type(error).__name__}: {error}"
    if digest.failures + 1 < MOST_FAILURES or not plans:
        await tx.digests.fail(digest.id, again_at=now + rota.again_after(digest.failures))
        return []
    await _next_turns(tx, plans)
    await tell_admins(services, tx, cause="edition", about=type(error).__name__, reason=reason)
    return await _record(tx, plans, EditionState.FAILED, reason, now)


async def issue_now(services: Services, chat_id: ChatId, *, slot: str) -> Issued:
    """An edition for one chat at its wish; nothing is counted when this slot was issued before."""

    async def plan(tx: Transaction, *, now: datetime) -> Plan:
        return await rota.plan_now(tx, chat_id, slot=slot, now=now)

    return await _issue_one(services, plan)


async def issue_rest(services: Services, chat_id: ChatId, *, of_slot: str, slot: str) -> Issued | None:
    """What did not fit into an edition, as one of its own; None when there is no such edition."""
    async with services.storage.read() as tx:
        edition = await tx.editions.find(chat_id, of_slot)
    if edition is None:
        return None

    async def plan(tx: Transaction, *, now: datetime) -> Plan:
        return await rota.plan_now(tx, chat_id, slot=slot, now=now, rest_of=edition)

    return await _issue_one(services, plan)


async def issue_follows(services: Services, *, limit: int) -> Issued:
    """Developments of followed stories, to the chats that are not in their quiet hours."""
    now = services.clock.now()
    async with services.storage.read() as tx:
        developed = await tx.follows.developed(since=now - FOLLOWED_FOR, now=now, limit=limit)
        chats = await tx.chats.get_many({chat_id for chat_id, _ in developed})
        stories = await tx.stories.get_many({story_id for _, story_id in developed})
    issued = 0
    for chat_id, story_id in developed:
        if chat_id not in chats or quiet_until(chats[chat_id], now) is not None:
            continue
        plan = partial(rota.plan_follow, chat_id=chat_id, story=stories[story_id])
        issued += (await _issue_one(services, plan)).issued
    return Issued(issued=issued)


async def _issue_one(services: Services, plan_it: Planner) -> Issued:
    """Made anew when something was told meanwhile."""
    for _ in range(TRIES):
        now = services.clock.now()
        async with services.storage.read() as tx:
            plan = await plan_it(tx, now=now)
            press, choices = await _prepare(services, tx, [plan], now, Field(now))
        made, failed = await asyncio.to_thread(press.print_all, choices)
        for error in failed.values():
            raise NotIssued(f"the edition {plan.slot} of chat {plan.chat.id} cannot be made") from error
        async with services.storage.write() as tx:
            if not await editions.overtaken(tx, made, read_at=now):
                return editions.issued(await editions.owe(tx, made, now=now))
    return Issued()

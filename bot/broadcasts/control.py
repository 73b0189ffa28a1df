"""The decisions on a breaking item: start, approve, pause, resume, correct, recall. Each works once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.broadcasts.drafting import render
from bot.messages.keyboard import Key, keyboard
from storage.breaking import Broadcast, BroadcastState
from storage.messages import Lane, NewDelivery
from storage.records import BroadcastId, Chat, ChatState

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

APPROVE_WITHIN = timedelta(minutes=30)
ANSWER_WITHIN = timedelta(minutes=15)
RECALL_WITHIN = timedelta(hours=48)
"""Telegram lets a bot delete its own message in a private chat for so long."""

_LIVE = (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.DONE)


class Outcome(StrEnum):
    """What came of a press at the desk."""

    STARTED = "started"
    WAITING = "waiting"
    """Confirmed; a second admin has to approve."""
    CANCELLED = "cancelled"
    PAUSED = "paused"
    RESUMED = "resumed"
    RECALLING = "recalling"
    CORRECTED = "corrected"
    RUNNING = "running"
    """It was started before."""
    OVER = "over"
    """It was cancelled, recalled or has run."""
    LATE = "late"
    STRANGER = "stranger"
    """Another admin's draft."""
    OWN = "own"
    """Nobody approves what they wrote themselves."""


def needs_approval(services: Services, broadcast: Broadcast) -> bool:
    """By the setting, and only where there is a second admin to ask."""
    return services.settings.breaking_approval and bool(services.settings.admins - {broadcast.admin_id})


async def confirm(
    services: Services, broadcast_id: BroadcastId, *, admin_id: int, report_message_id: int
) -> Outcome:
    """Start a draft, or ask a second admin; stored before anybody is told, a second press does nothing."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id, lock=True)
        asks = needs_approval(services, broadcast)
        size = await tx.broadcasts.audience_size(broadcast, now=now)
        moved = await tx.broadcasts.move(
            broadcast_id,
            [BroadcastState.DRAFT],
            BroadcastState.WAITING if asks else BroadcastState.RUNNING,
            admin_id=admin_id,
            since=now - timedelta(minutes=services.settings.confirm_minutes),
            values={
                "confirmed_at": now,
                "audience": size.reached,
                "report_message_id": report_message_id,
            },
        )
        if not moved:
            return _why_not(broadcast, admin_id)
        if asks:
            await _ask_others(services, tx, broadcast, reached=size.reached)
    return Outcome.WAITING if asks else Outcome.STARTED


async def _ask_others(services: Services, tx: Transaction, broadcast: Broadcast, *, reached: int) -> None:
    """The item and the question, in the private chat of every other admin who ever wrote to us."""
    now = services.clock.now()
    for admin_id in sorted(services.settings.admins - {broadcast.admin_id}):
        chat = await tx.chats.find(admin_id)
        if chat is None or chat.state is ChatState.GONE:
            continue
        await tx.outbox.put(_request(services, broadcast, chat, reached=reached), now=now)


def _request(services: Services, broadcast: Broadcast, chat: Chat, *, reached: int) -> NewDelivery:
    label = services.renderer.label
    rows: Sequence[Sequence[Key]] = [
        [
            Key(label("button_approve", language=chat.language), f"bc:{broadcast.id}:approve"),
            Key(label("button_reject", language=chat.language), f"bc:{broadcast.id}:reject"),
        ]
    ]
    question = services.renderer.parts(
        "breaking_approve",
        language=chat.language,
        zone=chat.timezone,
        now=services.clock.now(),
        keyboard=keyboard(rows),
        minutes=int(APPROVE_WITHIN.total_seconds()) // 60,
        reached=reached,
    )
    item = render(services, broadcast, language=chat.language, zone=chat.timezone)
    return NewDelivery(
        chat_id=chat.id,
        key=f"approval:{broadcast.id}:{chat.id}",
        lane=Lane.ANSWER,
        parts=(item, *question),
        not_before=services.clock.now(),
    )


async def approve(services: Services, broadcast_id: BroadcastId, *, admin_id: int) -> Outcome:
    """The second admin's yes: only now does anything go out."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id, lock=True)
        if broadcast.admin_id == admin_id:
            return Outcome.OWN
        started = await tx.broadcasts.move(
            broadcast_id,
            [BroadcastState.WAITING],
            BroadcastState.RUNNING,
            not_admin_id=admin_id,
            since=now - APPROVE_WITHIN,
            values={"confirmed_at": now, "approved_by": admin_id, "reported": ""},
        )
    return Outcome.STARTED if started else _why_not(broadcast, broadcast.admin_id)


async def cancel(services: Services, broadcast_id: BroadcastId, *, admin_id: int) -> Outcome:
    """Drop a draft or one that waits: its author may, and while it waits any admin."""
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id, lock=True)
        states = [BroadcastState.WAITING]
        if broadcast.admin_id == admin_id:
            states.append(BroadcastState.DRAFT)
        if await tx.broadcasts.move(broadcast_id, states, BroadcastState.CANCELLED, values={"reported": ""}):
            return Outcome.CANCELLED
    return _why_not(broadcast, admin_id)


async def pause(services: Services, broadcast_id: BroadcastId) -> Outcome:
    """Keep back what has not gone out; any admin may, an error must be stopped by whoever sees it."""
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id, lock=True)
        if not await tx.broadcasts.move(broadcast_id, [BroadcastState.RUNNING], BroadcastState.PAUSED):
            return _why_not(broadcast, broadcast.admin_id)
        await tx.broadcasts.hold(broadcast_id)
    return Outcome.PAUSED


async def resume(services: Services, broadcast_id: BroadcastId) -> Outcome:
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id, lock=True)
        if not await tx.broadcasts.move(broadcast_id, [BroadcastState.PAUSED], BroadcastState.RUNNING):
            return _why_not(broadcast, broadcast.admin_id)
        await tx.broadcasts.let_go(broadcast_id)
    return Outcome.RESUMED


async def recall(services: Services, broadcast_id: BroadcastId) -> Outcome:
    """Send no more of it and have deleted what is out; the ledger forgets that it was told."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id, lock=True)
        moved = await tx.broadcasts.move(
            broadcast_id,
            _LIVE,
            BroadcastState.RECALLING,
            since=now - RECALL_WITHIN,
            values={"revision": broadcast.revision + 1, "is_fed": True, "reported": ""},
        )
        if not moved:
            return Outcome.LATE if broadcast.state in _LIVE else _why_not(broadcast, broadcast.admin_id)
        dropped = await tx.broadcasts.drop(broadcast_id, reason="recalled", now=now)
        await tx.broadcasts.untell(broadcast, dropped)
    return Outcome.RECALLING


async def correct(services: Services, draft_id: BroadcastId, *, admin_id: int) -> tuple[Outcome, Broadcast]:
    """Put a draft's wording in the place of what goes out and what is out; with the broadcast it is of."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        draft = await tx.broadcasts.get(draft_id, lock=True)
        if draft.edits_id is None:
            return Outcome.OVER, draft
        broadcast = await tx.broadcasts.get(draft.edits_id, lock=True)
        if broadcast.state not in _LIVE:
            return Outcome.OVER, broadcast
        taken = await tx.broadcasts.move(
            draft_id,
            [BroadcastState.DRAFT],
            BroadcastState.APPLIED,
            admin_id=admin_id,
            since=now - timedelta(minutes=services.settings.confirm_minutes),
        )
        if not taken:
            return _why_not(draft, admin_id), broadcast
        corrected = replace(
            broadcast, title=draft.title, text=draft.text, url=draft.url, revision=broadcast.revision + 1
        )
        await tx.broadcasts.change(
            broadcast.id,
            title=corrected.title,
            text=corrected.text,
            url=corrected.url,
            revision=corrected.revision,
            reported="",
        )
        # What has run is taken up again, until the last reader sees the new wording.
        await tx.broadcasts.move(broadcast.id, [BroadcastState.DONE], BroadcastState.RUNNING)
        for language, zone in await tx.broadcasts.looks(broadcast.id):
            part = render(services, corrected, language=language, zone=zone)
            await tx.broadcasts.reword(broadcast.id, (language, zone), part, revision=corrected.revision)
    return Outcome.CORRECTED, corrected


def _why_not(broadcast: Broadcast, admin_id: int) -> Outcome:
    if broadcast.admin_id != admin_id:
        return Outcome.STRANGER
    match broadcast.state:
        case BroadcastState.RUNNING | BroadcastState.PAUSED | BroadcastState.WAITING:
            return Outcome.RUNNING
        case BroadcastState.DRAFT:
            return Outcome.LATE
        case _:
            return Outcome.OVER

"""Puts a running breaking item into the outbox, chat by chat, never far ahead of what goes out.

However large the audience, only so much waits in the outbox that a pause or a recall stops at once, and
the writer is never held for long. The cursor is stored with the messages: a crash repeats nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.broadcasts.drafting import render
from bot.digests.quiet import quiet_until
from storage.breaking import Broadcast, BroadcastState, InQuiet
from storage.messages import Lane, MessagePart, NewDelivery
from storage.records import BroadcastId, Chat, ChatId, Told

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

PAGE = 250
"""Chats looked up and written in one transaction, so that the writer is free again within 0.1 s."""
AHEAD_S = 60
"""Seconds of sending that may wait in the outbox,"""
MOST_AHEAD = 5000
"""and how many messages at most, so that a pause takes hold at once."""
DAY = timedelta(days=1)


async def feed(services: Services) -> bool:
    """One page of each running item; True if there is more to do at once."""
    async with services.storage.read() as tx:
        running = await tx.broadcasts.of_states(BroadcastState.RUNNING)
    return any([await _feed_page(services, one.id) for one in running if not one.is_fed])


async def _feed_page(services: Services, broadcast_id: BroadcastId) -> bool:
    settings, now = services.settings, services.clock.now()
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id, lock=True)
        if broadcast.state is not BroadcastState.RUNNING or broadcast.is_fed:
            return False
        rate = settings.paid_rate if broadcast.paid else settings.rate_limit
        if await tx.broadcasts.waiting(broadcast_id) >= min(AHEAD_S * rate, MOST_AHEAD):
            return False
        page = await tx.broadcasts.audience(broadcast, now=now, after=broadcast.fed_to, limit=PAGE)
        sated = await tx.broadcasts.sated(page, since=now - DAY, cap=settings.breaking_cap)
        chats = await tx.chats.get_many([id_ for id_ in page if id_ not in sated])
        await tx.outbox.put_many(_deliveries(services, broadcast, list(chats.values()), now), now=now)
        await _tell_ledger(tx, broadcast, list(chats), now=now)
        is_fed = len(page) < PAGE
        await tx.broadcasts.change(
            broadcast_id,
            fed_to=page[-1] if page else broadcast.fed_to or 0,
            fed=broadcast.fed + len(chats),
            capped=broadcast.capped + len(sated),
            is_fed=is_fed,
        )
    return not is_fed


def _deliveries(
    services: Services, broadcast: Broadcast, chats: list[Chat], now: datetime
) -> list[NewDelivery]:
    rendered: dict[tuple[str, str], MessagePart] = {}
    for chat in chats:
        look = (chat.language, chat.timezone)
        if look not in rendered:
            rendered[look] = render(services, broadcast, language=chat.language, zone=chat.timezone)
    return [_delivery(broadcast, chat, rendered[chat.language, chat.timezone], now) for chat in chats]


def _delivery(broadcast: Broadcast, chat: Chat, part: MessagePart, now: datetime) -> NewDelivery:
    until = None if broadcast.in_quiet is InQuiet.LOUD else quiet_until(chat, now)
    return NewDelivery(
        chat_id=chat.id,
        key=f"broadcast:{broadcast.id}:{chat.id}",
        lane=Lane.BREAKING,
        parts=(
            MessagePart(
                html=part.html,
                preview_url=part.preview_url,
                silent=until is not None,
                paid=broadcast.paid,
            ),
        ),
        not_before=until if until is not None and broadcast.in_quiet is InQuiet.WAIT else now,
        broadcast_id=broadcast.id,
        revision=broadcast.revision,
    )


async def _tell_ledger(
    tx: Transaction, broadcast: Broadcast, chat_ids: list[ChatId], *, now: datetime
) -> None:
    """The next digest does not tell the story again, unless it develops."""
    if broadcast.story_id is None:
        return
    await tx.told.put(
        [
            Told(
                chat_id=chat_id,
                story_id=broadcast.story_id,
                version=broadcast.story_version,
                told_at=now,
                broadcast_id=broadcast.id,
            )
            for chat_id in chat_ids
        ]
    )

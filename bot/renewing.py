"""Keeps the orders' turns right when the world's zone rules change, or a clock has been far off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.clock import is_zone, zone_of, zone_rules
from bot.digests.schedule import next_slot, renewed
from bot.subscriptions import order_of
from storage.messages import Lane, NewDelivery
from storage.records import Chat, Digest

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

FURTHEST = timedelta(days=17)
"""No order's next turn is further ahead, even where a zone skips a day of the week."""


async def renew_orders(services: Services, *, limit: int = 500) -> bool:
    """Compute some orders' turns anew; True when more are waiting."""
    now, rules = services.clock.now(), zone_rules()
    async with services.storage.write() as tx:
        outdated = await tx.digests.outdated(rules=rules, beyond=now + FURTHEST, limit=limit)
        chats = await tx.chats.get_many({digest.chat_id for digest in outdated})
        due = {digest.id: _due(digest, chats[digest.chat_id], now) for digest in outdated}
        await tx.digests.settle(due, rules=rules)
        for chat in chats.values():
            if not is_zone(chat.timezone):
                await _tell(services, tx, chat, now)
    return len(outdated) == limit


def _due(digest: Digest, chat: Chat, now: datetime) -> datetime:
    """The same local date's turn by today's rules; what is too far ahead begins anew from now."""
    order, zone = order_of(digest), zone_of(chat.timezone)
    if digest.next_due_at > now + FURTHEST:
        return next_slot(order, zone, after=now).due_at
    return renewed(order, zone, due_at=digest.next_due_at)


async def _tell(services: Services, tx: Transaction, chat: Chat, now: datetime) -> None:
    parts = services.renderer.parts(
        "zone_gone", language=chat.language, zone=chat.timezone, now=now, name=chat.timezone
    )
    delivery = NewDelivery(
        chat_id=chat.id,
        key=f"zone:{chat.id}:{chat.timezone}",  # once for each zone the world drops
        lane=Lane.DIGEST,
        parts=parts,
        not_before=now,
    )
    await tx.outbox.put(delivery, now=now)

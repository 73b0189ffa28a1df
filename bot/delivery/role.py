"""Who writes into chats: one process of all that share the database, because Telegram counts per bot.

Sending what is owed, answering and changing what is out are one role, held by a lease: so the limits that
one process keeps in its memory are the limits of the bot.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery.limits import Limits

if TYPE_CHECKING:
    from storage.database import Transaction

ROLE: Final = "telegram"
LEASE: Final = timedelta(seconds=45)
"""How long a dead holder is waited for."""


async def take_role(tx: Transaction, limits: Limits, *, owner: str, now: datetime, seconds: float) -> bool:
    """Take or keep the role; False while another process holds it. `seconds` is the limits' clock."""
    is_ours = await tx.roles.take(ROLE, owner=owner, now=now, until=now + LEASE)
    if limits.hold(seconds, is_ours=is_ours):
        for telegram_id, until in await tx.outbox.pauses(now=now):
            limits.rest(telegram_id, seconds + (until - now).total_seconds())
    return is_ours

"""Tells the admins what only they can mend: each cause once an hour, however often it happens."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from storage.messages import Lane, NewDelivery

if TYPE_CHECKING:
    from bot.delivery.notices import Notice
    from bot.services import Services
    from storage.database import Transaction

MOST_REASON = 300


async def tell_admins(
    services: Services,
    tx: Transaction,
    *,
    cause: str,
    about: str,
    reason: str = "",
    number: int = 0,
    until: datetime | None = None,
) -> None:
    """Owe each admin who has ever spoken to us one line; `cause` is a word of the template alert."""
    now = services.clock.now()
    for admin_id in sorted(services.settings.admins):
        chat = await tx.chats.find(admin_id)
        if chat is None:
            continue
        parts = services.renderer.parts(
            "alert",
            language=chat.language,
            zone=chat.timezone,
            now=now,
            cause=cause,
            about=about,
            reason=reason[:MOST_REASON],
            number=number,
            until=until,
        )
        delivery = NewDelivery(
            chat_id=chat.id,
            # The key makes it once, in any number of processes.
            key=f"alert:{cause}:{about}:{now:%Y-%m-%dT%H}:{chat.id}",
            lane=Lane.ANSWER,
            parts=parts,
            not_before=now,
        )
        await tx.outbox.put(delivery, now=now)


async def tell_of_sending(services: Services, tx: Transaction, notice: Notice) -> None:
    """Owe the admins what was seen while sending."""
    await tell_admins(
        services, tx, cause=notice.cause, about=notice.about, reason=notice.reason, until=notice.until
    )

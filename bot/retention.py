"""Ends what waited too long; forgets, in small portions, what the settings say is kept no longer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from storage.records import ArticleId, ChatId

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

# A portion holds up other writers for some milliseconds.
PORTION = 200
BOILERPLATE_LASTS = timedelta(days=180)
TOLD_LASTS = timedelta(days=180)
"""No story goes on for so long that somebody could be told it again."""
OWED_LASTS = timedelta(days=1)
LATE_AT_ONCE = 1000


async def give_up_late(services: Services, tx: Transaction) -> bool:
    """End what waited too long for Telegram; True when more digests may be late.

    A digest's stories come with the next one; anything else is of no use after a day.
    """
    now = services.clock.now()
    before = now - timedelta(hours=services.settings.max_late_hours)
    late = await tx.editions.give_up_late(before=before, now=now, limit=LATE_AT_ONCE)
    await tx.outbox.expire(before=now - OWED_LASTS, now=now)
    return late == LATE_AT_ONCE


class Retention:
    """Remembers how far it came: an archive's old end is not read again every hour."""

    def __init__(self) -> None:
        self._after = ArticleId(0)
        self._chat: ChatId | None = ChatId(0)
        """What was told was looked through up to this chat; None when it was to the end."""
        self._looked_on: date | None = None

    async def forget(self, services: Services) -> bool:
        """One portion of each kind; True when more may be waiting."""
        texts = await self._texts(services)
        told = await self._told(services)
        return await self._articles(services) or texts or told

    async def _told(self, services: Services) -> bool:
        """Once a day through all chats."""
        now = services.clock.now()
        if self._chat is None and self._looked_on != now.date():
            self._chat = ChatId(0)
        if self._chat is None:
            return False
        self._looked_on = now.date()
        before = now - max(TOLD_LASTS, timedelta(days=2 * services.settings.window_days))
        async with services.storage.write() as tx:
            self._chat = await tx.retention.forget_told(before=before, after=self._chat, limit=PORTION)
        return self._chat is not None

    async def _texts(self, services: Services) -> bool:
        days, now = services.settings.keep_text_days, services.clock.now()
        async with services.storage.write() as tx:
            await tx.retention.forget_boilerplate(before=now - BOILERPLATE_LASTS)
            if not days:
                return False
            before = now - timedelta(days=days)
            return await tx.retention.strip_texts(before=before, limit=PORTION) == PORTION

    async def _articles(self, services: Services) -> bool:
        days, now = services.settings.keep_article_days, services.clock.now()
        if not days:
            return False
        # What may still get company in a story is not removed under it.
        before = now - timedelta(days=max(days, services.settings.window_days + 1))
        async with services.storage.write() as tx:
            ids, last = await tx.retention.removable(before=before, after=self._after, limit=PORTION)
            if ids:
                await tx.analyses.remove(ids)
                await tx.retention.remove(ids)
        if last is not None:
            self._after = last
        return last is not None

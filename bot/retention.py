"""Forgets what the settings say is kept no longer: texts first, then articles; in small portions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from storage.records import ArticleId

if TYPE_CHECKING:
    from bot.services import Services

# A portion holds up other writers for some milliseconds.
PORTION = 200
BOILERPLATE_LASTS = timedelta(days=180)


class Retention:
    """Remembers how far it came: an archive's old end is not read again every hour."""

    def __init__(self) -> None:
        self._after = ArticleId(0)

    async def forget(self, services: Services) -> bool:
        """One portion of each kind; True when more may be waiting."""
        texts = await self._texts(services)
        return await self._articles(services) or texts

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

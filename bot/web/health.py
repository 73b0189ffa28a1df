"""Whether the bot works, for the platform and for the operator; nothing about people."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.metrics import OUTBOX_OLDEST, OUTBOX_WAITING
from bot.services import Services
from storage.errors import StorageError
from storage.messages import InboxState


class Health:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def healthz(self, _request: web.Request) -> web.Response:
        """200 while the database answers, 503 when it does not."""
        try:
            return web.json_response({"ok": True, **await self._look()})
        except (StorageError, OSError):
            return web.json_response({"ok": False, "reason": "the database does not answer"}, status=503)

    async def metrics(self, _request: web.Request) -> web.Response:
        try:
            await self._look()
        except (StorageError, OSError):
            OUTBOX_WAITING.set(float("nan"))
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _look(self) -> dict[str, Any]:
        now = self._services.clock.now()
        async with self._services.storage.read() as tx:
            waiting = await tx.outbox.waiting(now=now)
            pending = await tx.inbox.count(InboxState.PENDING)
            quarantined = await tx.inbox.count(InboxState.QUARANTINED)
        age = (now - waiting.oldest_at).total_seconds() if waiting.oldest_at else 0.0
        OUTBOX_WAITING.set(waiting.count)
        OUTBOX_OLDEST.set(age)
        return {
            "outbox": {"waiting": waiting.count, "oldest_seconds": round(age, 1)},
            "inbox": {"waiting": pending, "quarantined": quarantined},
        }

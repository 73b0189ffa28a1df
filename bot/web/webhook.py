"""Takes updates from Telegram: answers 200 only after they are stored."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import orjson
from aiohttp import web

from storage.errors import StorageError

log = logging.getLogger(__name__)

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name
_RETRY_AFTER_S: Final = "5"
_MAX_NUMBER: Final = 2**63

Store = Callable[[Sequence[tuple[int, str]]], Awaitable[None]]
"""Keeps updates, each with its number; raises StorageError."""


class Webhook:
    """Proves the sender first, reads the body then."""

    def __init__(self, store: Store, *, secret: str) -> None:
        self._store = store
        self._secret = secret.encode()

    async def receive(self, request: web.Request) -> web.Response:
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            return web.Response(status=403)
        body = await request.read()
        number = _number(body)
        if number is None:
            return web.Response(status=400)
        try:
            await self._store([(number, body.decode())])
        except (StorageError, OSError) as error:
            # Telegram keeps it and comes again.
            log.warning("update not stored", extra={"error": str(error)})
            return web.Response(status=503, headers={"Retry-After": _RETRY_AFTER_S})
        return web.Response()


def _number(body: bytes) -> int | None:
    """The update's number, None if the body is no update."""
    try:
        update = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    is_number = isinstance(number, int) and not isinstance(number, bool) and 0 <= number < _MAX_NUMBER
    return number if is_number else None

"""Tells Telegram where to bring updates."""

from __future__ import annotations

from typing import Final

import orjson

from bot.delivery.polling import ALLOWED_UPDATES
from bot.delivery.transport import AiohttpRequest, read_object
from bot.errors import SettingsError

MAX_CONNECTIONS: Final = 40


async def set_webhook(
    transport: AiohttpRequest, *, token: str, base_url: str, address: str, secret: str
) -> None:
    """Register the address; raises SettingsError with Telegram's reason when it is refused."""
    parameters = {
        "url": address,
        "secret_token": secret,
        "allowed_updates": ALLOWED_UPDATES,
        "max_connections": MAX_CONNECTIONS,
    }
    status, payload = await transport.post_json(f"{base_url}/bot{token}/setWebhook", orjson.dumps(parameters))
    answer = read_object(payload) or {}
    if answer.get("ok") is not True:
        reason = answer.get("description") or f"HTTP {status}"
        raise SettingsError(f"DEPESCHE_PUBLIC_URL cannot be used for the webhook: {reason}")

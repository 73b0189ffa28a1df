"""Builds and runs the web server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from bot.services import Services
from bot.web.health import Health
from bot.web.webhook import Store, Webhook

HEALTH_PATH: Final = "/healthz"
METRICS_PATH: Final = "/metrics"
WEBHOOK_PATH: Final = "/telegram"
_MAX_BODY: Final = 4 * 1024 * 1024


def build_web(services: Services, *, store: Store | None = None, webhook_secret: str = "") -> web.Application:
    """The routes; the webhook is there only with a secret, for without one anybody could speak to it."""
    application = web.Application(client_max_size=_MAX_BODY)
    health = Health(services)
    application.router.add_get(HEALTH_PATH, health.healthz)
    application.router.add_get(METRICS_PATH, health.metrics)
    if store is not None and webhook_secret:
        webhook = Webhook(store, secret=webhook_secret)
        application.router.add_post(WEBHOOK_PATH, webhook.receive)
    return application


@asynccontextmanager
async def serve(application: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Run the server while inside; gives the port, which differs from the asked one when that is 0."""
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=10)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()

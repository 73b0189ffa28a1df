"""Updates brought to the bot's own address."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.localchat.local import LocalTelegram
from tests.unit.localchat.conftest import Api


class Receiver:
    """A bot's web server that says what it is told to say."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: list[int] = []
        self.received: list[tuple[str, dict[str, Any]]] = []

    async def take(self, request: web.Request) -> web.Response:
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
            self.received.append((secret, await request.json()))
        return web.Response(status=status)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    application = web.Application()
    application.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_are_brought_in_order_with_the_secret_until_they_are_taken(
    telegram: LocalTelegram, api: Api, receiver: Receiver
) -> None:
    mia = telegram.user("Mia")
    receiver.answers = [500]
    await api.call("setWebhook", url=receiver.url, secret_token="geheim")

    await mia.say("eins")
    await mia.say("zwei")
    await telegram.wait_until_quiet()

    assert [(secret, update["message"]["text"]) for secret, update in receiver.received] == [
        ("geheim", "eins"),
        ("geheim", "zwei"),
    ]
    info = await api.call("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_a_webhook_forbids_polling_until_it_is_deleted(
    telegram: LocalTelegram, api: Api, receiver: Receiver
) -> None:
    await api.call("setWebhook", url=receiver.url)
    assert (await api.refusal("getUpdates")).startswith("Conflict: can't use getUpdates method while webhook")

    await api.call("deleteWebhook")

    assert await api.call("getUpdates") == []


async def test_waiting_updates_can_be_dropped(telegram: LocalTelegram, api: Api) -> None:
    await telegram.user("Mia").say("alt")

    await api.call("deleteWebhook", drop_pending_updates=True)

    assert await api.call("getUpdates") == []

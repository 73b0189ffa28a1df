"""A process of its own that sends what is owed, to be killed: `DATABASE API_URL TOKEN LANES`."""

from __future__ import annotations

import asyncio
import signal
import sys

from bot.clock import SystemClock
from bot.delivery.limits import Limits
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.pipeline import deliver
from storage.database import Storage
from tests.flows.postbox import services_for


async def main(database: str, api_url: str, token: str, lanes: str) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Storage(database) as storage, AiohttpRequest() as transport:
        services = services_for(storage, SystemClock(), send_lanes=int(lanes))
        sender = TelegramSender(transport, token=token, base_url=api_url)
        limits = Limits(per_second=1_000_000)
        print("ready", flush=True)
        while not stop.is_set():
            await deliver(services, sender, limits, stop=stop)
            await asyncio.sleep(0.02)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

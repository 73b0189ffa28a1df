"""Updates brought to the bot's own address: in order, again and again until it says 2xx."""

import asyncio
import contextlib
from typing import Final

import aiohttp

from bot.localchat.updates import UpdateQueue

FIRST_PAUSE: Final = 0.05
LONGEST_PAUSE: Final = 60.0
ANSWER_WITHIN: Final = 60.0


class Webhook:
    """Where updates go, if not to getUpdates; empty means nowhere."""

    def __init__(self, updates: UpdateQueue) -> None:
        self._updates = updates
        self._secret = ""
        self._task: asyncio.Task[None] | None = None
        self.url = ""
        self.last_error = ""

    def point_to(self, url: str, secret: str) -> None:
        """Bring updates there from now on; an empty address ends it."""
        self.url, self._secret, self.last_error = url, secret, ""
        if self._task:
            self._task.cancel()
        self._task = asyncio.create_task(self._bring()) if url else None

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self._task = None

    async def _bring(self) -> None:
        pause = FIRST_PAUSE
        async with aiohttp.ClientSession() as session:
            while True:
                if not self._updates.waiting:
                    await self._updates.changes.wait(LONGEST_PAUSE)
                    continue
                if await self._brought(session):
                    pause = FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)

    async def _brought(self, session: aiohttp.ClientSession) -> bool:
        update = self._updates.waiting[0]
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret} if self._secret else {}
        within = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with session.post(
                self.url, json=update.as_json(), headers=headers, timeout=within
            ) as answer:
                if 200 <= answer.status < 300:
                    self._updates.confirm(update)
                    return True
                self.last_error = f"Wrong response from the webhook: {answer.status} {answer.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            self.last_error = f"Connection failed: {type(error).__name__}"
        return False

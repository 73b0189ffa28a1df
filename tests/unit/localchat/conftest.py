"""A small Telegram to talk to, and a bare client that speaks the Bot API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from bot.localchat.local import LocalTelegram


@dataclass
class Api:
    """Calls methods of the Bot API as plainly as can be."""

    session: aiohttp.ClientSession
    telegram: LocalTelegram

    async def answer(self, method: str, **parameters: Any) -> tuple[int, dict[str, Any]]:
        url = f"{self.telegram.base_url}/bot{self.telegram.token}/{method}"
        async with self.session.post(url, json=parameters) as response:
            return response.status, await response.json()

    async def call(self, method: str, **parameters: Any) -> Any:
        status, answer = await self.answer(method, **parameters)
        assert (status, answer["ok"]) == (200, True), answer
        return answer["result"]

    async def refusal(self, method: str, **parameters: Any) -> str:
        status, answer = await self.answer(method, **parameters)
        assert not answer["ok"]
        assert answer["error_code"] == status
        return answer["description"]


@pytest.fixture
async def telegram(clock: Any) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(clock=clock) as local:
        yield local


@pytest.fixture
async def api(telegram: LocalTelegram) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(session, telegram)

"""The whole bot over a small Telegram on loopback: what people say goes in, what they see comes out."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.delivery.limits import Limits
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.handlers.application import BotApplication, build_application
from bot.localchat.local import LocalTelegram
from bot.localchat.newsroom import Newsroom, load_sample
from bot.localchat.people import Group, Person
from bot.localchat.values import CallbackQuery, Message
from bot.services import Services
from bot.settings import Settings
from tests.conftest import FixedClock
from tests.telegram_parser import check_message

TODAY = date(2026, 3, 11)
EVENING = datetime(2026, 3, 11, 18, 0, tzinfo=UTC)
ADMIN, OTHER_ADMIN = 501, 502


def settings_of(path: Path, **more: Any) -> Settings:
    return Settings(
        database_url=SecretStr(f"sqlite:///{path}"), admins=frozenset({ADMIN, OTHER_ADMIN}), **more
    )


@dataclass
class Talk:
    """A conversation with the bot: every word and press is handled before the call returns."""

    telegram: LocalTelegram
    services: Services
    application: BotApplication
    clock: FixedClock
    sender: TelegramSender
    _offset: int = 0
    _checked: int = 0

    async def say(self, person: Person, text: str, **more: Any) -> list[Message]:
        """What the bot wrote in answer, wherever that was."""
        before = len(self.telegram.sent)
        self.clock.advance(seconds=2)  # people are no machines: nobody is taken for a flood
        await person.say(text, **more)
        await self.settle()
        return self._sent_since(before)

    async def ask(self, person: Person, text: str, **more: Any) -> Message:
        """The one message that answers."""
        [message] = await self.say(person, text, **more)
        return message

    async def press(self, person: Person, message: Message, button: str) -> CallbackQuery:
        """The press with the bot's answer to it."""
        return await self._pressed(await person.press(message, button))

    async def press_data(self, person: Person, message: Message, data: str) -> CallbackQuery:
        return await self._pressed(await person.press_data(message, data))

    async def _pressed(self, query: CallbackQuery) -> CallbackQuery:
        await self.settle()
        answered = self.telegram.world.callbacks[query.id]
        assert answered.answer is not None, f"the press on {query.data!r} was never answered"
        return answered

    async def put(self, kind: str, payload: dict[str, Any]) -> list[Message]:
        """An update as Telegram would write it."""
        before = len(self.telegram.sent)
        self.telegram.world.updates.put(kind, payload, at=self.services.clock.now())
        await self.settle()
        return self._sent_since(before)

    def _sent_since(self, count: int) -> list[Message]:
        return [_easy(entry.message) for entry in self.telegram.sent[count:] if entry.message]

    def now(self, message: Message) -> Message:
        """The message as it stands in the chat now."""
        shown = self.telegram.world.message(message.chat_id, message.id)
        assert shown is not None
        return _easy(shown)

    def replies(self, place: Person | Group) -> list[str]:
        return [_easy(message).text for message in self.telegram.replies(place)]

    async def settle(self) -> None:
        """Handle all updates, then look at every new message as Telegram's own parser does."""
        while updates := await self.application.bot.get_updates(offset=self._offset, timeout=0):
            for update in updates:
                await self.application.process_update(update)
                self._offset = update.update_id + 1
        self.check()

    def check(self) -> None:
        for entry in self.telegram.ledger[self._checked :]:
            if entry.method in {"sendMessage", "editMessageText"}:
                markup = entry.parameters.get("reply_markup")
                check_message(entry.html, json.loads(markup) if isinstance(markup, str) else markup)
        self._checked = len(self.telegram.ledger)

    async def deliver(self) -> None:
        """Let everything that is owed arrive."""
        while True:
            done = await pipeline.deliver(self.services, self.sender, Limits(per_second=1000))
            if not done.sent:
                break
        self.check()


def _easy(message: Message) -> Message:
    """With plain blanks, so that a test can be read."""
    return dataclasses.replace(message, text=message.text.replace("\u00a0", " "))


@asynccontextmanager
async def talking(path: Path, clock: FixedClock, **settings: Any) -> AsyncIterator[Talk]:
    async with (
        open_services(settings_of(path, **settings), clock=clock) as services,
        LocalTelegram(clock=clock) as telegram,
    ):
        request = AiohttpRequest()
        application = build_application(services, request, token=telegram.token, base_url=telegram.base_url)
        async with application:
            sender = TelegramSender(request, token=telegram.token, base_url=telegram.base_url)
            talk = Talk(telegram, services, application, clock, sender)
            yield talk
            talk.check()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def _news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample news up to the evening of their last day, grouped; made once."""
    path = tmp_path_factory.mktemp("news") / "news.db"
    async with open_services(settings_of(path), clock=FixedClock(EVENING)) as services:
        sample = load_sample(TODAY, ZoneInfo("Europe/Berlin"))
        await Newsroom(services, sample.drafts).open_archive()
        while (await pipeline.group(services)).articles:
            pass
    return path


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(EVENING)


@pytest.fixture
async def talk(
    _news: Path, tmp_path: Path, clock: FixedClock, request: pytest.FixtureRequest
) -> AsyncIterator[Talk]:
    """The bot with the sample news behind it; settings by indirect parameters."""
    path = tmp_path / "talk.db"
    shutil.copy(_news, path)
    async with talking(path, clock, **getattr(request, "param", {})) as talk:
        yield talk


@pytest.fixture
async def empty_talk(tmp_path: Path, clock: FixedClock) -> AsyncIterator[Talk]:
    """The bot on its first day: no news yet."""
    async with talking(tmp_path / "empty.db", clock) as talk:
        yield talk

"""The whole bot, every loop of it, over a small Telegram: the demo's day as a reader lives it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.errors import SettingsError
from bot.localchat.cast import BreakingNews, Cast, demo_cast, settle_in
from bot.localchat.local import LocalTelegram
from bot.localchat.newsroom import Newsroom, load_sample
from bot.running import Role, Running, running
from bot.scheduler import Loop
from bot.settings import Settings
from tests.conftest import FixedClock
from tests.telegram_parser import check_message

TODAY = date(2026, 3, 11)
BERLIN = ZoneInfo("Europe/Berlin")
SECOND = timedelta(seconds=1)


def at(hour: int, minute: int) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def settings_for(folder: Path, telegram: LocalTelegram, **more: object) -> Settings:
    return Settings(
        database_url=SecretStr(f"sqlite:///{folder / 'depesche.db'}"),
        token=SecretStr(telegram.token),
        api_url=telegram.base_url,
        port=1,
        **more,
    )


@asynccontextmanager
async def the_day(folder: Path, clock: FixedClock) -> AsyncIterator[tuple[Running, LocalTelegram, Cast]]:
    telegram = LocalTelegram(clock=clock)
    cast = demo_cast(telegram)
    sample = load_sample(TODAY, BERLIN)
    async with telegram:
        settings = settings_for(folder, telegram, admins=frozenset({cast.clara.id}))
        async with open_services(settings, clock=clock) as services:
            newsroom = Newsroom(services, sample.drafts)
            await newsroom.open_archive()
            while (await pipeline.group(services)).articles:
                pass
            await settle_in(services, cast)
            editor = BreakingNews(clock, telegram, cast.clara, sample.breaking)
            loops = [
                Loop(name="newsroom", step=newsroom.step, every=SECOND),
                Loop(name="editor", step=editor.step, every=SECOND),
            ]
            async with running(services, Role.WORKER, more=loops) as bot:
                yield bot, telegram, cast


async def test_a_reader_asks_and_is_told_the_digest_and_the_breaking_item_in_their_time(tmp_path):
    clock = FixedClock(at(6, 50))
    async with the_day(tmp_path, clock) as (bot, telegram, cast):
        await cast.mia.say("Nordkorea")
        answer = await telegram.wait_for_reply(cast.mia, "Nordkorea", seconds=30)

        clock.set(at(7, 31))
        digest = await telegram.wait_for_reply(cast.jonas, "Nordkorea, Klimaschutz und Raumfahrt", seconds=30)

        clock.set(at(12, 22))
        breaking = await telegram.wait_for_reply(cast.jonas, "Alarm in Japan", after=digest, seconds=30)
        preview = await telegram.wait_for_reply(cast.clara, "Alarm in Japan", seconds=30)
        report = await telegram.wait_for_reply(cast.clara, "Verschickt", seconds=30)

        for message in (answer, digest, breaking, preview, report):
            check_message(message.html)
        assert not telegram.world.updates.waiting
        bot.stop.set()
        await bot.until_stopped()


async def test_a_token_telegram_refuses_ends_the_bot_with_one_clear_line(tmp_path, clock):
    async with LocalTelegram(clock=clock) as telegram:
        settings = settings_for(tmp_path, telegram).model_copy(
            update={"token": SecretStr("4242:quite-another-token-than-the-right-one")}
        )
        async with open_services(settings, clock=clock) as services, running(services, Role.WORKER) as bot:
            with pytest.raises(SettingsError, match="BotFather") as caught:
                await bot.until_stopped()
    assert "quite-another" not in str(caught.value)

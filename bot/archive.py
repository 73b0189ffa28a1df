"""Opens the archive alone, for commands that ask it: a third of what the whole bot takes to load."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.analysis.analyser import Analyser
from bot.clock import Clock, CommonClock
from bot.services import Archive
from storage.database import Storage
from storage.migrate import migrate

if TYPE_CHECKING:
    from bot.settings import Settings


@asynccontextmanager
async def open_archive(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Archive]:
    """Opens the database and brings it to the newest schema.

    Raises WrongDatabase with one sentence when the database cannot be used.
    """
    async with Storage(settings.database_url.get_secret_value()) as storage:
        await migrate(storage)
        if clock is None:
            clock = common = CommonClock()
            await common.ask(storage)
        yield Archive(settings=settings, clock=clock, storage=storage, analyser=Analyser())

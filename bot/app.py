"""Builds everything from the settings; the only module that knows all the others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from bot.analysis.analyser import Analyser
from bot.clock import Clock, CommonClock
from bot.messages.render import Renderer
from bot.services import Services
from bot.settings import Settings, load
from bot.shelf import Shelf
from bot.stories.window import Window
from bot.topics.matching import TopicIndex
from storage.database import Storage
from storage.migrate import migrate


def settings_for(database: str = "") -> Settings:
    """The environment's settings, with another database where one is named."""
    return load(database_url=SecretStr(database)) if database else load()


@asynccontextmanager
async def open_services(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Services]:
    """Opens the database, brings it to the newest schema, and builds the parts over it.

    Raises WrongDatabase with one sentence when the database cannot be used.
    """
    async with Storage(settings.database_url.get_secret_value()) as storage:
        await migrate(storage)
        if clock is None:
            clock = common = CommonClock()
            await common.ask(storage)
        analyser = Analyser()
        async with storage.read() as tx:
            known = await tx.topics.all()
        topics = TopicIndex(analyser)
        topics.load(known)
        yield Services(
            settings=settings,
            clock=clock,
            storage=storage,
            analyser=analyser,
            renderer=Renderer(),
            window=Window(),
            topics=topics,
            shelf=Shelf(),
        )

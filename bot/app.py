"""Builds everything from the settings; the only module that knows all the others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.archive import open_archive
from bot.clock import Clock
from bot.messages.render import Renderer
from bot.services import Services
from bot.settings import Settings
from bot.shelf import Shelf
from bot.stories.window import Window
from bot.topics.matching import TopicIndex


@asynccontextmanager
async def open_services(settings: Settings, *, clock: Clock | None = None) -> AsyncIterator[Services]:
    """Opens the database, brings it to the newest schema, and builds the parts over it.

    Raises WrongDatabase with one sentence when the database cannot be used.
    """
    async with open_archive(settings, clock=clock) as archive:
        async with archive.storage.read() as tx:
            known = await tx.topics.all()
        topics = TopicIndex(archive.analyser)
        topics.load(known)
        yield Services(
            settings=settings,
            clock=archive.clock,
            storage=archive.storage,
            analyser=archive.analyser,
            renderer=Renderer(),
            window=Window(),
            topics=topics,
            shelf=Shelf(),
        )

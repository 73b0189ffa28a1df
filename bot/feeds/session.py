"""What collecting needs while it runs: a guarded HTTP client and parsing processes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import aiohttp

from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import Answer, Fetched, fetch, open_client
from bot.feeds.patience import Patience
from bot.feeds.report import Visit
from bot.feeds.wire import from_wire
from bot.feeds.worker import ParserPool
from bot.settings import Settings
from storage.records import Feed

# How long a round waits for its slow feeds before it looks at others.
ROUND = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSession:
    client: aiohttp.ClientSession
    parser: ParserPool
    allow_private: bool = False
    chance: Callable[[], float] = random.random
    """From 0 to 1; spreads the visits."""
    patience: Patience = field(default_factory=Patience)
    within: timedelta | None = ROUND
    """After so long a round leaves the slow visits to themselves; None waits for all."""
    late: set[asyncio.Task[Visit]] = field(default_factory=set)
    """Visits that take long; nobody waits for them, and the next round reports them."""

    async def fetch(self, feed: Feed) -> Answer:
        """What the feed's address answers, compared with the last visit."""
        return await fetch(
            self.client,
            feed.url,
            etag=feed.etag,
            last_modified=feed.last_modified,
            body_hash=feed.body_hash,
            allow_private=self.allow_private,
        )

    async def parse(self, feed: Feed, fetched: Fetched) -> ParsedFeed:
        """Raises FeedUnreadable."""
        return from_wire(await self.read(feed, fetched))

    async def read(self, feed: Feed, fetched: Fetched) -> bytes:
        """The same for `from_wire`, which takes too long for an event loop when the feed is large."""
        return await self.parser.read(
            fetched.body, url=fetched.url, content_type=fetched.content_type, language=feed.language
        )


@asynccontextmanager
async def open_session(settings: Settings) -> AsyncIterator[FeedSession]:
    """A session as the settings want it, closed at the end."""
    client = open_client(user_agent=settings.user_agent, allow_private=settings.private_feeds)
    async with client, ParserPool() as parser:
        session = FeedSession(client=client, parser=parser, allow_private=settings.private_feeds)
        try:
            yield session
        finally:
            # Their feeds are due again when the lease is over.
            for task in session.late:
                task.cancel()
            await asyncio.gather(*session.late, return_exceptions=True)

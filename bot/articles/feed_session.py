"""What collecting needs while it runs: a guarded HTTP client and reading processes."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp

from bot.articles.feed_reading import FeedReading
from bot.articles.feed_worker import FeedReaders
from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import MOST_SECONDS, Answer, Fetched, fetch, open_client
from bot.feeds.patience import Patience
from bot.feeds.report import Visit
from bot.settings import Settings
from storage.records import Feed

# How long a round waits for its slow feeds before it looks at others.
ROUND = timedelta(seconds=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSession:
    client: aiohttp.ClientSession
    readers: FeedReaders
    allow_private: bool = False
    most_seconds: float = MOST_SECONDS
    """For one answer."""
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
            within=self.most_seconds,
        )

    async def parse(self, fetched: Fetched, *, language: str = "") -> ParsedFeed:
        """What the feed says; raises FeedUnreadable."""
        return await self.readers.parse(
            fetched.body, url=fetched.url, content_type=fetched.content_type, language=language
        )

    async def read(self, feed: Feed, fetched: Fetched, *, now: datetime) -> FeedReading:
        """Its entries, judged as they stand at `now`; raises FeedUnreadable."""
        return await self.readers.read(feed, fetched, now=now)


@asynccontextmanager
async def open_session(settings: Settings) -> AsyncIterator[FeedSession]:
    """A session as the settings want it, closed at the end."""
    client = open_client(user_agent=settings.user_agent, allow_private=settings.private_feeds)
    async with client, FeedReaders() as readers:
        session = FeedSession(client=client, readers=readers, allow_private=settings.private_feeds)
        try:
            yield session
        finally:
            # Their feeds are due again when the lease is over.
            for task in session.late:
                task.cancel()
            await asyncio.gather(*session.late, return_exceptions=True)

"""What collecting needs while it runs: a guarded HTTP client and parsing processes."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp

from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import Answer, Fetched, fetch, open_client
from bot.feeds.worker import ParserPool
from bot.settings import Settings
from storage.records import Feed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSession:
    client: aiohttp.ClientSession
    parser: ParserPool
    allow_private: bool = False
    chance: Callable[[], float] = random.random
    """From 0 to 1; spreads the visits."""

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
        return await self.parser.parse(
            fetched.body, url=fetched.url, content_type=fetched.content_type, language=feed.language
        )


@asynccontextmanager
async def open_session(settings: Settings) -> AsyncIterator[FeedSession]:
    """A session as the settings want it, closed at the end."""
    client = open_client(user_agent=settings.user_agent, allow_private=settings.private_feeds)
    async with client, ParserPool() as parser:
        yield FeedSession(client=client, parser=parser, allow_private=settings.private_feeds)

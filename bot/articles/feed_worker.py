"""Reads feeds in processes of their own: parses them and, where asked to, judges their entries.

So nothing but finished articles comes from bytes that anybody wrote.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Self

from bot.articles import feed_reading
from bot.articles.feed_reading import FeedReading
from bot.articles.from_feed import drafts_of
from bot.articles.ingest import judge
from bot.articles.newness import news_since
from bot.feeds import wire
from bot.feeds.cadence import latest
from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import Fetched
from bot.feeds.parse import parse
from bot.feeds.processes import MOST_SECONDS, ProcessPool, limit_memory, serve
from bot.garbage import seldom_sought
from storage.records import Feed, NewFeed

MODULE = "bot.articles.feed_worker"


class FeedReaders:
    """Some reading processes, started when first needed."""

    def __init__(self, *, size: int = 2, most_seconds: float = MOST_SECONDS) -> None:
        self._pool = ProcessPool(MODULE, size=size, most_seconds=most_seconds)

    async def parse(
        self, body: bytes, *, url: str = "", content_type: str = "", language: str = ""
    ) -> ParsedFeed:
        """As `bot.feeds.parse.parse`; raises FeedUnreadable also when the process had to be ended."""
        request = {"url": url, "content_type": content_type, "language": language}
        return wire.from_wire(await self._pool.ask(request, body))

    async def read(self, feed: Feed, fetched: Fetched, *, now: datetime) -> FeedReading:
        """The feed's entries, judged as they stand at `now`; raises FeedUnreadable likewise."""
        request = {
            "url": fetched.url,
            "content_type": fetched.content_type,
            "language": feed.language,
            "publisher": feed.publisher,
            "section": feed.section,
            "where": feed.url,
            "started_at": feed.started_at,
            "now": now,
        }
        return feed_reading.from_wire(await self._pool.ask(request, fetched.body))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()


def _read(body: bytes, request: Mapping[str, Any]) -> bytes:
    parsed = parse(
        body, url=request["url"], content_type=request["content_type"], language=request["language"]
    )
    if "now" not in request:
        return wire.to_wire(parsed)
    try:
        return _judged(parsed, request)
    except (UnicodeEncodeError, TypeError):
        # A lone half of a surrogate pair has no bytes.
        return _judged(wire.mended(parsed), request)


def _judged(parsed: ParsedFeed, asked: Mapping[str, Any]) -> bytes:
    """With what we know of the feed, which goes before what it says of itself."""
    now = datetime.fromisoformat(asked["now"])
    started_at = datetime.fromisoformat(asked["started_at"]) if asked["started_at"] else None
    feed = NewFeed(
        url=asked["where"],
        publisher=asked["publisher"],
        language=asked["language"],
        section=asked["section"],
    )
    published = [entry.published_at for entry in parsed.entries if entry.published_at is not None]
    judged = judge(
        drafts_of(parsed, where=feed.url, feed=feed),
        now=now,
        # What a new feed brings on its first day is its back catalogue.
        is_archive=started_at is None,
        news_since=news_since(started_at, published, now=now),
    )
    return feed_reading.to_wire(
        judged,
        count=len(parsed.entries),
        left_out=parsed.left_out,
        latest=latest(published, now=now),
        now=now,
    )


if __name__ == "__main__":
    limit_memory()
    with seldom_sought():
        serve(sys.stdin.buffer, sys.stdout.buffer, _read)

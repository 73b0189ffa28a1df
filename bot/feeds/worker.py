"""Parses feeds in processes of their own."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Self

from bot.feeds.entries import ParsedFeed
from bot.feeds.parse import parse
from bot.feeds.processes import MOST_SECONDS, ProcessPool, limit_memory, serve
from bot.feeds.wire import from_wire, to_wire
from bot.garbage import seldom_sought


class ParserPool:
    """Some parsing processes, started when first needed."""

    def __init__(self, *, size: int = 2, most_seconds: float = MOST_SECONDS) -> None:
        self._pool = ProcessPool("bot.feeds.worker", size=size, most_seconds=most_seconds)

    async def parse(
        self, body: bytes, *, url: str = "", content_type: str = "", language: str = ""
    ) -> ParsedFeed:
        """As `bot.feeds.parse.parse`; raises FeedUnreadable also when the process had to be ended."""
        return from_wire(await self.read(body, url=url, content_type=content_type, language=language))

    async def read(self, body: bytes, *, url: str = "", content_type: str = "", language: str = "") -> bytes:
        """The same for `from_wire`, which takes too long for an event loop when the feed is large."""
        return await self._pool.ask({"url": url, "content_type": content_type, "language": language}, body)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()


def _read(body: bytes, request: Mapping[str, Any]) -> bytes:
    return to_wire(parse(body, **request))


if __name__ == "__main__":
    limit_memory()
    with seldom_sought():
        serve(sys.stdin.buffer, sys.stdout.buffer, _read)

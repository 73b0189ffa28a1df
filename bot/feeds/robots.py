"""What a site's robots.txt allows us: asked once a day for each host, and obeyed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from bot.feeds.fetch import Answer, Failed, Fetched

# RFC 9309 asks to keep it no longer than a day; what failed is asked again sooner.
KEPT = timedelta(days=1)
FAILURE_KEPT = timedelta(minutes=30)
MOST_HOSTS = 5_000
# RFC 9309: a parser must take 500 KiB and may leave the rest.
MOST_BYTES = 500 * 1024
# Who asks for longer waits asks not to be read in earnest; we come back another time.
LONGEST_DELAY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Rules:
    """A host's rules; without a parser everything is allowed, or nothing while the host does not answer."""

    parser: Protego | None
    is_answering: bool
    until: datetime


class Robots:
    """Rules of many hosts, the longest unused forgotten first."""

    def __init__(self, ask: Callable[[str], Awaitable[Answer]], *, agent: str) -> None:
        self._ask = ask
        # "Depesche/0.1 (news digest bot)" is "Depesche" in robots.txt.
        self._agent = agent.partition("/")[0].strip() or agent
        self._rules: OrderedDict[str, Rules] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}

    async def allows(self, url: str, *, now: datetime) -> bool | None:
        """Whether the page may be asked for; None when the rules cannot be had just now."""
        rules = await self._of(url, now)
        if not rules.is_answering:
            return None
        return rules.parser is None or bool(rules.parser.can_fetch(url, self._agent))

    async def delay(self, url: str, *, now: datetime) -> timedelta:
        """What the site wants between two requests."""
        parser = (await self._of(url, now)).parser
        seconds = parser.crawl_delay(self._agent) if parser is not None else None
        return min(timedelta(seconds=seconds or 0.0), LONGEST_DELAY)

    async def _of(self, url: str, now: datetime) -> Rules:
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        async with self._asking.setdefault(place, asyncio.Lock()):
            rules = self._rules.get(place)
            if rules is None or rules.until <= now:
                answer = await self._ask(f"{place}/robots.txt")
                # Half a megabyte of rules takes its time to read.
                rules = await asyncio.to_thread(_read, answer, now)
                self._rules[place] = rules
        self._rules.move_to_end(place)
        while len(self._rules) > MOST_HOSTS:
            gone, _ = self._rules.popitem(last=False)
            self._asking.pop(gone, None)
        return rules


def _read(answer: Answer, now: datetime) -> Rules:
    match answer:
        case Fetched(body=body):
            text = body[:MOST_BYTES].decode(errors="replace")
            return Rules(Protego.parse(text), is_answering=True, until=now + KEPT)
        # No such file: nothing is forbidden. "Too many requests" says nothing about the rules.
        case Failed(status=status) if 400 <= status < 500 and status != 429:
            return Rules(None, is_answering=True, until=now + KEPT)
    return Rules(None, is_answering=False, until=now + FAILURE_KEPT)

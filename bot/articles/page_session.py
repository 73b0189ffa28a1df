"""What fetching pages needs while it runs: a guarded client, robots.txt, pauses, processes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import aiohttp
import orjson

from bot.articles import page_worker
from bot.articles.pages import Reading
from bot.errors import FeedUnreadable
from bot.feeds.fetch import Answer, Failed, Fetched, fetch, open_client
from bot.feeds.processes import ProcessPool
from bot.feeds.robots import Robots
from bot.settings import Settings

PAUSE = timedelta(seconds=1)
# Who has to wait longer for a host comes again in another round.
LONGEST_WAIT = timedelta(seconds=4)
MOST_TYPES = ("html", "xml")


@dataclass(frozen=True, slots=True)
class Read:
    """The page answered and could be read."""

    reading: Reading
    url: str


@dataclass(frozen=True, slots=True)
class Refused:
    """There is nothing to be had from this page, today or later."""

    reason: str


@dataclass(frozen=True, slots=True)
class Later:
    """Ask again after the wait; `is_fault` when something went wrong, not merely somebody else's turn."""

    reason: str
    wait: timedelta | None = None
    is_fault: bool = True


PageAnswer = Read | Refused | Later


@dataclass(slots=True)
class PageSession:
    """`pause` lies between two requests to one host, or what its robots.txt asks for when that is more."""

    client: aiohttp.ClientSession
    processes: ProcessPool
    user_agent: str
    allow_private: bool = False
    pause: timedelta = PAUSE
    robots: Robots = field(init=False)
    _next: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.robots = Robots(self._ask, agent=self.user_agent)

    async def read(self, url: str, *, now: datetime) -> PageAnswer:
        """What the page says, if we may ask for it and it is our turn."""
        allowed = await self.robots.allows(url, now=now)
        if allowed is None:
            return Later("the site's robots.txt cannot be had")
        if not allowed:
            return Refused("the site's robots.txt does not allow it")
        wait = self._take_turn(url, await self.robots.delay(url, now=now))
        if wait > LONGEST_WAIT:
            return Later("the host is asked for another page first", wait, is_fault=False)
        await asyncio.sleep(wait / timedelta(seconds=1))
        return await self._judge(await self._ask(url))

    async def _judge(self, answer: Answer) -> PageAnswer:
        match answer:
            case Fetched(content_type=kind) if kind and not any(part in kind for part in MOST_TYPES):
                return Refused("the address is no web page")
            case Fetched():
                return await self._examine(answer)
            case Failed(status=status, reason=reason) if 400 <= status < 500 and status not in {408, 429}:
                return Refused(reason)
            case Failed(reason=reason, retry_after=retry_after):
                return Later(reason, retry_after)
        return Later("the answer is empty")

    def _take_turn(self, url: str, delay: timedelta) -> timedelta:
        """How long until this host may be asked; the turn is taken unless that is too long."""
        host, clock = urlsplit(url).netloc, asyncio.get_running_loop().time()
        pause = max(self.pause, delay) / timedelta(seconds=1)
        at = max(self._next.get(host, 0.0), clock)
        wait = timedelta(seconds=at - clock)
        if wait <= LONGEST_WAIT:
            self._next = {name: time for name, time in self._next.items() if time > clock}
            self._next[host] = at + pause
        return wait

    async def _ask(self, url: str) -> Answer:
        return await fetch(self.client, url, allow_private=self.allow_private)

    async def _examine(self, fetched: Fetched) -> PageAnswer:
        request = {"url": fetched.url, "content_type": fetched.content_type}
        try:
            found = await self.processes.ask(request, fetched.body)
        except FeedUnreadable as error:
            return Refused(str(error))
        return Read(page_worker.from_wire(orjson.loads(found)), fetched.url)


@asynccontextmanager
async def open_page_session(settings: Settings) -> AsyncIterator[PageSession]:
    """A session as the settings want it, closed at the end."""
    client = open_client(user_agent=settings.user_agent, allow_private=settings.private_feeds)
    pool = ProcessPool(page_worker.MODULE, what="the page")
    async with client, pool:
        yield PageSession(
            client=client,
            processes=pool,
            user_agent=settings.user_agent,
            allow_private=settings.private_feeds,
        )

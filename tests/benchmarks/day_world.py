"""A day of made-up feeds on loopback: what each publishes when, and how it misbehaves."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from aiohttp import web

from tests.benchmarks.feed_server import words

HOSTS = 250
WINDOW = 25
BEFORE = timedelta(days=3)
SLOW = 60.0
# How many of a hundred feeds are of each kind; the rest are plain.
SHARES = {
    "plain": 0,
    "no validators": 10,
    "JSON Feed": 3,
    "undated": 4,
    "new names each time": 5,
    "republished each time": 3,
    "one name for all": 3,
    "copy of another feed": 6,
    "moved for good": 3,
    "corrects its titles": 4,
    "server errors": 3,
    "asks to wait": 2,
    "never ends": 1,
    "cut between entries": 2,
    "breaks off": 1,
    "sometimes a web page": 2,
    "flood in the afternoon": 1,
    "entries without words": 1,
}


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as its publisher meant it; `uid` is the article it is, in whatever feed."""

    uid: str
    at: datetime
    title: str
    text: str


@dataclass(slots=True)
class MadeUpFeed:
    number: int
    kind: str
    items: list[Item]
    chance: random.Random
    asked: int = 0

    @property
    def publisher(self) -> str:
        return f"Bote {self.original}"

    @property
    def original(self) -> int:
        """A copy shows what the feed before it shows."""
        return self.number - 1 if self.kind == "copy of another feed" else self.number


@dataclass(slots=True)
class Served:
    """Entries handed out in complete answers since they were last asked for."""

    entries: int = 0
    uids: set[str] = field(default_factory=set)
    nameless: int = 0


class World:
    """All feeds, seen at the test clock's time."""

    def __init__(self, count: int, *, seed: int, start: datetime, now: Callable[[], datetime]) -> None:
        self._now = now
        self._start = start
        chance = random.Random(seed)
        kinds = [kind for kind, share in SHARES.items() for _ in range(round(count * share / 100))]
        kinds += ["plain"] * (count - len(kinds))
        chance.shuffle(kinds)
        if kinds[0] == "copy of another feed":
            kinds[0] = "plain"
        self.feeds: list[MadeUpFeed] = []
        for number, kind in enumerate(kinds):
            if kind == "copy of another feed" and kinds[number - 1] != "plain":
                kind = "plain"  # noqa: PLW2901 - nobody copies a feed that misbehaves
            own = random.Random(f"{seed}-{number}")
            items = self.feeds[-1].items if kind == "copy of another feed" else self._items(number, kind, own)
            self.feeds.append(MadeUpFeed(number, kind, items, own))
        self.served: dict[int, Served] = defaultdict(Served)
        self.requests: Counter[int] = Counter()

    def _items(self, number: int, kind: str, chance: random.Random) -> list[Item]:
        a_day = chance.choices((4, 12, 30, 80), (30, 40, 22, 8))[0]
        at, found = self._start - BEFORE, []
        while at < self._start + timedelta(days=1):
            at += timedelta(minutes=chance.uniform(0.4, 1.6) * 1440 / a_day)
            found.append(at)
        if kind == "flood in the afternoon":
            found += [self._start + timedelta(hours=14, seconds=n) for n in range(400)]
        return [_item(number, place, at) for place, at in enumerate(sorted(found))]

    def url(self, feed: MadeUpFeed, port: int) -> str:
        host = f"127.{feed.number % HOSTS // 50 + 1}.0.{feed.number % 50 + 1}"
        return f"http://{host}:{port}/{'old' if feed.kind == 'moved for good' else 'feed'}/{feed.number}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        feed = self.feeds[int(request.match_info["number"])]
        feed.asked += 1
        if request.match_info["place"] == "old":
            return web.Response(status=301, headers={"Location": f"/feed/{feed.number}"})
        self.requests[200] += 1
        failed = await self._fault(feed)
        if failed is not None:
            return failed
        shown = self._shown(feed)
        body = self._body(feed, shown).encode()
        etag = f'"{hashlib.sha1(body).hexdigest()}"'  # noqa: S324 - a validator
        if feed.kind != "no validators" and request.headers.get("If-None-Match") == etag:
            self.requests[304] += 1
            return web.Response(status=304)
        served = self.served[feed.number]
        served.entries += len(shown)
        served.uids |= {item.uid for item in shown if item.title}
        served.nameless += sum(not item.title for item in shown)
        if feed.kind == "breaks off" and feed.asked % 2 == 0:
            return await _broken_off(request, body)
        headers = {} if feed.kind == "no validators" else {"ETag": etag}
        kind = "application/feed+json" if feed.kind == "JSON Feed" else "application/rss+xml"
        return web.Response(body=body, headers=headers, content_type=kind)

    async def _fault(self, feed: MadeUpFeed) -> web.Response | None:
        match feed.kind:
            case "server errors" if feed.chance.random() < 0.5:
                return web.Response(status=feed.chance.choice((500, 502, 503)))
            case "asks to wait" if feed.asked % 3:
                return web.Response(status=429, headers={"Retry-After": "1800"})
            case "never ends":
                await asyncio.sleep(SLOW)
                return web.Response(status=500)
            case "sometimes a web page" if feed.chance.random() < 0.4:
                return web.Response(
                    text="<!doctype html><html><body>Wartung</body></html>", content_type="text/html"
                )
        return None

    def _shown(self, feed: MadeUpFeed) -> list[Item]:
        now = self._now()
        out = [item for item in feed.items if item.at <= now]
        if feed.kind == "flood in the afternoon" and now.hour in {14, 15}:
            return out[-400:][::-1]
        shown = out[-WINDOW:][::-1]
        if feed.kind == "entries without words":
            return [
                Item(item.uid, item.at, "", "") if place % 5 == 0 else item
                for place, item in enumerate(shown)
            ]
        if feed.kind == "corrects its titles":
            late = now - timedelta(hours=1)
            return [
                Item(item.uid, item.at, f"{item.title} (korrigiert)", item.text) if item.at < late and int(item.uid[-1], 16) % 4 == 0 else item
                for item in shown
            ]  # fmt: skip
        return shown

    def _body(self, feed: MadeUpFeed, shown: list[Item]) -> str:
        if feed.kind == "JSON Feed":
            return _json(feed, shown)
        rows = [self._row(feed, item, place) for place, item in enumerate(shown)]
        head = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{feed.publisher}</title><language>de</language>'
        end = "" if feed.kind == "cut between entries" and feed.asked % 3 == 0 else "</channel></rss>"
        return head + "".join(rows) + end

    def _row(self, feed: MadeUpFeed, item: Item, place: int) -> str:
        name, at, link = item.uid, item.at, f"https://bote{feed.original}.example/{item.uid}"
        match feed.kind:
            case "new names each time":
                name = f"{item.uid}-{feed.asked}"
            case "republished each time":
                at, link = self._now() - timedelta(minutes=place), f"{link}?utm_campaign=rss{feed.asked}"
            case "one name for all":
                name = f"bote{feed.number}"
            case "copy of another feed":
                name, link = f"copy-{item.uid}", f"{link}/?utm_source=feed#anfang"
        if not item.title:
            return "<item><description> </description></item>"
        date = "" if feed.kind == "undated" else f"<pubDate>{format_datetime(at)}</pubDate>"
        return (
            f"<item><title>{escape(item.title)}</title><link>{escape(link)}</link><guid isPermaLink='false'>{name}</guid>{date}"
            f"<description>{escape(item.text)}</description></item>"
        )


def _item(number: int, place: int, at: datetime) -> Item:
    seed = number * 10_000 + place
    uid = hashlib.sha1(f"{seed}".encode()).hexdigest()[:12]  # noqa: S324 - a name
    return Item(uid, at, f"{words(seed, 6)} {seed}", f"{words(seed + 7, 30)} {seed}.")


def _json(feed: MadeUpFeed, shown: list[Item]) -> str:
    import json

    items = [
        {"id": item.uid, "url": f"https://bote{feed.number}.example/{item.uid}", "title": item.title,
         "content_text": item.text, "date_published": item.at.isoformat()}
        for item in shown
    ]  # fmt: skip
    return json.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.publisher,
            "language": "de",
            "items": items,
        }
    )


async def _broken_off(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": str(len(body)), "Content-Type": "text/xml"})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


@asynccontextmanager
async def serving(world: World) -> AsyncIterator[int]:
    """The world on many loopback addresses; yields the port."""
    application = web.Application()
    application.router.add_get("/{place:old|feed}/{number}", world.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    first = web.TCPSite(runner, "127.1.0.1", 0)
    await first.start()
    server = first._server
    assert isinstance(server, asyncio.Server)
    port: int = server.sockets[0].getsockname()[1]
    hosts = sorted(
        {world.url(feed, port).split("/")[2].split(":")[0] for feed in world.feeds} - {"127.1.0.1"}
    )
    for host in hosts:
        await web.TCPSite(runner, host, port).start()
    try:
        yield port
    finally:
        with contextlib.suppress(asyncio.CancelledError):
            await runner.cleanup()

"""What workers are killed over: readers who are owed messages, digests that are due, breaking items, questions.

Everything that is owed is remembered here beside the database, so that what is lost is found out.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import escape
from itertools import count
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import func, select, update

from bot import pipeline
from bot.articles.draft import Draft, Origin
from bot.broadcasts import control, drafting
from bot.broadcasts.drafting import Preview
from bot.broadcasts.item import Item
from bot.localchat.local import LocalTelegram
from bot.localchat.people import Person
from bot.localchat.spans import Formatted as Said
from bot.services import Services
from bot.subscriptions import subscribe
from storage.breaking import BroadcastState
from storage.messages import InboxState, Lane, MessagePart, NewDelivery
from storage.records import BreakingLevel, BroadcastId, Chat, ChatKind, NewChat, NewDigest, NewFeed
from storage.schema import articles, feeds
from storage.schema_chats import digests, editions, outbox
from tests.benchmarks.victim import JumpingClock

ADMIN = 900
READERS = 60
AUDIENCE = 30
TALKERS = 4
ZONE = "Europe/Berlin"
TOPIC = "Nordkorea"
UNDER_WAY = "sending"
OPEN = ("pending", "sending")
UNFINISHED = (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.RECALLING)


@dataclass
class CrashWorld:
    """People, what they are owed, and what became of it."""

    services: Services
    telegram: LocalTelegram
    clock: JumpingClock
    chance: random.Random
    feed: Feed
    expected: set[tuple[int, str]] = field(default_factory=set)
    """(chat, text) that must arrive."""
    excused: Counter[tuple[int, str]] = field(default_factory=Counter)
    """What was under way when a worker died, and how often."""
    asked: Counter[int] = field(default_factory=Counter)
    forgotten: set[int] = field(default_factory=set)
    recalled: dict[BroadcastId, str] = field(default_factory=dict)
    digest_chats: list[int] = field(default_factory=list)
    titles: dict[BroadcastId, str] = field(default_factory=dict)
    """Of the breaking items."""
    stalls: list[float] = field(default_factory=lambda: [0.0])
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def settle_in(self) -> None:
        """The readers, the audience of breaking items, and some news to tell."""
        self.readers = [self.telegram.user(f"Leserin {n}", user_id=10_000 + n) for n in range(READERS)]
        self.audience = [self.telegram.user(f"Hörer {n}", user_id=20_000 + n) for n in range(AUDIENCE)]
        self.talkers = [self.telegram.user(f"Fragende {n}", user_id=30_000 + n) for n in range(TALKERS)]
        self.admin = self.telegram.user("Clara", user_id=ADMIN)
        self.chats = {person.id: await self._chat(person) for person in [*self.readers, self.admin]}
        for person in self.audience:
            chat = replace(await self._chat(person), breaking=BreakingLevel.ALL)
            async with self.services.storage.write() as tx:
                await tx.chats.update(chat)
        async with self.services.storage.write() as tx:
            new = NewFeed(url=self.feed.url, publisher="Bote", language="de")
            await tx.feeds.add(new, now=self.services.clock.now())
        await pipeline.take_in(self.services, [self._draft(number) for number in range(6)])
        while (await pipeline.group(self.services)).articles:
            pass

    def _draft(self, number: int) -> Draft:
        return Draft(
            origin=Origin.FEED,
            title=f"Nordkorea: Bericht {number} über {'ABCDEFGH'[number]}-Stadt",
            text=f"In {'ABCDEFGH'[number]}-Stadt geschah am Morgen etwas, das {number} Zeugen sahen. " * 4,
            url=f"https://bote.example/{number}",
            publisher="Bote",
            language="de",
            published_at=self.services.clock.now() - timedelta(hours=1),
        )

    async def _chat(self, person: Person) -> Chat:
        new = NewChat(telegram_id=person.id, kind=ChatKind.PRIVATE, language="de", timezone=ZONE)
        async with self.services.storage.write() as tx:
            return await tx.chats.get_or_add(new, self.services.clock.now())

    # Work

    async def owe(self, deliveries: int) -> None:
        """Deliveries of one to four parts."""
        now = self.services.clock.now()
        for _ in range(deliveries):
            number, reader = next(self.numbers), self.chance.choice(self.readers)
            parts = [f"Sendung {number}, Teil {part}" for part in range(1, self.chance.randint(1, 4) + 1)]
            delivery = NewDelivery(
                chat_id=self.chats[reader.id].id,
                key=f"crash:{number}",
                lane=Lane.DIGEST,
                parts=tuple(MessagePart(html=part) for part in parts),
                not_before=now,
            )
            async with self.services.storage.write() as tx:
                await tx.outbox.put(delivery, now=now)
            self.expected |= {(reader.id, part) for part in parts}

    async def let_digests_be_due(self, chats: int) -> None:
        now = self.services.clock.now()
        local_time = now.astimezone(ZoneInfo(ZONE)).strftime("%H:%M")
        for _ in range(chats):
            person = self.telegram.user("Abonnentin", user_id=40_000 + next(self.numbers))
            chat = await self._chat(person)
            await subscribe(self.services, chat, TOPIC)
            new = NewDigest(chat_id=chat.id, local_time=local_time, next_due_at=now)
            async with self.services.storage.write() as tx:
                await tx.digests.remove_all(chat.id)
                await tx.digests.put(new)
            self.digest_chats.append(chat.id)

    async def publish(self, entries: int) -> None:
        """New entries in the feed, which is to be looked at now."""
        self.feed.titles += [f"Meldung {next(self.numbers)}" for _ in range(entries)]
        async with self.services.storage.write() as tx:
            await tx.feeds._connection.execute(update(feeds).values(next_fetch_at=self.services.clock.now()))

    async def break_news(self, *, recall: bool) -> None:
        """A breaking item to all who want them; the one before is recalled if so wished."""
        if recall and (last := await self._last_broadcast()) is not None:
            done = await control.recall(self.services, last)
            if done is control.Outcome.RECALLING:
                self.recalled[last] = self.titles[last]
        number = next(self.numbers)
        item = Item(f"Eil {number}", "", "")
        preview = await drafting.draft(self.services, item, admin_id=ADMIN, desk_id=ADMIN)
        assert isinstance(preview, Preview), preview
        id_ = preview.broadcast.id
        report = self.telegram.world.post(self.telegram.world.chats[ADMIN], Said(text=f"Bericht {number}"))
        await control.confirm(self.services, id_, admin_id=ADMIN, report_message_id=report.id)
        self.titles[id_] = item.title

    async def _last_broadcast(self) -> BroadcastId | None:
        return max(self.titles.keys() - self.recalled.keys(), default=None)

    async def ask(self) -> None:
        for person in self.talkers:
            await person.say("/hilfe")
            self.asked[person.id] += 1

    async def forget(self) -> None:
        """Somebody with a digest and messages owed has everything deleted."""
        await self.let_digests_be_due(1)
        self.digest_chats.pop()
        chat = max(self.telegram.world.chats.values(), key=lambda one: one.id)
        person = Person(self.telegram.world, self.telegram.world.users[chat.id])
        shown = self.telegram.world.post(chat, Said(text="Wirklich?"))
        await person.press_data(shown, "de:yes")
        self.forgotten.add(chat.id)

    # Looking

    async def note_death(self, pid: int | None = None) -> int:
        """Excuse one more copy of what was under way with that process; how many parts that were."""
        statement = select(outbox.c.chat_id, outbox.c.html).where(outbox.c.state == UNDER_WAY)
        if pid is not None:
            statement = statement.where(outbox.c.owner.endswith(f":{pid}"))
        async with self.services.storage.read() as tx:
            rows = (await tx.outbox._connection.execute(statement)).all()
            chats = await tx.chats.get_many([row.chat_id for row in rows])
        for row in rows:
            self.excused[chats[row.chat_id].telegram_id, row.html] += 1
        return len(rows)

    async def is_quiet(self) -> bool:
        """Whether nothing is left to do."""
        now = self.services.clock.now()
        open_rows = select(func.count()).select_from(outbox).where(outbox.c.state.in_(OPEN))
        due = select(func.count()).select_from(digests).where(digests.c.next_due_at <= now)
        async with self.services.storage.read() as tx:
            left = [(await tx.outbox._connection.execute(one)).scalar_one() for one in (open_rows, due)]
            running = await tx.broadcasts.of_states(*UNFINISHED)
            unread = await tx.inbox.count(InboxState.PENDING)
        return not any(left) and not running and not unread and not self.telegram.world.updates.waiting

    async def states(self) -> Counter[str]:
        async with self.services.storage.read() as tx:
            statement = select(outbox.c.state, func.count()).group_by(outbox.c.state)
            return Counter(dict((await tx.outbox._connection.execute(statement)).all()))

    async def missing_articles(self) -> int:
        """Entries of the feed that are stored not once."""
        statement = select(articles.c.title, func.count()).group_by(articles.c.title)
        async with self.services.storage.read() as tx:
            found = dict((await tx.articles._connection.execute(statement)).all())
        return sum(found.get(title) != 1 for title in self.feed.titles)

    async def missing_editions(self) -> int:
        """Chats whose digest was due and who have not one edition."""
        statement = select(editions.c.chat_id, func.count()).group_by(editions.c.chat_id)
        async with self.services.storage.read() as tx:
            found = dict((await tx.editions._connection.execute(statement)).all())
        return sum(found.get(chat) != 1 for chat in self.digest_chats)


@asynccontextmanager
async def heartbeat() -> AsyncIterator[list[float]]:
    """How late this process got to its work, at most: while it stalls, requests seem to come in bunches."""
    worst, beat = [0.0], 0.02

    async def beats() -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(beat)
            worst[0] = max(worst[0], time.monotonic() - before - beat)

    task = asyncio.create_task(beats())
    try:
        yield worst
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@dataclass
class Feed:
    """A feed on loopback that honours its ETag."""

    url: str = ""
    titles: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        etag = f'"{len(self.titles)}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        items = "".join(
            f"<item><title>{escape(title)}</title><link>https://bote.example/meldung/{title.split()[-1]}</link>"
            f"<guid>{escape(title)}</guid><description>{escape(title)} steht hier.</description></item>"
            for title in self.titles
        )
        body = (
            f'<rss version="2.0"><channel><title>Bote</title><language>de</language>{items}</channel></rss>'
        )
        return web.Response(text=body, headers={"ETag": etag}, content_type="application/rss+xml")


@asynccontextmanager
async def served_feed() -> AsyncIterator[Feed]:
    feed = Feed()
    app = web.Application()
    app.router.add_get("/feed", feed.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    feed.url = f"http://127.0.0.1:{runner.addresses[0][1]}/feed"
    try:
        yield feed
    finally:
        await runner.cleanup()

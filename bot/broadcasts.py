"""Breaking items: draft, preview, confirm, fan out to the outbox, and the report of how far each is."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from bot.messages.clean import plain, web_address
from storage.messages import (
    Broadcast,
    BroadcastCount,
    BroadcastState,
    Lane,
    MessagePart,
    NewBroadcast,
    NewDelivery,
)
from storage.records import BroadcastId, Chat, ChatId, Told, TopicId

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

CONFIRM_WITHIN = timedelta(minutes=2)
ANSWER_WITHIN = timedelta(minutes=15)
MOST_TITLE = 200
MOST_TEXT = 2500
PAGE = 500
"""Chats looked up and written at once."""

_ENDS_IN_ADDRESS = re.compile(r"(.*?)\s*(https?://\S+)", re.IGNORECASE)
_TOKEN = re.compile(r"\d{6,20}:[A-Za-z0-9_-]{30,}")


class Flaw(StrEnum):
    """Why a text cannot become a breaking item."""

    EMPTY = "empty"
    NO_TITLE = "no_title"
    LONG_TITLE = "long_title"
    LONG_TEXT = "long_text"
    BAD_ADDRESS = "bad_address"
    SECRET = "secret"  # noqa: S105 - the name of a flaw
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Item:
    """What an admin wrote: the first line is the title, an address at the end the link."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft as its readers will see it."""

    broadcast: Broadcast
    audience: int


class Press(StrEnum):
    """What came of a press under the preview."""

    STARTED = "started"
    CANCELLED = "cancelled"
    RUNNING = "running"
    """It was started before."""
    OVER = "over"
    """It was cancelled or has run."""
    LATE = "late"
    STRANGER = "stranger"
    """Another admin's draft."""


class Desk(Protocol):
    """Where the admin sees how far a broadcast is."""

    async def edit(self, desk_id: int, message_id: int, part: MessagePart) -> bool:
        """False if the message can be changed no more."""
        ...


def read_item(words: str) -> Item | Flaw:
    """The item in an admin's words, or what is wrong with them."""
    lines = [line for line in (plain(line) for line in words.splitlines()) if line]
    if not lines:
        return Flaw.EMPTY
    if _TOKEN.search(words):
        return Flaw.SECRET
    url = ""
    if match := _ENDS_IN_ADDRESS.fullmatch(lines[-1]):
        url = web_address(match[2])
        if not url:
            return Flaw.BAD_ADDRESS
        lines[-1:] = [match[1]] if match[1] else []
    if not lines:
        return Flaw.NO_TITLE
    title, text = lines[0], "\n".join(lines[1:])
    if len(title) > MOST_TITLE:
        return Flaw.LONG_TITLE
    return Flaw.LONG_TEXT if len(text) > MOST_TEXT else Item(title, text, url)


async def draft(services: Services, item: Item, *, admin_id: int, desk_id: int) -> Preview | Flaw:
    """Store the item as a draft; nothing is stored when nobody would get it."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        article = await tx.articles.find(item.url) if item.url else None
        new = NewBroadcast(
            admin_id=admin_id,
            title=item.title,
            text=item.text,
            url=item.url,
            story_id=article.story_id if article else None,
            desk_id=desk_id,
            created_at=now,
        )
        audience = await _audience(services, tx, new)
        if not audience:
            return Flaw.NOBODY
        broadcast = await tx.broadcasts.get(await tx.broadcasts.add(new))
    return Preview(broadcast, len(audience))


def render(services: Services, broadcast: NewBroadcast, *, language: str, zone: str) -> MessagePart:
    """The item as a reader of this language and zone sees it; always one message."""
    [part] = services.renderer.parts(
        "breaking",
        language=language,
        zone=zone,
        now=services.clock.now(),
        preview_url=broadcast.url,
        item=broadcast,
    )
    return part


async def confirm(
    services: Services, broadcast_id: BroadcastId, *, admin_id: int, report_message_id: int
) -> Press:
    """Start a draft: what is owed to every chat is stored with it; a second press does nothing."""
    now = services.clock.now()
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id)
        started = await tx.broadcasts.confirm(
            broadcast_id, admin_id=admin_id, now=now, drafted_since=now - CONFIRM_WITHIN
        )
        if not started:
            return _why_not(broadcast, admin_id)
        audience = await _audience(services, tx, broadcast)
        await tx.broadcasts.set_audience(broadcast_id, len(audience))
        await tx.broadcasts.set_report_message(broadcast_id, report_message_id)
        await _fan_out(services, tx, broadcast, audience)
        await _tell_ledger(tx, broadcast, audience, now=now)
    return Press.STARTED


async def cancel(services: Services, broadcast_id: BroadcastId, *, admin_id: int) -> Press:
    async with services.storage.write() as tx:
        broadcast = await tx.broadcasts.get(broadcast_id)
        if await tx.broadcasts.cancel(broadcast_id, admin_id=admin_id):
            return Press.CANCELLED
    return _why_not(broadcast, admin_id)


def _why_not(broadcast: Broadcast, admin_id: int) -> Press:
    if broadcast.admin_id != admin_id:
        return Press.STRANGER
    if broadcast.state is BroadcastState.RUNNING:
        return Press.RUNNING
    return Press.LATE if broadcast.state is BroadcastState.DRAFT else Press.OVER


async def _audience(services: Services, tx: Transaction, item: NewBroadcast) -> list[ChatId]:
    topic_ids = await _topics_of(services, tx, item)
    now = services.clock.now()
    found: list[ChatId] = []
    while True:
        page = await tx.chats.audience(
            topic_ids, now=now, after=found[-1] if found else ChatId(0), limit=PAGE
        )
        found += page
        if len(page) < PAGE:
            return found


async def _topics_of(services: Services, tx: Transaction, item: NewBroadcast) -> Collection[TopicId]:
    """What the item is about: by its own words, and by those of its story's articles."""
    findings = services.analyser.analyse(title=item.title, summary="", text=item.text, language="")
    topics = {
        topic_id
        for topic_id, _ in services.topics.match(
            findings, publisher="", language=findings.language, published_at=item.created_at
        )
    }
    if item.story_id is not None:
        articles = (await tx.articles.of_stories([item.story_id])).get(item.story_id, [])
        analyses = await tx.analyses.get_many([article.id for article in articles])
        for article in articles:
            if article.id in analyses:
                topics |= {
                    topic_id
                    for topic_id, _ in services.topics.match(
                        analyses[article.id],
                        publisher=article.publisher,
                        language=article.language,
                        published_at=article.published_at,
                    )
                }
    return topics


async def _fan_out(services: Services, tx: Transaction, broadcast: Broadcast, audience: list[ChatId]) -> None:
    now = services.clock.now()
    rendered: dict[tuple[str, str], MessagePart] = {}
    for start in range(0, len(audience), PAGE):
        chats = await tx.chats.get_many(audience[start : start + PAGE])
        deliveries = []
        for chat in chats.values():
            look = (chat.language, chat.timezone)
            if look not in rendered:
                rendered[look] = render(services, broadcast, language=chat.language, zone=chat.timezone)
            deliveries.append(_delivery(broadcast.id, chat, rendered[look], now=now))
        await tx.outbox.put_many(deliveries, now=now)


def _delivery(broadcast_id: BroadcastId, chat: Chat, part: MessagePart, *, now: datetime) -> NewDelivery:
    return NewDelivery(
        chat_id=chat.id,
        key=f"broadcast:{broadcast_id}:{chat.id}",
        lane=Lane.BREAKING,
        parts=(part,),
        not_before=now,
        broadcast_id=broadcast_id,
    )


async def _tell_ledger(
    tx: Transaction, broadcast: Broadcast, audience: list[ChatId], *, now: datetime
) -> None:
    """The next digest does not tell the story again, unless it develops."""
    if broadcast.story_id is None:
        return
    stories = await tx.stories.get_many([broadcast.story_id])
    story = stories[broadcast.story_id]
    lines = [
        Told(
            chat_id=chat_id,
            story_id=story.id,
            version=story.version,
            told_at=now,
            broadcast_id=broadcast.id,
        )
        for chat_id in audience
    ]
    for start in range(0, len(lines), PAGE):
        await tx.told.put(lines[start : start + PAGE])


async def report_broadcasts(services: Services, desk: Desk) -> bool:
    """Show each running broadcast's figures where it was confirmed; the last word ends it."""
    async with services.storage.read() as tx:
        running = [(one, await tx.broadcasts.count(one.id)) for one in await tx.broadcasts.running()]
    for broadcast, count in running:
        await _report(services, desk, broadcast, count)
    return False


async def _report(services: Services, desk: Desk, broadcast: Broadcast, count: BroadcastCount) -> None:
    figures = f"{count.sent} {count.pending} {count.failed} {count.unknown} {count.total}"
    done = count.pending == 0
    if figures != broadcast.reported and broadcast.report_message_id is not None:
        part = await report_part(services, broadcast, count)
        # A report that can be shown nowhere any more must not keep the broadcast from ending.
        await desk.edit(broadcast.desk_id, broadcast.report_message_id, part)
    if done or figures != broadcast.reported:
        async with services.storage.write() as tx:
            await tx.broadcasts.set_reported(broadcast.id, figures, done=done)


async def report_part(services: Services, broadcast: Broadcast, count: BroadcastCount) -> MessagePart:
    """How far it is, in the words of the desk's chat."""
    async with services.storage.read() as tx:
        chat = await tx.chats.find(broadcast.desk_id)
    settings = services.settings
    [part] = services.renderer.parts(
        "broadcast_report",
        language=chat.language if chat else settings.language,
        zone=chat.timezone if chat else settings.timezone,
        now=services.clock.now(),
        title=broadcast.title,
        count=count,
        done=count.pending == 0,
    )
    return part

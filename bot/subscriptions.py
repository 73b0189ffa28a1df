"""What a chat may change about itself: topics, times, zone, language, length, pauses."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.clock import zone_of, zone_rules
from bot.digests.schedule import Order, first_slots
from bot.digests.scope import Scope
from bot.errors import BadQuery
from bot.topics.evaluate import Lines
from bot.topics.matching import score_of
from bot.topics.query import parse
from storage.records import (
    BreakingLevel,
    Chat,
    ChatId,
    ChatState,
    Digest,
    Length,
    NewDigest,
    NewTopic,
    Topic,
    TopicId,
    TopicMatch,
)
from storage.wishes import SubscriptionState

if TYPE_CHECKING:
    from bot.services import Services
    from storage.database import Transaction

DEFAULT_ORDERS = (Order("07:30"), Order("18:30"))
MOST_TOPICS = 100
FIRST_LOOK_BACK = timedelta(days=7)
MOST_FOUND = 500
MOST_ORDERS = 12


class Outcome(StrEnum):
    NEW = "new"
    KNOWN = "known"
    """The chat followed it before."""
    FULL = "full"
    """The chat follows as many topics as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed:
    """What came of a wish to follow a topic."""

    outcome: Outcome
    topic: Topic | None
    """None when the chat is full."""
    digests: tuple[Digest, ...]
    """The chat's times, by local time."""
    has_new_times: bool = False
    """The times are our proposal, set just now."""


async def subscribe(services: Services, chat: Chat, text: str) -> Subscribed:
    """Follow the topic; a chat without times gets ours. Raises BadQuery."""
    now = services.clock.now()
    query = parse(text, analyser=services.analyser, now=now, zone=zone_of(chat.timezone))
    async with services.storage.write() as tx:
        topic = await tx.topics.get_or_add(NewTopic(key=query.key, query=query.text))
        subscribed = await _follow(services, tx, chat, topic, now=now)
    services.topics.add(topic)
    return subscribed


async def subscribe_to(services: Services, chat: Chat, topic_id: TopicId) -> Subscribed:
    """Follow a topic that is known by its row, as a button names it. Raises NotFound."""
    async with services.storage.write() as tx:
        topic = await tx.topics.get(topic_id)
        subscribed = await _follow(services, tx, chat, topic, now=services.clock.now())
    services.topics.add(topic)
    return subscribed


async def _follow(
    services: Services, tx: Transaction, chat: Chat, topic: Topic, *, now: datetime
) -> Subscribed:
    followed = {subscription.topic.id for subscription in await tx.chats.subscriptions(chat.id)}
    if topic.id not in followed and len(followed) >= MOST_TOPICS:
        return Subscribed(outcome=Outcome.FULL, topic=None, digests=await _digests(tx, chat.id))
    is_new = await tx.chats.subscribe(chat.id, topic.id, now)
    if is_new:
        await tx.topics.put_matches(await _found_already(services, tx, topic, now=now))
    return await _with_times(tx, chat, topic, is_new=is_new, now=now)


async def _found_already(
    services: Services, tx: Transaction, topic: Topic, *, now: datetime
) -> list[TopicMatch]:
    """The last days' articles of a topic: what came before anybody followed it was matched by nobody."""
    try:
        terms = parse(topic.query, analyser=services.analyser, now=now, zone=zone_of("UTC")).terms
    except BadQuery:  # understood once, by an older version: it finds nothing until asked anew
        return []
    recent = replace(terms, since=max(now - FIRST_LOOK_BACK, terms.since or now - FIRST_LOOK_BACK))
    ids = await tx.search.find(recent, limit=MOST_FOUND)
    articles = await tx.articles.get_many(ids)
    analyses = await tx.analyses.get_many(ids)
    scores = {id_: score_of(terms, Lines.of(analyses[id_])) for id_ in ids if not articles[id_].is_archive}
    return [
        TopicMatch(topic_id=topic.id, article_id=id_, score=score)
        for id_, score in scores.items()
        if score > 0
    ]


async def _with_times(
    tx: Transaction, chat: Chat, topic: Topic, *, is_new: bool, now: datetime
) -> Subscribed:
    digests = await _digests(tx, chat.id)
    has_new_times = not digests
    if has_new_times:
        digests = await _put_orders(tx, chat, DEFAULT_ORDERS, now=now)
    return Subscribed(
        outcome=Outcome.NEW if is_new else Outcome.KNOWN,
        topic=topic,
        digests=digests,
        has_new_times=has_new_times,
    )


async def unsubscribe(services: Services, chat: Chat, topic_ids: Collection[TopicId]) -> list[Topic]:
    """Follow these topics no longer; those that were followed."""
    async with services.storage.write() as tx:
        subscriptions = await tx.chats.subscriptions(chat.id)
        left = [one.topic for one in subscriptions if one.topic.id in set(topic_ids)]
        for topic in left:
            await tx.chats.unsubscribe(chat.id, topic.id)
    return left


async def set_subscription_state(
    services: Services, chat: Chat, topic_id: TopicId, state: SubscriptionState
) -> bool:
    """Pause a topic or let it go on; False if the chat does not follow it."""
    async with services.storage.write() as tx:
        return await tx.chats.set_subscription_state(chat.id, topic_id, state)


async def set_orders(services: Services, chat: Chat, orders: Iterable[Order]) -> tuple[Digest, ...]:
    """These times and no others; none at all ends the digests. A day brings no more of them than orders."""
    chosen = tuple(orders)[:MOST_ORDERS]
    async with services.storage.write() as tx:
        kept = {order.local_time for order in chosen}
        for digest in await tx.digests.of_chat(chat.id):
            if digest.local_time not in kept:
                await tx.digests.remove(chat.id, digest.local_time)
        return await _put_orders(tx, chat, chosen, now=services.clock.now())


async def set_zone(services: Services, chat: Chat, zone: str) -> tuple[Chat, tuple[Digest, ...]]:
    """Live in another zone (an IANA name): the same local times, from now on there."""
    changed = replace(chat, timezone=zone)
    async with services.storage.write() as tx:
        await tx.chats.update(changed)
        orders = [order_of(digest) for digest in await tx.digests.of_chat(chat.id)]
        return changed, await _put_orders(tx, changed, orders, now=services.clock.now())


async def set_language(services: Services, chat: Chat, language: str) -> Chat:
    return await _changed(services, replace(chat, language=language))


async def set_length(services: Services, chat: Chat, length: Length) -> Chat:
    return await _changed(services, replace(chat, length=length))


async def set_breaking(services: Services, chat: Chat, level: BreakingLevel) -> Chat:
    return await _changed(services, replace(chat, breaking=level))


async def set_quiet(services: Services, chat: Chat, start: str, end: str) -> Chat:
    """No sound from one `HH:MM` to the other; both empty: no quiet hours."""
    return await _changed(services, replace(chat, quiet_from=start, quiet_to=end))


async def set_tells_empty(services: Services, chat: Chat, *, tells: bool) -> Chat:
    """Whether an edition with nothing to tell says so."""
    return await _changed(services, replace(chat, tells_empty=tells))


async def set_headlines(services: Services, chat: Chat, scope: Scope) -> Chat:
    """What digests tell while the chat follows no topic; a chat without times gets ours."""
    changed = replace(chat, headlines=scope.key)
    async with services.storage.write() as tx:
        await tx.chats.update(changed)
        if not await tx.digests.of_chat(chat.id):
            await _put_orders(tx, chat, DEFAULT_ORDERS, now=services.clock.now())
    return changed


async def pause(services: Services, chat: Chat, until: datetime | None) -> Chat:
    """No digests and no breaking items until then; None: until the chat says otherwise."""
    return await _changed(services, replace(chat, state=ChatState.PAUSED, paused_until=until))


async def resume(services: Services, chat: Chat) -> Chat:
    """Write to the chat again, whatever kept us from it."""
    return await _changed(services, replace(chat, state=ChatState.ACTIVE, state_reason="", paused_until=None))


async def _changed(services: Services, chat: Chat) -> Chat:
    async with services.storage.write() as tx:
        await tx.chats.update(chat)
    return chat


def order_of(digest: Digest) -> Order:
    return Order(digest.local_time, digest.weekdays)


async def _digests(tx: Transaction, chat_id: ChatId) -> tuple[Digest, ...]:
    return tuple(await tx.digests.of_chat(chat_id))


async def _put_orders(
    tx: Transaction, chat: Chat, orders: Collection[Order], *, now: datetime
) -> tuple[Digest, ...]:
    zone = zone_of(chat.timezone)
    today = now.astimezone(zone).date()
    served = await tx.editions.on_date([chat.id], today)
    weekdays = {order.local_time: order.weekdays for order in orders}
    for slot in first_slots(orders, zone, now=now, served_today=len(served)):
        await tx.digests.put(
            NewDigest(
                chat_id=chat.id,
                local_time=slot.local_time,
                weekdays=weekdays[slot.local_time],
                next_due_at=slot.due_at,
            ),
            rules=zone_rules(),
        )
    return await _digests(tx, chat.id)

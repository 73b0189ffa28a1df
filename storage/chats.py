"""Chats, their settings and their subscriptions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, func, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import among
from storage.dialects.insert import insert
from storage.errors import NotFound
from storage.records import (
    BreakingLevel,
    Chat,
    ChatId,
    ChatKind,
    ChatState,
    EditionState,
    Format,
    Length,
    Memory,
    NewChat,
    Topic,
    TopicId,
)
from storage.schema import topics
from storage.schema_chats import (
    buttons,
    chats,
    digests,
    editions,
    follows,
    mutes,
    opinions,
    outbox,
    saved,
    subscriptions,
    told,
)
from storage.wishes import Subscription, SubscriptionState

_editions = editions.alias("issued")


class ChatRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get_or_add(self, new: NewChat, now: datetime) -> Chat:
        """The chat of this Telegram id and thread; one that is known keeps its settings."""
        statement = insert(self._connection, chats).on_conflict_do_nothing()
        await self._connection.execute(
            statement.values(
                telegram_id=new.telegram_id,
                thread_id=new.thread_id,
                kind=new.kind,
                language=new.language,
                timezone=new.timezone,
                state=ChatState.ACTIVE,
                state_reason="",
                paused_until=None,
                length=Length.NORMAL,
                breaking=BreakingLevel.TOPICS,
                format=Format.AUTO,
                created_at=now,
            )
        )
        chat = await self.find(new.telegram_id, new.thread_id)
        if chat is None:
            raise NotFound(f"chat {new.telegram_id} was removed while it was added")
        return chat

    async def get(self, chat_id: ChatId) -> Chat:
        """Raises NotFound."""
        found = await self.get_many([chat_id])
        if chat_id not in found:
            raise NotFound(f"no chat {chat_id}")
        return found[chat_id]

    async def get_many(self, chat_ids: Collection[ChatId]) -> dict[ChatId, Chat]:
        rows = await self._connection.execute(
            select(chats).where(chats.c.id.in_(among(self._connection, chat_ids)))
        )
        return {ChatId(row.id): _chat(row) for row in rows.all()}

    async def find(self, telegram_id: int, thread_id: int = 0) -> Chat | None:
        statement = select(chats).where(chats.c.telegram_id == telegram_id, chats.c.thread_id == thread_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return _chat(row) if row is not None else None

    async def of_telegram(self, telegram_id: int) -> list[Chat]:
        """Every thread we know of one Telegram chat."""
        statement = select(chats).where(chats.c.telegram_id == telegram_id).order_by(chats.c.id)
        return [_chat(row) for row in await self._connection.execute(statement)]

    async def update(self, chat: Chat) -> None:
        """Save the chat's settings and state; raises NotFound."""
        statement = (
            update(chats)
            .where(chats.c.id == chat.id)
            .values(
                kind=chat.kind,
                language=chat.language,
                timezone=chat.timezone,
                state=chat.state,
                state_reason=chat.state_reason,
                paused_until=chat.paused_until,
                length=chat.length,
                breaking=chat.breaking,
                quiet_from=chat.quiet_from,
                quiet_to=chat.quiet_to,
                tells_empty=chat.tells_empty,
                headlines=chat.headlines,
                format=chat.format,
            )
        )
        if (await self._connection.execute(statement)).rowcount == 0:
            raise NotFound(f"no chat {chat.id}")

    async def remove(self, chat_id: ChatId) -> None:
        """The chat and everything that is only about it."""
        await self._connection.execute(delete(chats).where(chats.c.id == chat_id))

    async def subscribe(self, chat_id: ChatId, topic_id: TopicId, now: datetime) -> bool:
        """False if the chat follows the topic already; a paused subscription goes on."""
        statement = insert(self._connection, subscriptions).values(
            chat_id=chat_id, topic_id=topic_id, state=SubscriptionState.ACTIVE, created_at=now
        )
        statement = statement.on_conflict_do_update(
            index_elements=[subscriptions.c.chat_id, subscriptions.c.topic_id],
            set_={"state": SubscriptionState.ACTIVE},
            where=subscriptions.c.state != SubscriptionState.ACTIVE,
        )
        return (await self._connection.execute(statement)).rowcount > 0

    async def unsubscribe(self, chat_id: ChatId, topic_id: TopicId) -> bool:
        """False if the chat did not follow the topic."""
        statement = delete(subscriptions).where(_subscription(chat_id, topic_id))
        return (await self._connection.execute(statement)).rowcount > 0

    async def set_subscription_state(
        self, chat_id: ChatId, topic_id: TopicId, state: SubscriptionState
    ) -> bool:
        """False if the chat does not follow the topic."""
        statement = update(subscriptions).where(_subscription(chat_id, topic_id)).values(state=state)
        return (await self._connection.execute(statement)).rowcount > 0

    async def subscriptions(self, chat_id: ChatId) -> list[Subscription]:
        """In the order they were made."""
        return (await self.subscriptions_of([chat_id])).get(chat_id, [])

    async def subscriptions_of(self, chat_ids: Collection[ChatId]) -> dict[ChatId, list[Subscription]]:
        statement = (
            select(subscriptions, topics.c.key, topics.c.query)
            .join(topics, topics.c.id == subscriptions.c.topic_id)
            .where(subscriptions.c.chat_id.in_(among(self._connection, chat_ids)))
            .order_by(subscriptions.c.created_at, subscriptions.c.topic_id)
        )
        found: dict[ChatId, list[Subscription]] = {}
        for row in await self._connection.execute(statement):
            found.setdefault(ChatId(row.chat_id), []).append(_subscribed(row))
        return found

    async def topic_ids_of(self, chat_ids: Collection[ChatId]) -> dict[ChatId, list[TopicId]]:
        """The topics each chat is told of, in the order it chose them; paused ones are left out."""
        statement = (
            select(subscriptions.c.chat_id, subscriptions.c.topic_id)
            .where(
                subscriptions.c.chat_id.in_(among(self._connection, chat_ids)),
                subscriptions.c.state == SubscriptionState.ACTIVE,
            )
            .order_by(subscriptions.c.created_at, subscriptions.c.topic_id)
        )
        found: dict[ChatId, list[TopicId]] = {}
        for chat_id, topic_id in (await self._connection.execute(statement)).all():
            found.setdefault(ChatId(chat_id), []).append(TopicId(topic_id))
        return found

    async def memory_of(self, chat_ids: Collection[ChatId]) -> dict[ChatId, Memory]:
        """What was done for each chat last."""
        statement = select(chats.c.id, chats.c.looked_until, chats.c.empty_said_on).where(
            chats.c.id.in_(among(self._connection, chat_ids))
        )
        rows = await self._connection.execute(statement)
        return {ChatId(id_): Memory(looked_until, said) for id_, looked_until, said in rows.all()}

    async def remember(self, memories: Mapping[ChatId, Memory]) -> None:
        """What was done now; what a memory leaves open stays as it was."""
        looked: dict[datetime, list[ChatId]] = {}
        said: dict[date, list[ChatId]] = {}
        for chat_id, memory in memories.items():
            if memory.looked_until is not None:
                looked.setdefault(memory.looked_until, []).append(chat_id)
            if memory.empty_said_on is not None:
                said.setdefault(memory.empty_said_on, []).append(chat_id)
        for until, chat_ids in looked.items():
            statement = update(chats).where(chats.c.id.in_(among(self._connection, chat_ids)))
            await self._connection.execute(statement.values(looked_until=until))
        for day, chat_ids in said.items():
            statement = update(chats).where(chats.c.id.in_(among(self._connection, chat_ids)))
            await self._connection.execute(statement.values(empty_said_on=day))

    async def unasked(self, *, since: datetime, editions: int, limit: int) -> list[Chat]:
        """Readers who never chose a format, with an edition since then and so many in all."""
        issued = and_(
            _editions.c.chat_id == chats.c.id,
            _editions.c.state == EditionState.ISSUED,
            _editions.c.digest_id.is_not(None),
        )
        count = select(func.count()).select_from(_editions).where(issued).scalar_subquery()
        recent = exists().where(issued, _editions.c.created_at >= since)
        statement = (
            select(chats)
            .where(
                chats.c.format == Format.AUTO,
                chats.c.kind == ChatKind.PRIVATE,
                chats.c.state == ChatState.ACTIVE,
                recent,
                count >= editions,
            )
            .order_by(chats.c.id)
            .limit(limit)
        )
        return [_chat(row) for row in await self._connection.execute(statement)]

    async def migrate(self, old_telegram_id: int, new_telegram_id: int) -> None:
        """A group got a new id: its rows follow; what was said under the new id meanwhile joins them."""
        statement = select(chats.c.id, chats.c.thread_id).where(chats.c.telegram_id == old_telegram_id)
        for old_id, thread_id in (await self._connection.execute(statement)).all():
            newer = await self.find(new_telegram_id, thread_id)
            if newer is not None:
                await self._merge(newer.id, ChatId(old_id))
            await self._connection.execute(
                update(chats).where(chats.c.id == old_id).values(telegram_id=new_telegram_id)
            )

    async def _merge(self, source: ChatId, target: ChatId) -> None:
        for table, keys in _OWNED.items():
            await self._connection.execute(_move(table, keys, source, target))
        await self.remove(source)


# Per chat unique: what the target has already stays as it is.
_OWNED: dict[Table[Any], tuple[str, ...]] = {
    subscriptions: ("topic_id",),
    digests: ("local_time",),
    editions: ("slot",),
    told: ("story_id",),
    follows: ("story_id",),
    mutes: ("kind", "about"),
    opinions: ("story_id",),
    outbox: (),
    buttons: (),
    saved: ("story_id",),
}


def _move(table: Table[Any], keys: Iterable[str], source: ChatId, target: ChatId) -> Any:
    statement = update(table).where(table.c.chat_id == source)
    twin = table.alias()
    same = [twin.c[key] == table.c[key] for key in keys]
    if same:
        statement = statement.where(~exists().where(twin.c.chat_id == target, *same))
    return statement.values(chat_id=target)


def is_active(now: datetime) -> ColumnElement[bool]:
    """Chats we write to: active, or paused until a time that has passed."""
    return or_(
        chats.c.state == ChatState.ACTIVE,
        and_(chats.c.state == ChatState.PAUSED, chats.c.paused_until <= now),
    )


def _subscription(chat_id: ChatId, topic_id: TopicId) -> ColumnElement[bool]:
    return and_(subscriptions.c.chat_id == chat_id, subscriptions.c.topic_id == topic_id)


def _chat(row: Row[Any]) -> Chat:
    return Chat(
        id=ChatId(row.id),
        telegram_id=row.telegram_id,
        thread_id=row.thread_id,
        kind=ChatKind(row.kind),
        language=row.language,
        timezone=row.timezone,
        state=ChatState(row.state),
        state_reason=row.state_reason,
        paused_until=row.paused_until,
        length=Length(row.length),
        breaking=BreakingLevel(row.breaking),
        quiet_from=row.quiet_from,
        quiet_to=row.quiet_to,
        tells_empty=row.tells_empty,
        headlines=row.headlines,
        format=Format(row.format),
    )


def _subscribed(row: Row[Any]) -> Subscription:
    return Subscription(
        chat_id=ChatId(row.chat_id),
        topic=Topic(id=TopicId(row.topic_id), key=row.key, query=row.query),
        state=SubscriptionState(row.state),
        created_at=row.created_at,
    )

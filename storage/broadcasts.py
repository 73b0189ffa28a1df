"""Breaking items: from the desk to the last chat, what is changed afterwards, and how far each is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.breaking import (
    AudienceSize,
    Broadcast,
    BroadcastCount,
    BroadcastState,
    NewBroadcast,
    Question,
    SentCopy,
)
from storage.broadcast_rows import broadcast_of, columns_of
from storage.chats import is_active
from storage.errors import NotFound
from storage.messages import MessagePart, OutboxState
from storage.records import BreakingLevel, BroadcastId, ChatId, ChatState, OutboxId, TopicId
from storage.schema_chats import broadcasts, chats, outbox, subscriptions, told
from storage.wishes import SubscriptionState

_WAITS = (OutboxState.PENDING, OutboxState.SENDING, OutboxState.HELD)
_GIVEN_UP = (OutboxState.FAILED, OutboxState.CANCELLED)
Look = tuple[str, str]
"""Language and zone of a chat: those who share them see the same bytes."""


class BroadcastRepository:
    """A broadcast goes from asked (no text yet) to draft to running to done; BroadcastState has the rest."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # Writing it

    async def ask(
        self, *, admin_id: int, desk_id: int, now: datetime, edits_id: BroadcastId | None = None
    ) -> None:
        """Remember that this admin owes the desk a text."""
        await self._forget_question(admin_id, desk_id)
        question = NewBroadcast(
            admin_id=admin_id, title="", text="", desk_id=desk_id, created_at=now, edits_id=edits_id
        )
        await self._add(question, BroadcastState.ASKED)

    async def take_answer(self, *, admin_id: int, desk_id: int, since: datetime) -> Question | None:
        """Close the question that is open and not older than `since`."""
        statement = select(broadcasts.c.edits_id).where(
            _question(admin_id, desk_id), broadcasts.c.created_at >= since
        )
        row = (await self._connection.execute(statement)).one_or_none()
        await self._forget_question(admin_id, desk_id)
        if row is None:
            return None
        return Question(edits_id=None if row.edits_id is None else BroadcastId(row.edits_id))

    async def add(self, new: NewBroadcast) -> BroadcastId:
        """A draft, seen by nobody but its admin until it is confirmed."""
        return await self._add(new, BroadcastState.DRAFT)

    async def get(self, broadcast_id: BroadcastId, *, lock: bool = False) -> Broadcast:
        """Raises NotFound. `lock` keeps others from changing it before this transaction ends."""
        statement = select(broadcasts).where(broadcasts.c.id == broadcast_id)
        row = (
            await self._connection.execute(statement.with_for_update() if lock else statement)
        ).one_or_none()
        if row is None:
            raise NotFound(f"no broadcast {broadcast_id}")
        return broadcast_of(row)

    async def of_states(self, *states: BroadcastState) -> list[Broadcast]:
        """Oldest first."""
        statement = select(broadcasts).where(broadcasts.c.state.in_(states)).order_by(broadcasts.c.id)
        return [broadcast_of(row) for row in await self._connection.execute(statement)]

    # Deciding on it

    async def move(
        self,
        broadcast_id: BroadcastId,
        came_from: Collection[BroadcastState],
        to: BroadcastState,
        *,
        admin_id: int | None = None,
        not_admin_id: int | None = None,
        since: datetime | None = None,
        values: Mapping[str, object] | None = None,
    ) -> bool:
        """Change the state; True for the one call that did it.

        Only from these states, only by (or not by) this admin, and only if written, or confirmed for a
        second admin, since then.
        """
        last = func.coalesce(broadcasts.c.confirmed_at, broadcasts.c.created_at)
        conditions: list[ColumnElement[bool]] = [
            broadcasts.c.id == broadcast_id,
            broadcasts.c.state.in_(came_from),
        ]
        if admin_id is not None:
            conditions.append(broadcasts.c.admin_id == admin_id)
        if not_admin_id is not None:
            conditions.append(broadcasts.c.admin_id != not_admin_id)
        if since is not None:
            conditions.append(last >= since)
        statement = update(broadcasts).where(*conditions).values(state=to, **(values or {}))
        return (await self._connection.execute(statement)).rowcount == 1

    async def change(self, broadcast_id: BroadcastId, **values: object) -> None:
        """Set columns of a broadcast whatever its state."""
        await self._connection.execute(
            update(broadcasts).where(broadcasts.c.id == broadcast_id).values(**values)
        )

    # Whom it reaches

    async def audience_size(self, item: NewBroadcast, *, now: datetime) -> AudienceSize:
        """Whom it would reach now."""
        is_told = _told(item)
        statement = select(
            func.count().filter(~is_told, chats.c.breaking == BreakingLevel.ALL),
            func.count().filter(~is_told, chats.c.breaking == BreakingLevel.TOPICS),
            func.count().filter(is_told),
        ).where(is_active(now), _wants(item.topic_ids))
        row = (await self._connection.execute(statement)).one()
        return AudienceSize(all=row[0], topics=row[1], told=row[2])

    async def audience(
        self, item: Broadcast, *, now: datetime, after: ChatId | None, limit: int
    ) -> list[ChatId]:
        """The next chats that want it and do not know it, by id; those who came later are left out."""
        statement = (
            select(chats.c.id)
            .where(
                chats.c.id > (after or 0),
                chats.c.created_at <= (item.confirmed_at or now),
                is_active(now),
                _wants(item.topic_ids),
                ~_told(item),
            )
            .order_by(chats.c.id)
            .limit(limit)
        )
        return [ChatId(id_) for id_ in (await self._connection.execute(statement)).scalars()]

    async def sated(self, chat_ids: Collection[ChatId], *, since: datetime, cap: int) -> set[ChatId]:
        """Those of the chats that were owed that many breaking items since then."""
        statement = (
            select(outbox.c.chat_id)
            .where(
                outbox.c.chat_id.in_(chat_ids),
                outbox.c.broadcast_id.is_not(None),
                outbox.c.created_at >= since,
                outbox.c.state.not_in([OutboxState.CANCELLED, OutboxState.RECALLED]),
            )
            .group_by(outbox.c.chat_id)
            .having(func.count() >= cap)
        )
        return {ChatId(id_) for id_ in (await self._connection.execute(statement)).scalars()}

    # What is owed because of it

    async def waiting(self, broadcast_id: BroadcastId) -> int:
        """Messages in the outbox that have not gone out."""
        statement = select(func.count()).where(_of(broadcast_id), outbox.c.state.in_(_WAITS))
        return (await self._connection.execute(statement)).scalar_one()

    async def hold(self, broadcast_id: BroadcastId) -> None:
        """Keep back what is not under way, also what a sender has claimed."""
        await self._connection.execute(
            update(outbox)
            .where(_of(broadcast_id), outbox.c.state == OutboxState.PENDING)
            .values(state=OutboxState.HELD, owner="", claimed_until=None, fence=outbox.c.fence + 1)
        )

    async def let_go(self, broadcast_id: BroadcastId) -> None:
        """Let what was held go on."""
        await self._connection.execute(
            update(outbox)
            .where(_of(broadcast_id), outbox.c.state == OutboxState.HELD)
            .values(state=OutboxState.PENDING)
        )

    async def drop(self, broadcast_id: BroadcastId, *, reason: str, now: datetime) -> list[ChatId]:
        """Give up what is not under way; the chats it was for."""
        statement = (
            update(outbox)
            .where(_of(broadcast_id), outbox.c.state.in_([OutboxState.PENDING, OutboxState.HELD]))
            .values(
                state=OutboxState.CANCELLED,
                error=reason,
                ended_at=now,
                owner="",
                claimed_until=None,
                fence=outbox.c.fence + 1,
            )
            .returning(outbox.c.chat_id)
        )
        return [ChatId(id_) for id_ in (await self._connection.execute(statement)).scalars()]

    async def looks(self, broadcast_id: BroadcastId) -> list[Look]:
        """Languages and zones of the chats whose message has not gone out."""
        statement = (
            select(chats.c.language, chats.c.timezone)
            .join(outbox, outbox.c.chat_id == chats.c.id)
            .where(_of(broadcast_id), outbox.c.state.in_([OutboxState.PENDING, OutboxState.HELD]))
            .distinct()
        )
        return [(row.language, row.timezone) for row in await self._connection.execute(statement)]

    async def reword(
        self, broadcast_id: BroadcastId, look: Look, part: MessagePart, *, revision: int
    ) -> None:
        """Put the new wording where the message has not gone out; a sender's claim on the old one ends."""
        of_look = select(chats.c.id).where(chats.c.language == look[0], chats.c.timezone == look[1])
        await self._connection.execute(
            update(outbox)
            .where(
                _of(broadcast_id),
                outbox.c.state.in_([OutboxState.PENDING, OutboxState.HELD]),
                outbox.c.chat_id.in_(of_look),
            )
            .values(
                html=part.html,
                preview_url=part.preview_url,
                revision=revision,
                owner="",
                claimed_until=None,
                fence=outbox.c.fence + 1,
            )
        )

    # What is out

    async def stale_copies(self, broadcast: Broadcast, *, limit: int) -> list[SentCopy]:
        """Messages that are out in an older wording than the broadcast's, oldest first."""
        statement = (
            select(
                outbox.c.id,
                outbox.c.chat_id,
                outbox.c.message_id,
                chats.c.telegram_id,
                chats.c.language,
                chats.c.timezone,
            )
            .join(chats, chats.c.id == outbox.c.chat_id)
            .where(_is_stale(broadcast))
            .order_by(outbox.c.id)
            .limit(limit)
        )
        return [
            SentCopy(
                outbox_id=OutboxId(row.id),
                chat_id=ChatId(row.chat_id),
                telegram_id=row.telegram_id,
                message_id=row.message_id or 0,
                language=row.language,
                timezone=row.timezone,
            )
            for row in await self._connection.execute(statement)
        ]

    async def revised(self, ids: Collection[OutboxId], *, revision: int, is_gone: bool) -> None:
        """These messages are as the revision wants them, or can be changed no more; `is_gone`: deleted."""
        state = case((outbox.c.state == OutboxState.SENT, OutboxState.RECALLED), else_=outbox.c.state)
        values: dict[str, object] = {"revision": revision} | ({"state": state} if is_gone else {})
        await self._connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(**values))

    async def untell(self, broadcast: Broadcast, chat_ids: Collection[ChatId]) -> None:
        """Take its story out of the ledger of these chats if it stands there because of it."""
        await self._connection.execute(
            delete(told).where(
                told.c.chat_id.in_(chat_ids),
                told.c.story_id == broadcast.story_id,
                told.c.broadcast_id == broadcast.id,
            )
        )

    async def count(self, broadcast: Broadcast, *, recent_since: datetime) -> BroadcastCount:
        """How far it is; a chat removed meanwhile counts as failed, so that the sum stays."""
        is_recent = func.count().filter(outbox.c.ended_at >= recent_since)
        is_stale = func.count().filter(outbox.c.revision < broadcast.revision)
        statement = (
            select(outbox.c.state, func.count(), is_recent, is_stale)
            .where(_of(broadcast.id))
            .group_by(outbox.c.state)
        )
        number: dict[str, int] = {}
        recent: dict[str, int] = {}
        stale: dict[str, int] = {}
        for state, count, new, old in (await self._connection.execute(statement)).all():
            number[state], recent[state], stale[state] = count, new, old
        blocked = 0
        if any(number.get(state) for state in _GIVEN_UP):
            blocked = await self._blocked(broadcast.id)
        total = broadcast.fed
        if not broadcast.is_fed:
            total = max(total, broadcast.audience - broadcast.capped)
        sent = number.get(OutboxState.SENT, 0)
        unknown = number.get(OutboxState.UNKNOWN, 0)
        recalled = number.get(OutboxState.RECALLED, 0)
        pending = sum(number.get(state, 0) for state in _WAITS) + total - broadcast.fed
        return BroadcastCount(
            total=total,
            sent=sent,
            pending=pending,
            blocked=blocked,
            failed=total - sent - pending - unknown - recalled - blocked,
            unknown=unknown,
            recalled=recalled,
            under_way=number.get(OutboxState.SENDING, 0),
            stale=stale.get(OutboxState.SENT, 0),
            recent=recent.get(OutboxState.SENT, 0),
        )

    async def _blocked(self, broadcast_id: BroadcastId) -> int:
        statement = (
            select(func.count())
            .select_from(outbox)
            .join(chats, chats.c.id == outbox.c.chat_id)
            .where(_of(broadcast_id), outbox.c.state.in_(_GIVEN_UP), chats.c.state == ChatState.GONE)
        )
        return (await self._connection.execute(statement)).scalar_one()

    async def _add(self, new: NewBroadcast, state: BroadcastState) -> BroadcastId:
        statement = (
            insert(broadcasts)
            .values(**columns_of(new), state=state, audience=0, reported="")
            .returning(broadcasts.c.id)
        )
        return BroadcastId((await self._connection.execute(statement)).scalar_one())

    async def _forget_question(self, admin_id: int, desk_id: int) -> None:
        await self._connection.execute(delete(broadcasts).where(_question(admin_id, desk_id)))


def _of(broadcast_id: BroadcastId) -> ColumnElement[bool]:
    return outbox.c.broadcast_id == broadcast_id


def _is_stale(broadcast: Broadcast) -> ColumnElement[bool]:
    return and_(_of(broadcast.id), outbox.c.state == OutboxState.SENT, outbox.c.revision < broadcast.revision)


def _question(admin_id: int, desk_id: int) -> ColumnElement[bool]:
    return and_(
        broadcasts.c.admin_id == admin_id,
        broadcasts.c.desk_id == desk_id,
        broadcasts.c.state == BroadcastState.ASKED,
    )


def _wants(topic_ids: Collection[TopicId]) -> ColumnElement[bool]:
    follows = exists().where(
        subscriptions.c.chat_id == chats.c.id,
        subscriptions.c.topic_id.in_(topic_ids),
        subscriptions.c.state == SubscriptionState.ACTIVE,
    )
    return or_(chats.c.breaking == BreakingLevel.ALL, and_(chats.c.breaking == BreakingLevel.TOPICS, follows))


def _told(item: NewBroadcast) -> ColumnElement[bool]:
    """The chat knows the story as it is; an item of no story is new to all."""
    return exists().where(
        told.c.chat_id == chats.c.id,
        told.c.story_id == item.story_id,
        told.c.version >= item.story_version,
    )

"""Messages owed to Telegram, stored before they are sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import GIVEN, as_parameter, given_rows, given_texts
from storage.dialects.insert import insert
from storage.messages import (
    Attempt,
    MessagePart,
    NewDelivery,
    OutboxMessage,
    OutboxState,
    OutboxWaiting,
    Reaped,
)
from storage.outbox_rows import FRESH, SHARED, content_of, message_of, read_parts, rows_of
from storage.records import BroadcastId, ChatId, ChatState, OutboxId
from storage.schema import UtcDateTime
from storage.schema_chats import outbox, pauses
from storage.turns import AT, BUSY, OPEN, RESTING, ROOM, has_state, next_of_each_chat

MAX_AMBIGUOUS = 2
"""A part is sent again after one unreadable answer, never after two."""

_BROKEN = (OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.CANCELLED)


class OutboxRepository:
    """A delivery is one row per part; its parts go out in order, one message of a chat at a time."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    # Owing

    async def put(self, delivery: NewDelivery, *, now: datetime) -> bool:
        """Owe a delivery; False if its key is there already."""
        return await self.put_many([delivery], now=now) == 1

    async def put_many(self, deliveries: Sequence[NewDelivery], *, now: datetime) -> int:
        """Owe many at once, leaving out keys that are there already; how many were new."""
        keys = [delivery.key for delivery in deliveries]
        there = select(outbox.c.key).where(outbox.c.key.in_(given_texts(self._connection.dialect.name)))
        known = set(await self._connection.scalars(there, {GIVEN: as_parameter(keys)}))
        new = {delivery.key: delivery for delivery in deliveries if delivery.key not in known}
        rows = [row for delivery in new.values() for row in rows_of(delivery, now)]
        if rows:
            statement = insert(self._connection, outbox).on_conflict_do_nothing()
            await self._connection.execute(statement, rows)
        return len(new)

    async def cancel(
        self,
        *,
        reason: str,
        now: datetime,
        chat_ids: Collection[ChatId] = (),
        broadcast_id: BroadcastId | None = None,
    ) -> int:
        """Take back what is not yet on its way, of these chats or of a broadcast; how many parts."""
        of = outbox.c.chat_id.in_(chat_ids) if broadcast_id is None else outbox.c.broadcast_id == broadcast_id
        statement = (
            update(outbox)
            .where(has_state(outbox, *OPEN), has_state(outbox, OutboxState.PENDING), of)
            .values(state=OutboxState.CANCELLED, error=reason, ended_at=now)
        )
        return (await self._connection.execute(statement)).rowcount

    async def fall_back(
        self, message: OutboxMessage, *, now: datetime, message_id: int | None = None
    ) -> None:
        """The classic parts instead of a rich one and of all parts behind it.

        `message_id` says that the first of them stands in the chat already, in the rich one's place.
        """
        [first, *rest] = message.content.instead
        count = message.part + len(rest)
        behind = and_(outbox.c.key == message.key, outbox.c.part > message.part)
        await self._connection.execute(delete(outbox).where(behind))
        await self._connection.execute(
            update(outbox).where(outbox.c.key == message.key).values(part_count=count)
        )
        changed = {**content_of(first), "attempts": 0, "ambiguous": 0, "error": ""}
        if message_id is not None:
            changed |= {"message_id": message_id}
        here = update(outbox).where(outbox.c.id == message.id).values(**changed)
        row = (await self._connection.execute(here.returning(*SHARED))).one()
        shared = {**row._asdict(), "part_count": count, "created_at": now, "not_before": now}
        rows = [
            {**shared, **FRESH, **content_of(part), "part": number}
            for number, part in enumerate(rest, start=message.part + 1)
        ]
        if rows:
            await self._connection.execute(insert(self._connection, outbox), rows)

    # Sending

    async def due(
        self,
        *,
        now: datetime,
        limit: int,
        resting: Collection[int] = (),
        busy: Collection[ChatId] = (),
    ) -> list[OutboxMessage]:
        """The next message of each chat, answers first; taken by nobody yet.

        Those of `resting` Telegram chats and of `busy` chats (the sender has one of theirs already) are
        left alone. What is owed to a chat that is gone is cancelled instead.
        """
        values = {
            AT: now,
            ROOM: limit,
            RESTING: as_parameter([(number,) for number in resting]),
            BUSY: as_parameter([(number,) for number in busy]),
        }
        statement = next_of_each_chat(self._connection.dialect.name)
        rows = (await self._connection.execute(statement, values)).all()
        owed = [message_of(row[:-1]) for row in rows if row[-1] != ChatState.GONE]
        if len(owed) < len(rows):
            gone = {ChatId(row.chat_id) for row in rows if row[-1] == ChatState.GONE}
            await self.cancel(chat_ids=gone, reason="the chat is gone", now=now)
        return owed

    async def claim(
        self, messages: Collection[OutboxMessage], *, owner: str, until: datetime
    ) -> set[OutboxId]:
        """Note that the requests go out now; commit before they do. Returns those that are ours.

        The first claim raises a message's fence by one. Again, with that fence, for a second request
        about the same message: its lease begins anew.
        """
        statement = _claim(self._connection.dialect.name)
        rows = [(message.id, message.fence) for message in messages]
        values = {GIVEN: as_parameter(rows), "me": owner, "lease_end": until}
        if (await self._connection.execute(statement, values)).rowcount == len(rows):
            return {message.id for message in messages}
        ours = select(outbox.c.id, outbox.c.fence).where(
            outbox.c.id.in_([message.id for message in messages]),
            outbox.c.owner == owner,
            outbox.c.state == OutboxState.SENDING,
            outbox.c.claimed_until == until,
        )
        fences = {row.id: row.fence for row in await self._connection.execute(ours)}
        # Another's claim raised the fence by more than ours.
        return {one.id for one in messages if fences.get(one.id) in {one.fence, one.fence + 1}}

    async def record(self, attempts: Sequence[Attempt], *, owner: str, now: datetime) -> set[OutboxId]:
        """Write down what came of tries, unless another took the message since; those written down.

        When a part is lost, the parts behind it are cancelled: they would arrive without their beginning.
        """
        sent = [attempt for attempt in attempts if _is_plainly_sent(attempt)]
        others = [attempt for attempt in attempts if not _is_plainly_sent(attempt)]
        kept = await self._record_sent(sent, owner, now) if sent else set()
        return kept | await self._record_others(others, owner, now) if others else kept

    async def _record_sent(self, sent: Sequence[Attempt], owner: str, now: datetime) -> set[OutboxId]:
        """Nearly all of them, in one statement."""
        rows = [(one.id, one.fence, one.attempts, one.message_id or 0) for one in sent]
        values = {GIVEN: as_parameter(rows), "me": owner, "at": now}
        statement = _record_sent(self._connection.dialect.name)
        if (await self._connection.execute(statement, values)).rowcount == len(sent):
            return {one.id for one in sent}
        written = select(outbox.c.id, outbox.c.fence).where(
            outbox.c.id.in_([one.id for one in sent]),
            outbox.c.state == OutboxState.SENT,
            outbox.c.ended_at == now,
        )
        fences = {row.id: row.fence for row in await self._connection.execute(written)}
        return {one.id for one in sent if fences.get(one.id) == one.fence}

    async def _record_others(self, others: Sequence[Attempt], owner: str, now: datetime) -> set[OutboxId]:
        statement = (
            select(outbox.c.id, outbox.c.fence, outbox.c.key, outbox.c.part)
            .where(
                outbox.c.id.in_([attempt.id for attempt in others]),
                outbox.c.owner == owner,
                outbox.c.state.in_(OPEN),
            )
            .with_for_update()
        )
        ours = {row.id: row for row in await self._connection.execute(statement)}
        kept = [
            attempt for attempt in others if attempt.id in ours and ours[attempt.id].fence == attempt.fence
        ]
        if kept:
            await self._connection.execute(_RECORD, [_recorded(attempt, now) for attempt in kept])
        for attempt in kept:
            if attempt.state in _BROKEN:
                row = ours[attempt.id]
                await self._cancel_rest(row.key, row.part, now)
        return {attempt.id for attempt in kept}

    async def _cancel_rest(self, key: str, part: int, now: datetime) -> None:
        statement = (
            update(outbox)
            .where(outbox.c.key == key, outbox.c.part > part, outbox.c.state.in_(OPEN))
            .values(
                state=OutboxState.CANCELLED,
                error=f"part {part} did not arrive",
                ended_at=now,
                owner="",
                claimed_until=None,
            )
        )
        await self._connection.execute(statement)

    async def reap(self, *, now: datetime, but: Collection[OutboxId] = ()) -> Reaped:
        """Return what a dead sender had under way; nobody knows whether it arrived.

        `but` is what the caller itself has under way: its lease can be over when the clock was set.
        """
        given_up = outbox.c.ambiguous + 1 >= MAX_AMBIGUOUS
        statement = (
            update(outbox)
            .where(
                has_state(outbox, OutboxState.SENDING),
                outbox.c.claimed_until < now,
                outbox.c.id.not_in(list(but)),
            )
            .values(
                state=case((given_up, OutboxState.UNKNOWN), else_=OutboxState.PENDING),
                ended_at=case((given_up, now), else_=None),
                ambiguous=outbox.c.ambiguous + 1,
                attempts=outbox.c.attempts + 1,
                error="the sender died before the answer was stored",
                owner="",
                claimed_until=None,
            )
            .returning(outbox.c.key, outbox.c.part, outbox.c.state)
        )
        rows = (await self._connection.execute(statement)).all()
        unknown = [row for row in rows if row.state == OutboxState.UNKNOWN]
        for row in unknown:
            await self._cancel_rest(row.key, row.part, now)
        return Reaped(returned=len(rows) - len(unknown), unknown=len(unknown))

    async def expire(self, *, before: datetime, now: datetime) -> int:
        """Give up what has been due since before then and nobody has under way."""
        statement = (
            update(outbox)
            .where(
                has_state(outbox, *OPEN),
                has_state(outbox, OutboxState.PENDING),
                outbox.c.not_before < before,
                outbox.c.created_at < before,
            )
            .values(state=OutboxState.FAILED, error="too late to be of use", ended_at=now)
        )
        return (await self._connection.execute(statement)).rowcount

    async def purge(self, *, before: datetime, limit: int = 1000) -> int:
        """Forget what ended before then; broadcasts are kept, their reports count them."""
        old = (
            select(outbox.c.id)
            .where(outbox.c.ended_at < before, outbox.c.broadcast_id.is_(None))
            .limit(limit)
        )
        statement = delete(outbox).where(outbox.c.id.in_(old))
        return (await self._connection.execute(statement)).rowcount

    # Pauses Telegram asked for

    async def pause(self, telegram_id: int, *, until: datetime) -> None:
        """Send nothing to this chat until then; 0 stands for all chats."""
        statement = insert(self._connection, pauses).values(telegram_id=telegram_id, until=until)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=[pauses.c.telegram_id], set_={"until": until})
        )

    async def pauses(self, *, now: datetime) -> list[tuple[int, datetime]]:
        """(Telegram id, until when) of all that hold."""
        statement = select(pauses.c.telegram_id, pauses.c.until).where(pauses.c.until > now)
        return [(number, until) for number, until in await self._connection.execute(statement)]

    async def lift_pauses(self, *, now: datetime) -> None:
        await self._connection.execute(delete(pauses).where(pauses.c.until <= now))

    async def classic_of(
        self, chat_id: ChatId, message_id: int
    ) -> tuple[OutboxId, tuple[MessagePart, ...]] | None:
        """The classic parts of a rich message that stands in the chat; None if it is none or forgotten."""
        statement = select(outbox.c.id, outbox.c.instead).where(
            outbox.c.chat_id == chat_id, outbox.c.message_id == message_id, outbox.c.is_rich
        )
        row = (await self._connection.execute(statement)).first()
        return None if row is None else (OutboxId(row.id), read_parts(row.instead))

    # Counting

    async def waiting(self, *, now: datetime) -> OutboxWaiting:
        """How much is due and how long the oldest has been."""
        statement = select(func.count(), func.min(outbox.c.not_before, type_=UtcDateTime)).where(
            has_state(outbox, *OPEN), outbox.c.not_before <= now
        )
        count, oldest_at = (await self._connection.execute(statement)).one()
        return OutboxWaiting(count=count, oldest_at=oldest_at)


_RECORD = (
    update(outbox)
    .where(outbox.c.id == bindparam("of_id"))
    .values(
        state=bindparam("to_state"),
        attempts=bindparam("tries"),
        ambiguous=bindparam("unclear"),
        message_id=bindparam("as_message"),
        error=bindparam("reason"),
        ended_at=bindparam("ended"),
        not_before=func.coalesce(bindparam("again_at", type_=UtcDateTime), outbox.c.not_before),
        owner="",
        claimed_until=None,
    )
)


@cache
def _claim(dialect: str) -> Update:
    _, [number, fence] = given_rows(dialect, 2)
    is_new = has_state(outbox, OutboxState.PENDING)
    return (
        update(outbox)
        .where(
            outbox.c.id == number,
            outbox.c.fence == fence,
            has_state(outbox, *OPEN),
            or_(is_new, outbox.c.owner == bindparam("me")),
        )
        .values(
            state=OutboxState.SENDING,
            owner=bindparam("me"),
            claimed_until=bindparam("lease_end", type_=UtcDateTime),
            fence=outbox.c.fence + case((is_new, 1), else_=0),
        )
    )


@cache
def _record_sent(dialect: str) -> Update:
    _, [number, fence, attempts, message_id] = given_rows(dialect, 4)
    return (
        update(outbox)
        .where(
            outbox.c.id == number,
            outbox.c.fence == fence,
            outbox.c.owner == bindparam("me"),
            has_state(outbox, *OPEN),
        )
        .values(
            state=OutboxState.SENT,
            attempts=attempts,
            message_id=message_id,
            error="",
            ended_at=bindparam("at", type_=UtcDateTime),
            owner="",
            claimed_until=None,
        )
    )


def _is_plainly_sent(attempt: Attempt) -> bool:
    return attempt.state is OutboxState.SENT and not attempt.error


def _recorded(attempt: Attempt, now: datetime) -> dict[str, Any]:
    return {
        "of_id": attempt.id,
        "to_state": attempt.state,
        "tries": attempt.attempts,
        "unclear": attempt.ambiguous,
        "as_message": attempt.message_id,
        "reason": attempt.error,
        "ended": None if attempt.state in OPEN else now,
        "again_at": attempt.not_before,
    }

"""Messages owed to Telegram, stored before they are sent."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
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

from storage.dialects.insert import insert
from storage.messages import (
    Attempt,
    NewDelivery,
    OutboxMessage,
    OutboxState,
    OutboxWaiting,
    Reaped,
)
from storage.outbox_rows import FRESH, SHARED, content_of, message_of, rows_of
from storage.records import BroadcastId, ChatId, ChatState, OutboxId
from storage.schema import UtcDateTime, chats, outbox, pauses
from storage.turns import OPEN, has_state, next_of_each_chat

MAX_AMBIGUOUS = 2
"""A part is sent again after one unreadable answer, never after two."""

_BROKEN = (OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.CANCELLED)
_CLAIMED: tuple[ColumnElement[Any], ...] = (
    outbox.c.id,
    outbox.c.chat_id,
    outbox.c.key,
    outbox.c.part,
    outbox.c.part_count,
    outbox.c.lane,
    outbox.c.html,
    outbox.c.keyboard,
    outbox.c.preview_url,
    outbox.c.silent,
    outbox.c.paid,
    outbox.c.is_rich,
    outbox.c.instead,
    outbox.c.attempts,
    outbox.c.ambiguous,
    outbox.c.fence,
    outbox.c.created_at,
    outbox.c.broadcast_id,
)


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
        known = set(
            (await self._connection.execute(select(outbox.c.key).where(outbox.c.key.in_(keys)))).scalars()
        )
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
            .values(state=OutboxState.CANCELLED, error=reason, ended_at=now, owner="", claimed_until=None)
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

    async def claim(
        self,
        *,
        now: datetime,
        limit: int,
        until: datetime,
        owner: str,
        resting: Collection[int] = (),
    ) -> list[OutboxMessage]:
        """Take the next messages until the lease ends; those of `resting` Telegram chats are left alone.

        What is owed to a chat that is gone is cancelled instead.
        """
        due = next_of_each_chat(now, limit, resting).cte("due")
        statement = (
            update(outbox)
            .where(outbox.c.id.in_(select(due.c.id)))
            .values(claimed_until=until, owner=owner, fence=outbox.c.fence + 1)
            .returning(*_CLAIMED)
        )
        rows = (await self._connection.execute(statement)).all()
        places = await self._places({row.chat_id for row in rows})
        gone = {ChatId(number) for number, place in places.items() if place.state == ChatState.GONE}
        if gone:
            await self.cancel(chat_ids=gone, reason="the chat is gone", now=now)
        rows = sorted(rows, key=lambda row: (row.lane, row.id))
        return [message_of(row, places[row.chat_id]) for row in rows if row.chat_id not in gone]

    async def _places(self, chat_ids: Collection[int]) -> dict[int, Row[int, int, int, str]]:
        if not chat_ids:
            return {}
        statement = select(chats.c.id, chats.c.telegram_id, chats.c.thread_id, chats.c.state)
        rows = await self._connection.execute(statement.where(chats.c.id.in_(chat_ids)))
        return {row.id: row for row in rows}

    async def begin(
        self, ids: Collection[OutboxId], *, owner: str, now: datetime, until: datetime
    ) -> set[OutboxId]:
        """Note that the requests go out now; commit before they do. Returns those still ours.

        Again for a second request about the same message: its lease begins anew.
        """
        statement = (
            update(outbox)
            .where(
                outbox.c.id.in_(ids),
                outbox.c.owner == owner,
                outbox.c.claimed_until >= now,
                outbox.c.state.in_(OPEN),
            )
            .values(state=OutboxState.SENDING, claimed_until=until)
            .returning(outbox.c.id)
        )
        return {OutboxId(number) for number in (await self._connection.execute(statement)).scalars()}

    async def release(self, ids: Collection[OutboxId], *, owner: str) -> None:
        """Give back claims that were not used."""
        statement = (
            update(outbox)
            .where(outbox.c.id.in_(ids), outbox.c.owner == owner, outbox.c.state == OutboxState.PENDING)
            .values(owner="", claimed_until=None)
        )
        await self._connection.execute(statement)

    async def record(self, attempts: Sequence[Attempt], *, owner: str, now: datetime) -> set[OutboxId]:
        """Write down what came of tries, unless another took the message since; those written down.

        When a part is lost, the parts behind it are cancelled: they would arrive without their beginning.
        """
        statement = (
            select(outbox.c.id, outbox.c.fence, outbox.c.key, outbox.c.part)
            .where(
                outbox.c.id.in_([attempt.id for attempt in attempts]),
                outbox.c.owner == owner,
                outbox.c.state.in_(OPEN),
            )
            .with_for_update()
        )
        ours = {row.id: row for row in await self._connection.execute(statement)}
        kept = [
            attempt for attempt in attempts if attempt.id in ours and ours[attempt.id].fence == attempt.fence
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

    async def reap(self, *, now: datetime) -> Reaped:
        """Return what a dead sender had under way; nobody knows whether it arrived."""
        given_up = outbox.c.ambiguous + 1 >= MAX_AMBIGUOUS
        statement = (
            update(outbox)
            .where(has_state(outbox, OutboxState.SENDING), outbox.c.claimed_until < now)
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
                or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until < now),
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

    async def lift_pauses(self, *, now: datetime) -> None:
        await self._connection.execute(delete(pauses).where(pauses.c.until <= now))

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

"""Breaking items: from the desk to the last chat, and how far each is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import NotFound
from storage.messages import Broadcast, BroadcastCount, BroadcastState, NewBroadcast, OutboxState
from storage.records import BroadcastId, StoryId
from storage.schema import broadcasts, outbox

_COLUMNS = (
    broadcasts.c.id,
    broadcasts.c.admin_id,
    broadcasts.c.title,
    broadcasts.c.text,
    broadcasts.c.url,
    broadcasts.c.story_id,
    broadcasts.c.desk_id,
    broadcasts.c.created_at,
    broadcasts.c.state,
    broadcasts.c.audience,
    broadcasts.c.confirmed_at,
    broadcasts.c.report_message_id,
    broadcasts.c.reported,
)


class BroadcastRepository:
    """A broadcast goes from asked (no text yet) to draft to running to done, or is cancelled."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, *, admin_id: int, desk_id: int, now: datetime) -> None:
        """Remember that this admin owes the desk a text."""
        await self._forget_question(admin_id, desk_id)
        question = NewBroadcast(admin_id=admin_id, title="", text="", desk_id=desk_id, created_at=now)
        await self._add(question, BroadcastState.ASKED)

    async def take_answer(self, *, admin_id: int, desk_id: int, since: datetime) -> bool:
        """Close the question; True if one was open and not older than `since`."""
        statement = select(broadcasts.c.id).where(
            _question(admin_id, desk_id), broadcasts.c.created_at >= since
        )
        open_since = (await self._connection.execute(statement)).scalar_one_or_none()
        await self._forget_question(admin_id, desk_id)
        return open_since is not None

    async def add(self, new: NewBroadcast) -> BroadcastId:
        """A draft, seen by nobody but its admin until it is confirmed."""
        return await self._add(new, BroadcastState.DRAFT)

    async def get(self, broadcast_id: BroadcastId) -> Broadcast:
        found = await self.find(broadcast_id)
        if found is None:
            raise NotFound(f"no broadcast {broadcast_id}")
        return found

    async def find(self, broadcast_id: BroadcastId) -> Broadcast | None:
        statement = select(*_COLUMNS).where(broadcasts.c.id == broadcast_id)
        row = (await self._connection.execute(statement)).one_or_none()
        return _broadcast(row) if row else None

    async def confirm(
        self, broadcast_id: BroadcastId, *, admin_id: int, now: datetime, drafted_since: datetime
    ) -> bool:
        """Start a draft of this admin's; True for the one press that did it."""
        statement = (
            update(broadcasts)
            .where(
                broadcasts.c.id == broadcast_id,
                broadcasts.c.admin_id == admin_id,
                broadcasts.c.state == BroadcastState.DRAFT,
                broadcasts.c.created_at >= drafted_since,
            )
            .values(state=BroadcastState.RUNNING, confirmed_at=now)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def cancel(self, broadcast_id: BroadcastId, *, admin_id: int) -> bool:
        """Drop a draft of this admin's; True for the one press that did it."""
        statement = (
            update(broadcasts)
            .where(
                broadcasts.c.id == broadcast_id,
                broadcasts.c.admin_id == admin_id,
                broadcasts.c.state == BroadcastState.DRAFT,
            )
            .values(state=BroadcastState.CANCELLED)
        )
        return (await self._connection.execute(statement)).rowcount == 1

    async def set_audience(self, broadcast_id: BroadcastId, audience: int) -> None:
        await self._set(broadcast_id, audience=audience)

    async def set_report_message(self, broadcast_id: BroadcastId, message_id: int) -> None:
        await self._set(broadcast_id, report_message_id=message_id)

    async def set_reported(self, broadcast_id: BroadcastId, reported: str, *, done: bool) -> None:
        """What the admin has been shown; the last word ends the broadcast."""
        state = BroadcastState.DONE if done else BroadcastState.RUNNING
        await self._set(broadcast_id, reported=reported, state=state)

    async def running(self) -> list[Broadcast]:
        """Broadcasts whose last word the admin has not seen, oldest first."""
        statement = (
            select(*_COLUMNS).where(broadcasts.c.state == BroadcastState.RUNNING).order_by(broadcasts.c.id)
        )
        return [_broadcast(row) for row in await self._connection.execute(statement)]

    async def count(self, broadcast_id: BroadcastId) -> BroadcastCount:
        """How far it is, in chats; a chat removed meanwhile counts as failed, so that the sum stays."""
        statement = (
            select(outbox.c.state, func.count(outbox.c.chat_id.distinct()))
            .where(outbox.c.broadcast_id == broadcast_id)
            .group_by(outbox.c.state)
        )
        rows = await self._connection.execute(statement)
        by_state: dict[str, int] = {state: number for state, number in rows}  # noqa: C416 - rows are no pairs to mypy
        total = (await self.get(broadcast_id)).audience
        sent = by_state.get(OutboxState.SENT, 0)
        unknown = by_state.get(OutboxState.UNKNOWN, 0)
        pending = by_state.get(OutboxState.PENDING, 0) + by_state.get(OutboxState.SENDING, 0)
        return BroadcastCount(
            total=total,
            sent=sent,
            pending=pending,
            unknown=unknown,
            failed=total - sent - pending - unknown,
        )

    async def _add(self, new: NewBroadcast, state: BroadcastState) -> BroadcastId:
        statement = (
            insert(broadcasts)
            .values(
                admin_id=new.admin_id,
                title=new.title,
                text=new.text,
                url=new.url,
                story_id=new.story_id,
                desk_id=new.desk_id,
                created_at=new.created_at,
                state=state,
                audience=0,
                reported="",
            )
            .returning(broadcasts.c.id)
        )
        return BroadcastId((await self._connection.execute(statement)).scalar_one())

    async def _forget_question(self, admin_id: int, desk_id: int) -> None:
        await self._connection.execute(delete(broadcasts).where(_question(admin_id, desk_id)))

    async def _set(self, broadcast_id: BroadcastId, **values: object) -> None:
        await self._connection.execute(
            update(broadcasts).where(broadcasts.c.id == broadcast_id).values(**values)
        )


def _question(admin_id: int, desk_id: int) -> Any:
    return and_(
        broadcasts.c.admin_id == admin_id,
        broadcasts.c.desk_id == desk_id,
        broadcasts.c.state == BroadcastState.ASKED,
    )


def _broadcast(row: Row[*tuple[Any, ...]]) -> Broadcast:
    return Broadcast(
        id=BroadcastId(row.id),
        admin_id=row.admin_id,
        title=row.title,
        text=row.text,
        url=row.url,
        story_id=None if row.story_id is None else StoryId(row.story_id),
        desk_id=row.desk_id,
        created_at=row.created_at,
        state=BroadcastState(row.state),
        audience=row.audience,
        confirmed_at=row.confirmed_at,
        report_message_id=row.report_message_id,
        reported=row.reported,
    )

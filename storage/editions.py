"""Issued editions: one per chat and slot."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import among
from storage.dialects.insert import insert
from storage.errors import AlreadyExists, NotFound
from storage.messages import Lane, OutboxState
from storage.outbox_rows import LANES
from storage.records import (
    ChatId,
    DigestId,
    Edition,
    EditionId,
    EditionState,
    NewEdition,
)
from storage.schema import articles
from storage.schema_chats import chats, editions, outbox, told
from storage.turns import OPEN, has_state


class EditionRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewEdition) -> Edition:
        """Raises AlreadyExists when the chat's slot was issued before; the transaction goes on."""
        added = await self.add_many([new])
        if not added:
            raise AlreadyExists(f"chat {new.chat_id} has an edition for {new.slot}")
        return await self.get(added[new.chat_id, new.slot])

    async def add_many(self, new: Sequence[NewEdition]) -> dict[tuple[ChatId, str], EditionId]:
        """The new editions' ids by chat and slot; a slot that was issued before is not among them."""
        if not new:
            return {}
        statement = insert(self._connection, editions).on_conflict_do_nothing(
            index_elements=[editions.c.chat_id, editions.c.slot]
        )
        rows = await self._connection.execute(
            statement.returning(editions.c.id, editions.c.chat_id, editions.c.slot),
            [_values(one) for one in new],
        )
        return {(ChatId(chat_id), slot): EditionId(id_) for id_, chat_id, slot in rows.all()}

    async def give_up_late(self, *, before: datetime, now: datetime, limit: int = 1000) -> int:
        """End digests owed since before then of which nothing went out; their stories count as untold.

        One whose first part may have arrived is left as it is, and so is what somebody asked for.
        """
        late = (
            select(outbox.c.id)
            .join(editions, editions.c.id == outbox.c.edition_id)
            .where(
                has_state(outbox, *OPEN),
                has_state(outbox, OutboxState.PENDING),
                outbox.c.lane == LANES.index(Lane.DIGEST),
                outbox.c.part == 1,
                outbox.c.ambiguous == 0,
                outbox.c.not_before < before,
                outbox.c.created_at < before,
                editions.c.digest_id.is_not(None),
            )
            .limit(limit)
        )
        end = update(outbox).values(state=OutboxState.FAILED, error="too late to be of use", ended_at=now)
        firsts = end.where(outbox.c.id.in_(late), has_state(outbox, OutboxState.PENDING))
        rows = (await self._connection.execute(firsts.returning(outbox.c.edition_id, outbox.c.chat_id))).all()
        if not rows:
            return 0
        late_ids, chat_ids = [row.edition_id for row in rows], [row.chat_id for row in rows]
        their = outbox.c.chat_id.in_(among(self._connection, chat_ids))
        behind = end.where(their, has_state(outbox, *OPEN), has_state(outbox, OutboxState.PENDING))
        these = outbox.c.edition_id.in_(among(self._connection, late_ids))
        await self._connection.execute(behind.where(these))
        await self._untell(late_ids, chat_ids)
        return len(rows)

    async def _untell(self, edition_ids: Collection[int], chat_ids: Collection[int]) -> None:
        """The chats look again from where these editions looked, and know nothing of what they told."""
        ids, their = among(self._connection, edition_ids), among(self._connection, chat_ids)
        first = (
            select(func.min(editions.c.looked_from))
            .where(editions.c.id.in_(ids), editions.c.chat_id == chats.c.id)
            .scalar_subquery()
        )
        for statement in (
            delete(told).where(told.c.chat_id.in_(their), told.c.edition_id.in_(ids)),
            update(chats).where(chats.c.id.in_(their)).values(looked_until=first),
            update(editions).where(editions.c.id.in_(ids)).values(state=EditionState.SKIPPED, reason="late"),
        ):
            await self._connection.execute(statement)

    async def get(self, edition_id: EditionId) -> Edition:
        """Raises NotFound."""
        rows = await self._connection.execute(select(editions).where(editions.c.id == edition_id))
        for row in rows:
            return _edition(row)
        raise NotFound(f"no edition {edition_id}")

    async def find(self, chat_id: ChatId, slot: str) -> Edition | None:
        """The chat's edition of this slot."""
        statement = select(editions).where(editions.c.chat_id == chat_id, editions.c.slot == slot)
        row = (await self._connection.execute(statement)).one_or_none()
        return None if row is None else _edition(row)

    async def last_of_chat(self, chat_id: ChatId, limit: int = 1) -> list[Edition]:
        """The newest editions, newest first."""
        statement = (
            select(editions).where(editions.c.chat_id == chat_id).order_by(editions.c.id.desc()).limit(limit)
        )
        return [_edition(row) for row in await self._connection.execute(statement)]

    async def looked_through(self, since: datetime) -> tuple[int, int]:
        """How many articles of how many publishers came since then."""
        statement = select(func.count(), func.count(func.nullif(articles.c.publisher, "").distinct())).where(
            articles.c.first_seen_at >= since
        )
        article_count, publisher_count = (await self._connection.execute(statement)).one()
        return article_count, publisher_count

    async def on_date(self, chat_ids: Collection[ChatId], local_date: date) -> list[Edition]:
        """What these chats' slots of one local date came to; editions by command are not among them."""
        statement = select(editions).where(
            editions.c.chat_id.in_(among(self._connection, chat_ids)),
            editions.c.local_date == local_date,
            editions.c.slot.startswith(local_date.isoformat()),
        )
        return [_edition(row) for row in await self._connection.execute(statement)]


def _edition(row: Row[Any]) -> Edition:
    return Edition(
        id=EditionId(row.id),
        chat_id=ChatId(row.chat_id),
        digest_id=DigestId(row.digest_id) if row.digest_id is not None else None,
        slot=row.slot,
        local_date=row.local_date,
        due_at=row.due_at,
        created_at=row.created_at,
        state=EditionState(row.state),
        story_count=row.story_count,
        reason=row.reason,
        looked_from=row.looked_from,
    )


def _values(new: NewEdition) -> dict[str, object]:
    return {
        "chat_id": new.chat_id,
        "digest_id": new.digest_id,
        "slot": new.slot,
        "local_date": new.local_date,
        "due_at": new.due_at,
        "created_at": new.created_at,
        "state": new.state,
        "story_count": new.story_count,
        "reason": new.reason,
        "looked_from": new.looked_from,
    }

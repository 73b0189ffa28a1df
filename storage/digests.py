"""Standing orders and when each is due."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import among
from storage.dialects.insert import insert
from storage.records import ChatId, Digest, DigestId, NewDigest
from storage.schema_chats import digests

LAST_PLACE = 2**31 - 1


def _first_place(chat_id: ChatId, local_time: str) -> int:
    """Anywhere, and for the same order always the same."""
    return zlib.crc32(f"{chat_id}:{local_time}".encode()) % LAST_PLACE


class DigestRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def put(self, new: NewDigest, *, rules: str = "") -> Digest:
        """The chat's order for this local time, as given now; `rules` are those its turn was computed by."""
        values: dict[str, Any] = {
            "weekdays": new.weekdays,
            "next_due_at": new.next_due_at,
            "claimed_until": None,
            "failures": 0,
            "rules": rules,
        }
        place = _first_place(new.chat_id, new.local_time)
        statement = insert(self._connection, digests).values(
            chat_id=new.chat_id, local_time=new.local_time, place=place, **values
        )
        statement = statement.on_conflict_do_update(
            index_elements=[digests.c.chat_id, digests.c.local_time], set_=values
        )
        row = (await self._connection.execute(statement.returning(digests))).one()
        return _digest(row)

    async def of_chat(self, chat_id: ChatId) -> list[Digest]:
        """By local time."""
        return (await self.of_chats([chat_id])).get(chat_id, [])

    async def of_chats(self, chat_ids: Collection[ChatId]) -> dict[ChatId, list[Digest]]:
        statement = (
            select(digests)
            .where(digests.c.chat_id.in_(among(self._connection, chat_ids)))
            .order_by(digests.c.local_time)
        )
        found: dict[ChatId, list[Digest]] = {}
        for row in (await self._connection.execute(statement)).all():
            found.setdefault(ChatId(row.chat_id), []).append(_digest(row))
        return found

    async def remove(self, chat_id: ChatId, local_time: str) -> bool:
        """False if there was no such order."""
        statement = delete(digests).where(digests.c.chat_id == chat_id, digests.c.local_time == local_time)
        return (await self._connection.execute(statement)).rowcount > 0

    async def remove_all(self, chat_id: ChatId) -> None:
        await self._connection.execute(delete(digests).where(digests.c.chat_id == chat_id))

    async def due(self, now: datetime, limit: int) -> list[Digest]:
        """The longest due first, without those somebody has claimed; who is last today is first tomorrow."""
        statement = (
            select(digests)
            .where(digests.c.next_due_at <= now, _is_free(now))
            .order_by(digests.c.next_due_at, digests.c.place)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return [_digest(row) for row in (await self._connection.execute(statement)).all()]

    async def claim(self, now: datetime, limit: int, *, until: datetime) -> list[Digest]:
        """The same, each this caller's alone until then, or until it is settled or released."""
        found = await self.due(now, limit)
        await self._claim_until([digest.id for digest in found], until)
        return found

    async def release(self, ids: Iterable[DigestId]) -> None:
        """Give back what was claimed and not issued."""
        await self._claim_until(ids, None)

    async def _claim_until(self, ids: Iterable[DigestId], until: datetime | None) -> None:
        chosen = list(ids)
        if chosen:
            statement = update(digests).where(digests.c.id.in_(among(self._connection, chosen)))
            await self._connection.execute(statement.values(claimed_until=until))

    async def unchanged(self, asked: Collection[Digest]) -> set[DigestId]:
        """Which are still due as they were read: nobody moved, removed or issued them meanwhile."""
        statement = select(digests.c.id, digests.c.next_due_at, digests.c.weekdays).where(
            digests.c.id.in_(among(self._connection, [digest.id for digest in asked]))
        )
        rows = await self._connection.execute(statement.with_for_update())
        there = {id_: (next_due_at, weekdays) for id_, next_due_at, weekdays in rows}
        return {
            digest.id for digest in asked if there.get(digest.id) == (digest.next_due_at, digest.weekdays)
        }

    async def settle(self, next_due: Mapping[DigestId, datetime], *, rules: str = "") -> None:
        """The turn has come to its end; when the next one is."""
        by_turn: dict[datetime, list[DigestId]] = {}
        for id_, next_due_at in next_due.items():
            by_turn.setdefault(next_due_at, []).append(id_)
        for next_due_at, ids in by_turn.items():
            statement = update(digests).where(digests.c.id.in_(among(self._connection, ids)))
            values: dict[str, Any] = {
                "next_due_at": next_due_at,
                "place": LAST_PLACE - digests.c.place,
                "claimed_until": None,
                "failures": 0,
                "rules": rules,
            }
            await self._connection.execute(statement.values(values))

    async def fail(self, digest_id: DigestId, *, again_at: datetime) -> None:
        """One more try failed; the next is not before `again_at`."""
        statement = update(digests).where(digests.c.id == digest_id)
        await self._connection.execute(
            statement.values(failures=digests.c.failures + 1, claimed_until=again_at)
        )

    async def outdated(self, *, rules: str, beyond: datetime, limit: int) -> list[Digest]:
        """Orders whose turn was computed by older rules, or lies further ahead than any can."""
        outdated = select(digests).where(digests.c.rules < rules).order_by(digests.c.rules).limit(limit)
        found = [_digest(row) for row in await self._connection.execute(outdated)]
        if not found:
            far = select(digests).where(digests.c.next_due_at > beyond).limit(limit)
            found = [_digest(row) for row in await self._connection.execute(far)]
        return found


def _is_free(now: datetime) -> ColumnElement[bool]:
    return or_(digests.c.claimed_until.is_(None), digests.c.claimed_until <= now)


def _digest(row: Row[Any]) -> Digest:
    return Digest(
        id=DigestId(row.id),
        chat_id=ChatId(row.chat_id),
        local_time=row.local_time,
        weekdays=row.weekdays,
        next_due_at=row.next_due_at,
        failures=row.failures,
    )

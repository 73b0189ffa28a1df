"""The ledger: which story, at which version, a chat was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, cast

from sqlalchemy import Select, bindparam, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.given import GIVEN, as_parameter, given_ids, given_rows
from storage.dialects.insert import insert
from storage.dialects.listed import listed, numbers_of
from storage.records import BroadcastId, ChatId, EditionId, StoryId, Told
from storage.schema_chats import told

if TYPE_CHECKING:
    from sqlalchemy.dialects.postgresql import Insert


class ToldRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def versions(self, chat_id: ChatId, story_ids: Collection[StoryId]) -> dict[StoryId, int]:
        """At which version the chat was told each of these stories; those never told are left out."""
        statement = select(told.c.story_id, told.c.version).where(
            told.c.chat_id == chat_id, told.c.story_id.in_(story_ids)
        )
        rows = await self._connection.execute(statement)
        return {StoryId(row.story_id): row.version for row in rows}

    async def versions_of(
        self, chat_ids: Collection[ChatId], *, first: StoryId, since: datetime | None = None
    ) -> dict[ChatId, dict[StoryId, int]]:
        """The same for many chats: of the stories from `first` on, what they were told since then."""
        statement = _versions(self._connection.dialect.name)
        if since is not None:
            statement = statement.where(told.c.told_at >= since)
        values = {GIVEN: as_parameter(list(chat_ids)), "first": first}
        rows = await self._connection.execute(statement, values)
        return {
            ChatId(chat_id): cast("dict[StoryId, int]", numbers_of(*texts)) for chat_id, *texts in rows.all()
        }

    async def of_chat(self, chat_id: ChatId) -> list[Told]:
        """Everything the chat was told, oldest first."""
        statement = select(told).where(told.c.chat_id == chat_id).order_by(told.c.told_at, told.c.story_id)
        return [
            Told(
                chat_id=ChatId(row.chat_id),
                story_id=StoryId(row.story_id),
                version=row.version,
                told_at=row.told_at,
                edition_id=None if row.edition_id is None else EditionId(row.edition_id),
                broadcast_id=None if row.broadcast_id is None else BroadcastId(row.broadcast_id),
            )
            for row in await self._connection.execute(statement)
        ]

    async def put(self, lines: Sequence[Told]) -> None:
        """One line per chat and story: the newest version told stands."""
        for told_at in {line.told_at for line in lines}:
            newest = sorted((_numbers(line) for line in lines if line.told_at == told_at), key=itemgetter(2))
            rows = {numbers[:2]: numbers for numbers in newest}
            values = {GIVEN: as_parameter(list(rows.values())), "at": told_at}
            await self._connection.execute(_put(self._connection), values)


@cache
def _versions(dialect: str) -> Select[int, str, str]:
    """One row a chat: thousands of lines of the ledger are read for one round of editions."""
    return (
        select(told.c.chat_id, listed(told.c.story_id), listed(told.c.version))
        .where(told.c.chat_id.in_(given_ids(dialect)), told.c.story_id >= bindparam("first"))
        .group_by(told.c.chat_id)
    )


def _put(connection: AsyncConnection) -> Insert:
    """One statement for all rows: an edition tells ten stories, a round of editions two thousand."""
    rows, [chat_id, story_id, version, edition_id, broadcast_id] = given_rows(connection.dialect.name, 5)
    at = bindparam("at", type_=told.c.told_at.type)
    names = ["chat_id", "story_id", "version", "told_at", "edition_id", "broadcast_id"]
    # SQLite takes ON CONFLICT after a SELECT without WHERE for a join.
    given = select(chat_id, story_id, version, at, edition_id, broadcast_id).select_from(rows).where(true())
    statement = insert(connection, told).from_select(names, given)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[told.c.chat_id, told.c.story_id],
        set_={name: new[name] for name in ("version", "told_at", "edition_id", "broadcast_id")},
        where=told.c.version <= new.version,
    )


def _numbers(line: Told) -> tuple[int, int, int, int | None, int | None]:
    return line.chat_id, line.story_id, line.version, line.edition_id, line.broadcast_id

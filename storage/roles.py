"""Roles that one process holds for all: sending, answering."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.schema_chats import roles


class RoleRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take(self, name: str, *, owner: str, now: datetime, until: datetime) -> bool:
        """Take or keep a role until then; False while another holds it.

        On SQLite it is always granted: one process works on the file, and its successor should not
        wait for the lease of a dead one.
        """
        if self._connection.dialect.name == "sqlite":
            return True
        statement = select(roles.c.owner, roles.c.held_until).where(roles.c.name == name).with_for_update()
        held = (await self._connection.execute(statement)).one_or_none()
        if held is None:
            new = insert(self._connection, roles).values(name=name, owner=owner, held_until=until)
            return (await self._connection.execute(new.on_conflict_do_nothing())).rowcount == 1
        if held.owner != owner and held.held_until >= now:
            return False
        changed = update(roles).where(roles.c.name == name).values(owner=owner, held_until=until)
        await self._connection.execute(changed)
        return True

    async def give_back(self, owner: str) -> None:
        """Let a stand-by take over at once."""
        await self._connection.execute(delete(roles).where(roles.c.owner == owner))

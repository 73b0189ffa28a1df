"""What was said in answer to an update, until the update is done: handled again, it is not said again."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.dialects.insert import insert
from storage.messages import Reply
from storage.records import InboxId
from storage.schema_chats import replies


class ReplyRepository:
    """One row for each message an update is answered with, numbered as they come."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def begin(
        self, inbox_id: InboxId, place: int, *, method: str, telegram_id: int, tries: int
    ) -> Reply:
        """Note that its request goes out now, unless it has a result or that many tries without one.

        Commit before the request does. Returns what was known before.
        """
        here = and_(replies.c.inbox_id == inbox_id, replies.c.place == place)
        row = (await self._connection.execute(select(replies).where(here))).one_or_none()
        values = {"method": method, "telegram_id": telegram_id, "tries": 1, "result": ""}
        if row is None:
            new = insert(self._connection, replies).values(inbox_id=inbox_id, place=place, **values)
            await self._connection.execute(new)
            return Reply()
        known = Reply(tries=row.tries, result=row.result)
        if (row.method, row.telegram_id) != (method, telegram_id):
            known = Reply()  # the handler goes another way this time: this was never said
        elif known.result or known.tries >= tries:
            return known
        values["tries"] = known.tries + 1
        await self._connection.execute(update(replies).where(here).values(**values))
        return known

    async def end(self, inbox_id: InboxId, place: int, *, result: str) -> None:
        """Telegram's answer to it."""
        here = and_(replies.c.inbox_id == inbox_id, replies.c.place == place)
        await self._connection.execute(update(replies).where(here).values(result=result))

    async def undo(self, inbox_id: InboxId, place: int) -> None:
        """The last try did nothing."""
        here = and_(replies.c.inbox_id == inbox_id, replies.c.place == place)
        await self._connection.execute(update(replies).where(here).values(tries=replies.c.tries - 1))

    async def forget(self, inbox_ids: Collection[InboxId]) -> None:
        await self._connection.execute(delete(replies).where(replies.c.inbox_id.in_(inbox_ids)))

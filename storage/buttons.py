"""What a pressed button means, for those whose meaning does not fit into 64 bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.messages import Button
from storage.records import ButtonId, ChatId
from storage.schema_chats import buttons


class ButtonRepository:
    """Kept for a while; a press on a forgotten button is answered, too."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self, chat_id: ChatId, action: str, argument: Mapping[str, str | int], *, now: datetime
    ) -> ButtonId:
        statement = (
            insert(buttons)
            .values(chat_id=chat_id, action=action, argument=dict(argument), created_at=now)
            .returning(buttons.c.id)
        )
        return ButtonId((await self._connection.execute(statement)).scalar_one())

    async def find(self, button_id: ButtonId, *, chat_id: ChatId) -> Button | None:
        """The button, if this chat was shown it: a made-up id opens nobody else's."""
        statement = select(
            buttons.c.id, buttons.c.chat_id, buttons.c.action, buttons.c.argument, buttons.c.created_at
        ).where(buttons.c.id == button_id, buttons.c.chat_id == chat_id)
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            return None
        id_, owner, action, argument, created_at = row
        return Button(
            id=ButtonId(id_), chat_id=ChatId(owner), action=action, argument=argument, created_at=created_at
        )

    async def remove_before(self, moment: datetime) -> int:
        """Forget buttons nobody will press any more; how many there were."""
        return (await self._connection.execute(delete(buttons).where(buttons.c.created_at < moment))).rowcount

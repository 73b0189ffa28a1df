"""Updates received from Telegram, stored before they are confirmed."""

from sqlalchemy.ext.asyncio import AsyncConnection


class InboxRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

"""Messages owed to Telegram, stored before they are sent."""

from sqlalchemy.ext.asyncio import AsyncConnection


class OutboxRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

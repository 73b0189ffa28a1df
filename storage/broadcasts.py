"""Breaking items and how far each is."""

from sqlalchemy.ext.asyncio import AsyncConnection


class BroadcastRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

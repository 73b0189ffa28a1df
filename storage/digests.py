"""Standing orders and when each is due."""

from sqlalchemy.ext.asyncio import AsyncConnection


class DigestRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

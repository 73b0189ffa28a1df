"""The ledger: which story, at which version, a chat was told."""

from sqlalchemy.ext.asyncio import AsyncConnection


class ToldRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

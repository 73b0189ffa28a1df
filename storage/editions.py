"""Issued editions: one per chat and slot."""

from sqlalchemy.ext.asyncio import AsyncConnection


class EditionRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

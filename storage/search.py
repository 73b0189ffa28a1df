"""The text index: put terms, find terms. Knows no language."""

from sqlalchemy.ext.asyncio import AsyncConnection


class SearchRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

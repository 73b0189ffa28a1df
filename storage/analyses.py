"""What analysis found, one row an article."""

from sqlalchemy.ext.asyncio import AsyncConnection


class AnalysisRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

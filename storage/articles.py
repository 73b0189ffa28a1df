"""Articles, their versions of truth about address and content, and the listings of aggregator pages."""

from sqlalchemy.ext.asyncio import AsyncConnection


class ArticleRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

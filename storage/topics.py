"""Topics and which articles match them."""

from sqlalchemy.ext.asyncio import AsyncConnection


class TopicRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

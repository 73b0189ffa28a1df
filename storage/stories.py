"""Stories, their articles and the links between them."""

from sqlalchemy.ext.asyncio import AsyncConnection


class StoryRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

"""What a pressed button means."""

from sqlalchemy.ext.asyncio import AsyncConnection


class ButtonRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

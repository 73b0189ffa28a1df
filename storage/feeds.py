"""Feeds we poll, when each is due, and which entries it has shown before."""

from sqlalchemy.ext.asyncio import AsyncConnection


class FeedRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

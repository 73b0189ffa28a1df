"""Chats, their settings and their subscriptions."""

from sqlalchemy.ext.asyncio import AsyncConnection


class ChatRepository:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

"""SQLite's readers for hot paths: threads with a connection each that are handed whole units of work.

As with the writer (storage/writer.py), a unit of work changes threads once, not for every statement; and
what it computes of what it read keeps no event loop waiting.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.writer import AtOnce, to_its_end

T = TypeVar("T")

READERS = 2


class ReaderThreads:
    """Runs units of work side by side, each on a consistent view."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        self._own = threading.local()
        self._connections: list[Connection] = []

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What it comes to; nothing written in it is kept."""
        return cast("T", await asyncio.get_running_loop().run_in_executor(self._threads, self._run, work))

    def _run(self, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
        connection = self._connection()
        transaction = connection.begin()
        try:
            return to_its_end(work(cast("AsyncConnection", AtOnce(connection))))
        finally:
            transaction.rollback()

    def _connection(self) -> Connection:
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self._engine.connect()
            self._connections.append(connection)
        return connection

    def close(self) -> None:
        """Lets the running units of work end."""
        self._threads.shutdown(wait=True)
        for connection in self._connections:
            connection.close()
        self._engine.dispose()

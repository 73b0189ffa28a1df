"""SQLite's writer: a thread with a connection of its own that is handed whole units of work.

The asynchronous driver changes threads for every statement and every batch of rows; here a unit of work
changes once. Repositories are written once for both ways: on the thread their awaits end at once.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, CursorResult, Dialect, Engine, Executable, ScalarResult
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

T = TypeVar("T")


class AtOnce:
    """A connection whose awaits are over when they begin; what repositories use of the asynchronous one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def dialect(self) -> Dialect:
        return self._connection.dialect

    async def execute(self, statement: Executable, parameters: Any = None) -> CursorResult[Any]:
        return self._connection.execute(statement, parameters)

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[Any]:
        return self._connection.exec_driver_sql(statement, parameters)

    def rows(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """What a statement comes to, as the driver gives it: for hundreds of rows the shortest way."""
        driver = cast("sqlite3.Connection", self._connection.connection.driver_connection)
        try:
            return driver.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise DBAPIError.instance(statement, values, error, sqlite3.Error) from error

    async def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        return self._connection.scalar(statement, parameters)

    async def scalars(self, statement: Executable, parameters: Any = None) -> ScalarResult[Any]:
        return self._connection.scalars(statement, parameters)


class WriterThread:
    """Runs units of work one after the other."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")

    async def run(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Commits at the end, or nothing at all. A caller who is cut off hears so when the work is over."""
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)
        try:
            return cast("T", await asyncio.shield(future))
        except asyncio.CancelledError:
            await asyncio.wait([future])
            if not future.cancelled():
                future.exception()
            raise

    def _run(self, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
        if self._connection is None:
            self._connection = self._engine.connect()
        with self._connection.begin():
            return to_its_end(work(cast("AsyncConnection", AtOnce(self._connection))))

    def close(self) -> None:
        """Lets the running unit of work end."""
        self._thread.submit(self._disconnect)
        self._thread.shutdown(wait=True)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._engine.dispose()


def to_its_end(work: Awaitable[Any]) -> Any:
    """What a unit of work comes to that never really waits."""
    coroutine = cast("Coroutine[Any, Any, Any]", work)
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    raise RuntimeError("a unit of work on a thread of its own awaits something else than its transaction")

"""Opens the database, migrates it, and hands out units of work.

A unit of work is one transaction with one repository per noun:

    async with storage.write() as tx:
        article = await tx.articles.add(new)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.analyses import AnalysisRepository
from storage.articles import ArticleRepository
from storage.broadcasts import BroadcastRepository
from storage.buttons import ButtonRepository
from storage.chats import ChatRepository
from storage.dialects.alone import alone_on
from storage.digests import DigestRepository
from storage.editions import EditionRepository
from storage.errors import AlreadyExists, Busy, WrongDatabase
from storage.feeds import FeedRepository
from storage.follows import FollowRepository
from storage.inbox import InboxRepository
from storage.judgements import JudgementRepository
from storage.mutes import MuteRepository
from storage.opinions import OpinionRepository
from storage.outbox import OutboxRepository
from storage.pages import PageRepository
from storage.readers import ReaderThreads
from storage.replies import ReplyRepository
from storage.retellings import RetellingRepository
from storage.retention import RetentionRepository
from storage.roles import RoleRepository
from storage.saved import SavedRepository
from storage.schema import UtcDateTime
from storage.search import SearchRepository
from storage.sketches import SketchRepository
from storage.sqlite_file import require_usable
from storage.stories import StoryRepository
from storage.told import ToldRepository
from storage.topics import TopicRepository
from storage.versions import VersionRepository
from storage.writer import WriterThread

BUSY_TIMEOUT_S = 15.0
# Of a file, for searches; SQLite maps no more than two billion. What is read of it counts as the process's
# memory, and the system takes it back when it needs it.
MAPPED_BYTES = 2_000_000_000
CACHE_KB = 64_000
# Compiling a query takes longer than any of ours; and a scan of all rows, which looks cheap to the planner,
# reads the vector of each.
POSTGRESQL_SETTINGS = (("jit", "off"), ("random_page_cost", "1.1"))
T = TypeVar("T")


class Transaction:
    """One unit of work: a repository per noun over one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self.feeds = FeedRepository(connection)
        self.articles = ArticleRepository(connection)
        self.versions = VersionRepository(connection)
        self.pages = PageRepository(connection)
        self.retention = RetentionRepository(connection)
        self.analyses = AnalysisRepository(connection)
        self.search = SearchRepository(connection)
        self.stories = StoryRepository(connection)
        self.retellings = RetellingRepository(connection)
        self.sketches = SketchRepository(connection)
        self.judgements = JudgementRepository(connection)
        self.topics = TopicRepository(connection)
        self.chats = ChatRepository(connection)
        self.digests = DigestRepository(connection)
        self.editions = EditionRepository(connection)
        self.told = ToldRepository(connection)
        self.follows = FollowRepository(connection)
        self.mutes = MuteRepository(connection)
        self.opinions = OpinionRepository(connection)
        self.inbox = InboxRepository(connection)
        self.replies = ReplyRepository(connection)
        self.outbox = OutboxRepository(connection)
        self.roles = RoleRepository(connection)
        self.broadcasts = BroadcastRepository(connection)
        self.buttons = ButtonRepository(connection)
        self.saved = SavedRepository(connection)


class Storage:
    """The database, by its address; `sqlite` and `postgresql` are known."""

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.url = normalise_url(url)
        self._busy_timeout_s = busy_timeout_s
        self._engine = _engine(self.url, busy_timeout_s)
        # SQLite has one writer at a time: queueing here is cheaper and fairer than its busy wait.
        self._writing = asyncio.Lock() if self.dialect == "sqlite" else None
        self._writer: WriterThread | None = None
        self._readers: ReaderThreads | None = None

    @property
    def dialect(self) -> str:
        return self.url.get_backend_name()

    @property
    def engine(self) -> AsyncEngine:
        """For migrations and checks; everything else asks for a unit of work."""
        return self._engine

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Transaction]:
        """A consistent view; nothing written in it is kept."""
        with _own_errors():
            async with self._engine.connect() as connection:
                yield Transaction(connection)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Transaction]:
        """Commits at the end, or nothing at all."""
        with _own_errors():
            if self._writing is None:
                async with self._engine.begin() as connection:
                    yield Transaction(connection)
                return
            async with self._writing, self._engine.connect() as connection:
                await connection.execution_options(depesche_writes=True)
                async with connection.begin():
                    yield Transaction(connection)

    async def transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """A unit of work for hot loops: commits at the end, or nothing at all.

        On SQLite the whole of it runs on a thread of its own, with one switch instead of several for
        each statement; so `work` may await nothing but its transaction.
        """
        if self._writing is None:
            async with self.write() as tx:
                return await work(tx)
        with _own_errors():
            async with self._writing:
                if self._writer is None:
                    self._writer = WriterThread(_threads_engine(self.url, self._busy_timeout_s, writes=True))
                return await self._writer.run(lambda connection: work(Transaction(connection)))

    async def consult(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """A consistent view for hot paths that read much and compute on it; nothing written in it is kept.

        On SQLite the whole of it runs on a thread; so `work` may await nothing but its transaction.
        """
        if self._writing is None:
            async with self.read() as tx:
                return await work(tx)
        with _own_errors():
            if self._readers is None:
                self._readers = ReaderThreads(_threads_engine(self.url, self._busy_timeout_s, writes=False))
            return await self._readers.run(lambda connection: work(Transaction(connection)))

    async def time(self) -> datetime | None:
        """The server's clock; None for a file, whose only clock is this machine's."""
        if self.dialect == "sqlite":
            return None
        with _own_errors():
            async with self._engine.connect() as connection:
                return await connection.scalar(select(func.clock_timestamp(type_=UtcDateTime)))

    def alone(self) -> AbstractContextManager[None]:
        """For whoever works on the database for good; raises WrongDatabase where it may not be shared."""
        return alone_on(self.url)

    async def close(self) -> None:
        if self._readers is not None:
            self._readers.close()
            self._readers = None
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        await self._engine.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def normalise_url(url: str) -> URL:
    """The address with the async driver we use; raises WrongDatabase for what we cannot use."""
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        msg = "DATABASE_URL is no database address; expected sqlite:///path/to/file.db or postgresql://user@host/name"
        raise WrongDatabase(msg) from error
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            msg = "DATABASE_URL names no file; expected sqlite:///path/to/file.db"
            raise WrongDatabase(msg)
        return parsed.set(drivername="sqlite+aiosqlite")
    # Hosting platforms still hand out the old name.
    if backend in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+asyncpg")
    msg = f"DATABASE_URL asks for {backend!r}; Depesche keeps its data in sqlite or postgresql"
    raise WrongDatabase(msg)


def _engine(url: URL, busy_timeout_s: float) -> AsyncEngine:
    if url.get_backend_name() != "sqlite":
        return create_async_engine(
            url, pool_pre_ping=True, connect_args={"server_settings": dict(POSTGRESQL_SETTINGS)}
        )
    require_usable(Path(url.database or ""))
    engine = create_async_engine(url, connect_args={"timeout": busy_timeout_s})
    _prepare(engine.sync_engine)
    return engine


def _threads_engine(url: URL, busy_timeout_s: float, *, writes: bool) -> Engine:
    """For threads that keep a connection of their own."""
    engine = create_engine(
        url.set(drivername="sqlite"), connect_args={"timeout": busy_timeout_s, "check_same_thread": False}
    ).execution_options(depesche_writes=writes)
    _prepare(engine)
    if not writes:
        event.listen(engine, "connect", _prepare_reader)
    return engine


def _prepare(engine: Engine) -> None:
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN would come too late and without IMMEDIATE: we begin ourselves.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _prepare_reader(connection: Any, _record: object) -> None:
    # A search reads some thousand pages here and there: out of the system's own cache without copies, or
    # from ours for what lies behind the part that is mapped.
    cursor = connection.cursor()
    for pragma in (f"mmap_size={MAPPED_BYTES}", f"cache_size=-{CACHE_KB}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("depesche_writes", False)
    # A read that turns into a write fails at once under WAL; taking the lock first waits instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class _own_errors:  # noqa: N801 - used as a function
    """Driver errors become storage's own, so that callers need not know SQLAlchemy."""

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None and _sqlstate(error) in _PASSES:
            raise Busy(f"the database does not answer: {getattr(error, 'orig', error)}") from error
        if isinstance(error, IntegrityError):
            raise AlreadyExists(str(error.orig)) from error
        if isinstance(error, OperationalError) and "no such table" in str(error.orig):
            return
        if isinstance(error, OperationalError) or (
            isinstance(error, DBAPIError) and error.connection_invalidated
        ):
            raise Busy(f"the database does not answer: {error.orig}") from error
        # A server that is away: asyncpg hands the socket's error on as it is.
        if isinstance(error, ConnectionError):
            raise Busy(f"the database does not answer: {error}") from error


# What a second try can heal: a deadlock, a conflict of transactions, no connection left, a server that
# stops or starts.
_PASSES = frozenset({"40001", "40P01", "53300", "55P03", "57P01", "57P03"})


def _sqlstate(error: BaseException) -> str:
    """PostgreSQL's own code of the error, also of one the driver hands on as it is."""
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""

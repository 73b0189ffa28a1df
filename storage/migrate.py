"""Brings a database to the newest schema; safe to run from several processes at once."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError, DBAPIError, SQLAlchemyError

from storage.database import Storage
from storage.errors import WrongDatabase

MIGRATIONS = Path(__file__).parent / "migrations"
# Any number will do, as long as nothing else in the database locks the same one.
ADVISORY_LOCK = 0x0DE9E5C4E


def newest_revision() -> str:
    """The revision this code was written for; its file's name begins with it."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def recorded_revision(connection: Connection) -> str | None:
    """The schema the database says it has, None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


async def migrate(storage: Storage) -> None:
    """Create or upgrade the schema, waiting for whoever is at it; raises WrongDatabase when it cannot."""
    if await current_revision(storage) == newest_revision():
        return
    from storage.upgrade import upgrade  # noqa: PLC0415 - a fifth of a second that few calls need

    try:
        async with storage.engine.connect() as connection:
            await connection.execution_options(depesche_writes=True)
            async with connection.begin():
                if storage.dialect == "postgresql":
                    await connection.execute(
                        text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK}
                    )
                await connection.run_sync(upgrade)
    except (OSError, DBAPIError, DatabaseError) as error:
        raise WrongDatabase(_sentence(storage, error)) from error


async def current_revision(storage: Storage) -> str | None:
    """The schema the database has, None for an empty one."""
    try:
        async with storage.engine.connect() as connection:
            return await connection.run_sync(recorded_revision)
    except (OSError, SQLAlchemyError) as error:
        raise WrongDatabase(_sentence(storage, error)) from error


def _sentence(storage: Storage, error: Exception) -> str:
    reason = getattr(error, "orig", None) or error
    where = storage.url.render_as_string(hide_password=True)
    return f"the database {where} cannot be used (DATABASE_URL): {reason}"

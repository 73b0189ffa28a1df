"""Brings a database to the newest schema; safe to run from several processes at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, DBAPIError, SQLAlchemyError

from storage.database import Storage
from storage.errors import WrongDatabase

# Any number will do, as long as nothing else in the database locks the same one.
ADVISORY_LOCK = 0x0DE9E5C4E


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The revision this code was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _refuse_newer(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        raise WrongDatabase(f"the database has schema {current}, unknown to this version: update Depesche")


def _upgrade(connection: Connection) -> None:
    _refuse_newer(connection)
    command.upgrade(_config(connection), "head")


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


async def migrate(storage: Storage) -> None:
    """Create or upgrade the schema, waiting for whoever is at it; raises WrongDatabase when it cannot."""
    try:
        async with storage.engine.connect() as connection:
            await connection.execution_options(depesche_writes=True)
            async with connection.begin():
                if storage.dialect == "postgresql":
                    await connection.execute(
                        text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK}
                    )
                await connection.run_sync(_upgrade)
    except (OSError, DBAPIError, DatabaseError) as error:
        raise WrongDatabase(_sentence(storage, error)) from error


async def current_revision(storage: Storage) -> str | None:
    """The schema the database has, None for an empty one."""
    try:
        async with storage.engine.connect() as connection:
            return await connection.run_sync(_current)
    except (OSError, SQLAlchemyError) as error:
        raise WrongDatabase(_sentence(storage, error)) from error


def _sentence(storage: Storage, error: Exception) -> str:
    reason = getattr(error, "orig", None) or error
    where = storage.url.render_as_string(hide_password=True)
    return f"the database {where} cannot be used (DATABASE_URL): {reason}"

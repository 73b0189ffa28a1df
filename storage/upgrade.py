"""Alembic at work: the one module that loads it, as most calls find the schema as it should be."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import WrongDatabase
from storage.migrate import MIGRATIONS, recorded_revision


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Bring the schema to this revision; raises WrongDatabase for one that is newer."""
    current = recorded_revision(connection)
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if current is not None and current not in known:
        raise WrongDatabase(f"the database has schema {current}, unknown to this version: update Depesche")
    command.upgrade(_config(connection), to)


def head() -> str | None:
    """The newest revision as Alembic knows it."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config

"""`depesche db`: the database's schema and whether all is well in it."""

from __future__ import annotations

import typer

from bot.app import settings_for
from bot.cli.console import Database, fail, out, run
from storage.checks import inconsistencies
from storage.database import Storage
from storage.migrate import current_revision, migrate, newest_revision

app = typer.Typer(no_args_is_help=True)


@app.callback()
def db() -> None:
    """Upgrade or check the database."""


@app.command()
def upgrade(database: Database = "") -> None:
    """Create the tables or bring them to the newest schema."""
    run(_upgrade(database))


@app.command()
def check(database: Database = "") -> None:
    """Check the schema and the database's own consistency."""
    run(_check(database))


async def _upgrade(database: str) -> None:
    async with Storage(settings_for(database).database_url.get_secret_value()) as storage:
        before = await current_revision(storage)
        await migrate(storage)
        after = await current_revision(storage)
    if before == after:
        out.print(f"The schema is up to date ({after}).")
    else:
        out.print(f"The schema was brought from {before or 'nothing'} to {after}.")


async def _check(database: str) -> None:
    async with Storage(settings_for(database).database_url.get_secret_value()) as storage:
        current = await current_revision(storage)
        if current != newest_revision():
            fail(
                f"the schema is {current or 'empty'}, expected {newest_revision()}: run `depesche db upgrade`"
            )
        problems = await inconsistencies(storage)
    if problems:
        fail("\n".join(problems))
    out.print(f"All is well: schema {current}, no inconsistency found.")

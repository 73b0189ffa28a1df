"""`depesche backup FILE`: a consistent copy of the database, taken while the bot runs."""

from __future__ import annotations

from pathlib import Path

import typer
from rich.progress import Progress

from bot.cli.console import Database, err, fail, out
from bot.errors import SettingsError
from bot.settings import data_path, settings_for
from storage.backup import copy_sqlite
from storage.errors import StorageError

app = typer.Typer()


@app.command()
def backup(file: Path, database: Database = "") -> None:
    """Copy the database to FILE; may be done while the bot runs."""
    try:
        source = data_path(settings_for(database))
        if source is None:
            fail("this database is a server's: use its own tool, such as pg_dump --format=custom")
        with Progress(console=err, transient=True) as progress:
            task = progress.add_task("backup", total=None)
            size = copy_sqlite(
                source,
                file,
                progress=lambda left, total: progress.update(task, total=total, completed=total - left),
            )
    except (SettingsError, StorageError) as error:
        fail(str(error))
    out.print(f"{file}: {size / 1e6:.1f} MB")

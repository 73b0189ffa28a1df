"""`depesche worker`: the worker process of a deployment on several machines."""

from __future__ import annotations

import typer

from bot.cli.console import Database, run
from bot.cli.run import serve
from bot.running import Role

app = typer.Typer()


@app.command()
def worker(database: Database = "") -> None:
    """Collect, group, issue, deliver and answer; any number of these on PostgreSQL."""
    run(serve(Role.WORKER, database))

"""`depesche web`: the web process of a deployment on several machines."""

from __future__ import annotations

import typer

from bot.cli.console import Database, run
from bot.cli.run import serve
from bot.running import Role

app = typer.Typer()


@app.command()
def web(database: Database = "") -> None:
    """Receive updates by webhook and show health and metrics."""
    run(serve(Role.WEB, database))

"""`depesche settings`: every setting with its value, secrets masked."""

from __future__ import annotations

import typer
from rich.table import Table

from bot.cli.console import Json, fail, print_json, print_table
from bot.errors import SettingsError
from bot.settings import load, masked

app = typer.Typer()


@app.command()
def settings(json: Json = False) -> None:
    """Show every setting, its value (secrets masked) and what it is for."""
    try:
        rows = masked(load())
    except SettingsError as error:
        fail(str(error), code=2)
    if json:
        print_json([{"name": name, "value": value, "about": about} for name, value, about in rows])
        return
    table = Table("setting", "value", "what for", box=None, pad_edge=False)
    for name, value, about in rows:
        table.add_row(name, value, about)
    print_table(table)

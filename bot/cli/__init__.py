"""The command line: one file per command, each loaded only when it is called."""

from __future__ import annotations

import importlib
import os
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli.console import Database, fail
from bot.garbage import not_sought

# What a person types -> the module in this package that has the command's `app`.
COMMANDS = {
    "demo": "demo",
    "run": "run",
    "web": "web",
    "worker": "worker",
    "import": "import_",
    "fetch": "fetch",
    "feeds": "feeds",
    "search": "search",
    "topic": "topic",
    "stories": "stories",
    "trends": "trends",
    "similar": "similar",
    "summary": "summary",
    "versions": "versions",
    "digest": "digest",
    "db": "db",
    "settings": "settings",
    "doctor": "doctor",
    "export": "export",
    "export-pairs": "export_pairs",
    "backup": "backup",
}


class _Commands(TyperGroup):
    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        module = COMMANDS.get(cmd_name)
        if module is None:
            near = get_close_matches(cmd_name, COMMANDS, n=1)
            hint = f"did you mean `depesche {near[0]}`?" if near else "`depesche --help` lists them all"
            fail(f"there is no command {cmd_name!r}: {hint}", code=2)
        its_app = _load(module)
        if len(its_app.registered_commands) > 1:  # `depesche feeds --database URL list`
            its_app.callback()(_use)
        command = get_command(its_app)
        command.name = cmd_name
        return command


def _load(module: str) -> typer.Typer:
    with not_sought():  # hundreds of modules
        found: typer.Typer = importlib.import_module(f"bot.cli.{module}").app
    return found


def _use(database: Database = "") -> None:
    # For whichever command follows; that command's own option still comes first.
    if database:
        os.environ["DATABASE_URL"] = database


app = typer.Typer(
    cls=_Commands,
    name="depesche",
    help="Depesche: every story once, from every outlet that reports it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def depesche(database: Database = "") -> None:
    """Depesche: every story once, from every outlet that reports it."""
    _use(database)


def main() -> None:
    """The console script's entry."""
    app()

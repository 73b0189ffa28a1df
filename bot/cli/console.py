"""What all commands share: one clear line for every error, JSON for programs, common options."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from typing import Annotated, Any, NoReturn, TypeVar

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.errors import DepescheError, SettingsError
from bot.log import mask
from storage.errors import NotFound, StorageError, WrongDatabase

Result = TypeVar("Result")
MOST_WIDTH = 10_000
"""Of a table nobody sees: no address is as long."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Database = Annotated[
    str,
    typer.Option(
        "--database", metavar="URL", help="Use this database instead of DATABASE_URL.", show_default=False
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def print_table(table: Table) -> None:
    """The table on stdout: folded into a terminal's width, each row on one line in a pipe."""
    console = out if out.is_terminal else Console(highlight=False, width=MOST_WIDTH)
    console.print(table)


def fail(message: str, *, code: int = 1) -> NoReturn:
    """One clear line on stderr (one per setting that is wrong) and a non-zero exit."""
    for line in mask(message).splitlines() or [message]:
        err.print(f"[red]depesche:[/red] {escape(line)}")
    raise typer.Exit(code)


def print_json(value: Any) -> None:
    """The value as one JSON document on stdout, ready for a pipe."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def counted(number: int, one: str) -> str:
    """A number, bold, with its noun: "1 feed", "2 feeds"."""
    return f"[bold]{number}[/bold] {one if number == 1 else f'{one}s'}"


def progress_bar() -> Progress:
    """A bar on a terminal, nothing in a pipe."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not sys.stderr.isatty(),
    )


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a command's coroutine; an expected error becomes one line and an exit code (2: settings)."""
    try:
        return asyncio.run(work)
    except (SettingsError, WrongDatabase) as error:
        fail(str(error), code=2)
    except (DepescheError, NotFound, StorageError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None

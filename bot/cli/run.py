"""`depesche run`: the whole bot in one process."""

from __future__ import annotations

import typer

from bot.app import open_services
from bot.cli.console import Database, err, run
from bot.log import configure
from bot.running import Role, running
from bot.settings import require_token, settings_for

app = typer.Typer()


@app.command(name="run")
def run_all(database: Database = "") -> None:
    """Collect, group, issue, deliver and answer in one process."""
    run(serve(Role.ALL, database))


async def serve(role: Role, database: str) -> None:
    """Run a role until the process is told to stop; raises SettingsError before anything is touched."""
    settings = settings_for(database)
    require_token(settings)
    configure(level=settings.log_level, style=settings.log_format)
    async with open_services(settings) as services, running(services, role) as bot:
        err.print(f"depesche: {role.value} is running; stop with Ctrl+C")
        await bot.until_stopped()

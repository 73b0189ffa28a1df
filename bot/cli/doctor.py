"""`depesche doctor`: looks at settings, disk, database and token, and says what to do about each."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator

import typer
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.cli.console import Database, out, run
from bot.delivery.transport import AiohttpRequest
from bot.errors import SettingsError
from bot.settings import Settings, data_path, require_token, settings_for
from storage.checks import inconsistencies, require_file
from storage.database import Storage
from storage.errors import StorageError
from storage.migrate import current_revision, newest_revision

app = typer.Typer()

LOW_SPACE = 500 * 1024 * 1024


@app.command()
def doctor(database: Database = "") -> None:
    """Check settings, disk, database and token; exit 1 if something needs a hand."""
    if not run(_doctor(database)):
        raise typer.Exit(1)


async def _doctor(database: str) -> bool:
    settings = settings_for(database)
    is_well = True
    async for good, sentence in _findings(settings):
        out.print(f"[{'green' if good else 'red'}]{'ok' if good else '!!'}[/]  {sentence}")
        is_well = is_well and good
    return is_well


async def _findings(settings: Settings) -> AsyncIterator[tuple[bool, str]]:
    yield True, "settings: all can be read"
    yield _disk(settings)
    for finding in await _database(settings):
        yield finding
    yield await _token(settings)
    if settings.admins:
        yield True, f"admins: {len(settings.admins)}"
    else:
        yield (
            False,
            "admins: none, so nobody can push breaking items: set DEPESCHE_ADMINS to their Telegram ids",
        )


def _disk(settings: Settings) -> tuple[bool, str]:
    path = data_path(settings)
    if path is None:
        return True, "disk: the database is on a server"
    folder = next(parent for parent in path.absolute().parents if parent.exists())
    free = shutil.disk_usage(folder).free
    return free >= LOW_SPACE, f"disk: {free / 1e9:.1f} GB free in {folder}"


async def _database(settings: Settings) -> list[tuple[bool, str]]:
    try:
        require_file(settings.database_url.get_secret_value())
        async with Storage(settings.database_url.get_secret_value()) as storage:
            current = await current_revision(storage)
            if current != newest_revision():
                return [(False, f"database: schema {current or 'empty'}: run `depesche db upgrade`")]
            problems = await inconsistencies(storage)
    except StorageError as error:
        return [(False, f"database: {error}")]
    return [(False, f"database: {problem}") for problem in problems] or [
        (True, f"database: schema {current}")
    ]


async def _token(settings: Settings) -> tuple[bool, str]:
    try:
        token = require_token(settings)
        async with Bot(token, base_url=f"{settings.api_url}/bot", request=AiohttpRequest()) as bot:
            return True, f"token: Telegram knows it as @{bot.username}"
    except SettingsError as error:
        return False, f"token: {error}"
    except InvalidToken:
        return False, "token: refused by Telegram: ask @BotFather for a new one"
    except TelegramError as error:
        return False, f"token: Telegram does not answer: {error}"

"""`depesche export CHAT`: everything stored about one chat, as JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.app import open_services
from bot.cli.console import Database, print_json, run
from bot.errors import BadInput
from bot.handlers.export import as_json
from bot.settings import settings_for

app = typer.Typer()


@app.command()
def export(
    chat: Annotated[int, typer.Argument(help="Telegram's id of the chat, as /status shows it.")],
    database: Database = "",
) -> None:
    """Print everything stored about a chat as JSON, one document for each of its threads."""
    run(_export(chat, database))


async def _export(telegram_id: int, database: str) -> None:
    async with open_services(settings_for(database)) as services, services.storage.read() as tx:
        chats = await tx.chats.of_telegram(telegram_id)
        if not chats:
            raise BadInput(f"no chat has the id {telegram_id}")
        for chat in chats:
            print_json(
                as_json(
                    chat,
                    await tx.chats.subscriptions(chat.id),
                    await tx.digests.of_chat(chat.id),
                    await tx.told.of_chat(chat.id),
                    await tx.saved.of_chat(chat.id),
                )
            )

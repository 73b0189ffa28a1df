"""depesche versions: what an article said before its publisher changed it."""

from __future__ import annotations

import typer
from rich.text import Text

from bot.app import open_services
from bot.cli.console import Database, Json, out, print_json, run
from bot.cli.references import Reference, article_of
from bot.cli.shapes import article_json
from bot.settings import settings_for

app = typer.Typer()


@app.command()
def versions(reference: Reference, database: Database = "", *, json: Json = False) -> None:
    """Show an article's earlier wordings, oldest first, and what it says now."""
    run(_versions(reference, database, as_json=json))


async def _versions(reference: str, database: str, *, as_json: bool) -> None:
    async with open_services(settings_for(database)) as services:
        article = await article_of(services, reference)
        async with services.storage.read() as tx:
            earlier = await tx.versions.of(article.id)
    if as_json:
        shapes = [
            {
                "number": one.number,
                "title": one.title,
                "summary": one.summary,
                "text": one.text,
                "replaced_at": one.replaced_at.isoformat(),
            }
            for one in earlier
        ]
        print_json({"article": article_json(article), "version": article.version, "earlier": shapes})
        return
    for one in earlier:
        out.print(Text(f"until {one.replaced_at:%Y-%m-%d %H:%M}  ", style="dim") + Text(one.title))
    out.print(Text("now                     ", style="dim") + Text(article.title, style="bold"))

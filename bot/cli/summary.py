"""depesche summary - two or three sentences."""

from __future__ import annotations

import typer
from rich.text import Text

from bot.analysis.summary import Summary, summarise
from bot.app import open_services
from bot.cli.console import Database, Json, out, print_json, run
from bot.cli.references import Reference, article_of
from bot.cli.shapes import article_json
from bot.settings import settings_for
from storage.records import Article

app = typer.Typer()


@app.command()
def summary(reference: Reference, database: Database = "", *, json: Json = False) -> None:
    """Tell an article in two or three of its own sentences."""
    run(_summary(reference, database, as_json=json))


async def _summary(reference: str, database: str, *, as_json: bool) -> None:
    async with open_services(settings_for(database)) as services:
        article = await article_of(services, reference)
    made = summarise([article], language=article.language)
    if as_json:
        print_json(_json(article, made))
        return
    out.print(Text(article.title, style="bold"))
    out.print(Text(made.text) if made.sentences else Text("No sentence of it stands alone.", style="dim"))


def _json(article: Article, made: Summary) -> dict[str, object]:
    return {
        "article": article_json(article),
        "summary": made.text,
        "sentences": [
            {"text": sentence.text, "article_id": sentence.article_id} for sentence in made.sentences
        ],
    }

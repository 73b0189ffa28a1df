"""`depesche export-pairs`: what readers say does not belong together, as labelled pairs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

import typer

from bot.app import open_services
from bot.cli.console import Database, print_json, run
from bot.cli.shapes import article_json
from bot.settings import settings_for
from storage.database import Transaction
from storage.records import Article

app = typer.Typer()

Texts = Annotated[bool, typer.Option("--texts", help="With teaser and text of both articles.")]


@app.command()
def export_pairs(database: Database = "", *, texts: Texts = False) -> None:
    """Print a JSON line for each pair of articles that readers said does not belong together."""
    run(_export(database, texts=texts))


async def _export(database: str, *, texts: bool) -> None:
    async with open_services(settings_for(database)) as services, services.storage.read() as tx:
        async for pair in labelled_pairs(tx, with_texts=texts):
            print_json(pair)


async def labelled_pairs(tx: Transaction, *, with_texts: bool) -> AsyncIterator[dict[str, object]]:
    """What every chat said, by pair; nobody is named."""
    pairs = await tx.judgements.pairs()
    articles = await tx.articles.get_many({id_ for _, one, other, _, _ in pairs for id_ in (one, other)})
    for kind, one, other, chats, since in pairs:
        yield {
            "label": f"not_{kind.value}",
            "article": _shape(articles[one], with_text=with_texts),
            "other": _shape(articles[other], with_text=with_texts),
            "chats": chats,
            "first_at": since,
        }


def _shape(article: Article, *, with_text: bool) -> dict[str, object]:
    shape: dict[str, object] = dict(article_json(article))
    return shape | {"summary": article.summary, "text": article.text} if with_text else shape

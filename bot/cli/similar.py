"""depesche similar - what other outlets report."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from bot import pipeline
from bot.app import open_services
from bot.cli.console import Database, Json, out, print_json, run
from bot.cli.references import Reference, article_of
from bot.cli.shapes import article_json
from bot.settings import settings_for
from bot.similar import similar as find
from bot.stories.similar import Similar
from storage.records import Article

app = typer.Typer()

Limit = Annotated[int, typer.Option("--limit", min=1, max=100, help="At most so many related articles.")]
Explain = Annotated[bool, typer.Option("--explain", help="Show how much each resembles, and why.")]


@app.command()
def similar(
    reference: Reference,
    limit: Limit = 12,
    database: Database = "",
    *,
    explain: Explain = False,
    json: Json = False,
) -> None:
    """Show who else tells an article's story, and what is related to it."""
    run(_similar(reference, limit, database, explain=explain, as_json=json))


async def _similar(reference: str, limit: int, database: str, *, explain: bool, as_json: bool) -> None:
    async with open_services(settings_for(database)) as services:
        article = await article_of(services, reference)
        if article.story_id is None:
            while (await pipeline.group(services)).articles:
                pass
        found = await find(services, article.id, limit)
    if as_json:
        print_json(_json(found))
    else:
        _print(found, explain=explain)


def _json(found: Similar) -> dict[str, object]:
    return {
        "article": article_json(found.article),
        "same_story": [
            article_json(article) | {"score": found.score(article)} for article in found.same_story
        ],
        "related": [
            {"article": article_json(one.article), "score": one.score, "reason": list(one.reason)}
            for one in found.related
        ],
    }


def _print(found: Similar, *, explain: bool) -> None:
    out.print(Text(found.article.title, style="bold"))
    out.print("\nThe same story:" if found.same_story else "\nNobody else tells this story.")
    for article in found.same_story:
        score = found.resembling.get(article.id)
        measured = "in the same story by way of others" if score is None else f"resemblance {score:.2f}"
        out.print(_line(article, measured if explain else ""))
    out.print("\nRelated:" if found.related else "\nNothing related.")
    for one in found.related:
        shared = ", ".join(one.reason)
        out.print(_line(one.article, f"nearness {one.score:.2f}; both: {shared}" if explain else shared))


def _line(article: Article, note: str) -> Text:
    line = Text(f"{article.id:>6}  ", style="dim") + Text(article.title, style="default")
    if article.publisher:
        line += Text(f"  {article.publisher}", style="cyan")
    if article.wire_of is not None:
        line += Text(f"  copy of {article.wire_of}", style="yellow")
    return line + Text(f"  ({note})", style="dim") if note else line

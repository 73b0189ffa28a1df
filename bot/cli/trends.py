"""depesche trends - what is told far more often than in the two weeks before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from bot.app import open_services
from bot.cli.console import Database, Json, out, print_json, run
from bot.settings import settings_for
from bot.trends import Trend, trends
from storage.records import Story

app = typer.Typer()


@app.command(name="trends")
def trends_(
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="At most so many.")] = 10,
    at: Annotated[
        datetime | None, typer.Option("--at", help="The end of the day looked at (UTC); now by default.")
    ] = None,
    database: Database = "",
    *,
    json: Json = False,
) -> None:
    """Show what rose most in the last day against the two weeks before."""
    run(_trends(limit, at, database, as_json=json))


async def _trends(limit: int, at: datetime | None, database: str, *, as_json: bool) -> None:
    async with open_services(settings_for(database)) as services:
        now = at.replace(tzinfo=UTC) if at else services.clock.now()
        found = await services.storage.consult(lambda tx: trends(tx, services.analyser, now=now, most=limit))
        async with services.storage.read() as tx:
            stories = await tx.stories.get_many(list({id_ for one in found for id_ in one.story_ids}))
    leads = {one.name: _lead([stories[id_] for id_ in one.story_ids if id_ in stories]) for one in found}
    if as_json:
        print_json(
            [
                {
                    "name": one.name,
                    "told": one.told,
                    "usual": one.usual,
                    "headline": leads[one.name],
                    "story_ids": list(one.story_ids),
                }
                for one in found
            ]
        )
    elif found:
        for one in found:
            _print(one, leads[one.name])
    else:
        out.print("Nothing stands out: there is too little of today, or nothing to compare it with.")


def _lead(stories: list[Story]) -> str:
    """The headline of the story with most sources."""
    return max(stories, key=lambda story: (story.independent_count, story.id)).headline if stories else ""


def _print(trend: Trend, headline: str) -> None:
    counts = Text(f"  {trend.told} today, usually {trend.usual:g}", style="dim")
    out.print(Text(trend.name, style="bold") + counts)
    if headline:
        out.print(Text(f"    {headline}", style="dim"))

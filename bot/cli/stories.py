"""depesche stories - what is told, each event once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.text import Text

from bot import pipeline
from bot.app import open_services
from bot.cli.console import Database, Json, out, print_json, run
from bot.cli.shapes import story_json
from bot.errors import BadInput
from bot.services import Services
from bot.settings import settings_for
from bot.stories.importance import importance
from storage.records import Article, Story, StoryId

app = typer.Typer()

MOST, SHOWN = 100_000, 50

Since = Annotated[
    str, typer.Option("--since", metavar="SPAN", help="Stories with an article of the last 2d, 36h, 30m.")
]
Limit = Annotated[
    int,
    typer.Option(
        "--limit", min=1, max=MOST, help="At most so many stories.", show_default="50, with --json all"
    ),
]

_EARLIEST = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@app.command()
def stories(
    since: Since = "",
    limit: Limit = MOST,
    database: Database = "",
    *,
    json: Json = False,
) -> None:
    """List stories, the most important first; without --since of all times."""
    run(_stories(since, limit, database, as_json=json))


async def _stories(since: str, limit: int, database: str, *, as_json: bool) -> None:
    span = _span(since) if since else None
    async with open_services(settings_for(database)) as services:
        while (await pipeline.group(services)).articles:
            pass
        now = services.clock.now()
        found, articles = await _read(services, now - span if span else _EARLIEST, limit)
        async with services.storage.read() as tx:
            countries = await tx.feeds.publishers_countries()
    found.sort(key=lambda story: -importance(story, articles.get(story.id, ()), countries=countries, now=now))
    if as_json:
        print_json([story_json(story, articles.get(story.id, ())) for story in found])
    else:
        _print(found[:SHOWN] if limit == MOST else found, articles)


def _span(text: str) -> timedelta:
    match = re.fullmatch(r"(\d{1,5})([dhm])", text.strip().lower())
    if match is None:
        raise BadInput(f"--since {text!r} is no span of time; expected one such as 2d, 36h or 30m")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


async def _read(
    services: Services, since: datetime, limit: int
) -> tuple[list[Story], dict[StoryId, list[Article]]]:
    async with services.storage.read() as tx:
        found = await tx.stories.latest(since, limit)
        return found, await tx.articles.of_stories([story.id for story in found])


def _print(found: Sequence[Story], articles: Mapping[StoryId, Sequence[Article]]) -> None:
    if not found:
        out.print("No stories.")
    for story in found:
        names = dict.fromkeys(one.publisher for one in articles.get(story.id, ()) if one.publisher)
        noun = "article" if story.article_count == 1 else "articles"
        sources = f"{story.article_count} {noun}, {story.independent_count} of their own"
        out.print(Text(f"{story.id:>6}  ", style="dim") + Text(story.headline, style="bold"))
        out.print(
            Text(f"        {story.last_at:%Y-%m-%d %H:%M} UTC · {sources} · {', '.join(names)}", style="dim")
        )

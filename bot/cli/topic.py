"""depesche topic - what a topic's top stories are now."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from bot.app import open_services
from bot.cli.console import Database, Json, out, print_json, run
from bot.cli.shapes import Shape, story_json
from bot.errors import BadInput
from bot.search import read_query, topic_stories
from bot.settings import settings_for
from storage.records import Article, Story

app = typer.Typer()


@app.command()
def topic(
    topic: Annotated[str, typer.Argument(help="What /thema takes, such as: Nordkorea")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="At most so many stories.")] = 10,
    days: Annotated[int, typer.Option("--days", min=1, max=36_500, help="Look back so far.")] = 3_650,
    database: Database = "",
    *,
    json: Json = False,
) -> None:
    """The topic's top stories with their sources."""
    run(_topic(topic, limit, days, database, as_json=json))


async def _topic(text: str, limit: int, days: int, database: str, *, as_json: bool) -> None:
    settings = settings_for(database)
    async with open_services(settings) as services:
        query = await read_query(services, text, zone=ZoneInfo(settings.timezone))
        since = services.clock.now() - timedelta(days=days)
        found = await topic_stories(services, query, since=since, limit=limit)
        async with services.storage.read() as tx:
            stories = await tx.stories.get_many([story_id for story_id, _ in found])
            articles = await tx.articles.of_stories([story.id for story in stories.values()])
    shown = [(stories[id_], articles.get(stories[id_].id, []), score) for id_, score in found]
    if as_json:
        print_json(
            {
                "topic": query.text,
                "aliases": list(query.aliases),
                "stories": [_json(story, of, score) for story, of, score in shown],
            }
        )
    elif shown:
        for story, of, _ in shown:
            _print(story, of)
    if not shown:
        raise BadInput(
            f"no story on {text!r} in the last {days} days: try another word, or `depesche search`"
        )


def _json(story: Story, articles: list[Article], score: float) -> Shape:
    return story_json(story, articles) | {"score": round(score, 4)}


def _print(story: Story, articles: list[Article]) -> None:
    out.print(Text(f"{story.id}  ", style="dim") + Text(story.headline, style="bold"))
    names = dict.fromkeys(article.publisher for article in articles if article.publisher)
    out.print(Text(f"{', '.join(names)} · {story.last_at:%Y-%m-%d %H:%M} UTC"))
    for article in articles:
        out.print(Text(f"    {article.title}  {article.url}", style="dim"))
    out.print()

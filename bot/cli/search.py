"""depesche search - the archive."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.text import Text

from bot.archive import open_archive
from bot.cli.console import Database, Json, counted, out, print_json, run
from bot.cli.shapes import article_json
from bot.search import ALL, Hit, SearchResult
from bot.search import search as find
from bot.settings import settings_for

app = typer.Typer()

SHOWN = 10
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", min=0, help=f"At most so many; 0 for all. Without it {SHOWN} are shown, with --json all."
    ),
]


@app.command()
def search(
    query: Annotated[str, typer.Argument(help='Such as: Nordkorea "Atom-U-Boot" -Putin seit:7d')],
    limit: Limit = None,
    database: Database = "",
    *,
    json: Json = False,
) -> None:
    """Search the archive; docs/search.md has the query language."""
    run(_search(query, limit, database, as_json=json))


async def _search(query: str, limit: int | None, database: str, *, as_json: bool) -> None:
    settings = settings_for(database)
    most = (ALL if as_json else SHOWN) if limit is None else limit or ALL
    async with open_archive(settings) as archive:
        result = await find(
            archive, query, limit=most, zone=ZoneInfo(settings.timezone), by_story=not as_json
        )
    if as_json:
        print_json(_json(query, result))
    else:
        _print(query, result)


def _json(query: str, result: SearchResult) -> dict[str, object]:
    return {
        "query": query,
        "total": result.total,
        "total_is_exact": result.total_is_exact,
        "aliases": list(result.query.aliases),
        "hits": [
            {
                "article": article_json(hit.article),
                "score": hit.score,
                "snippet": hit.snippet.text,
                "marks": [list(mark) for mark in hit.snippet.marks],
            }
            for hit in result.hits
        ],
    }


def _print(query: str, result: SearchResult) -> None:
    if not result.hits:
        out.print(f"Nothing found for {escape(query)}.")
        return
    more = "" if result.total_is_exact else "more than "
    out.print(f"{more}{counted(result.total, 'article')} for [bold]{escape(query)}[/bold]")
    for hit in result.hits:
        _print_hit(hit)


def _print_hit(hit: Hit) -> None:
    article = hit.article
    out.print()
    out.print(Text(f"{article.id}  ", style="dim") + Text(article.title, style="bold"))
    text = Text(hit.snippet.text)
    for start, end in hit.snippet.marks:
        text.stylize("yellow", start, end)
    out.print(text)
    names = dict.fromkeys(name for name in (article.publisher, *hit.others) if name)
    out.print(Text(f"{', '.join(names)} · {article.published_at:%Y-%m-%d %H:%M} UTC · {article.url}", "dim"))

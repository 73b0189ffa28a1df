"""depesche import: takes in files and folders of any kind the program can read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import Progress

from bot import pipeline
from bot.app import open_services
from bot.articles.batch import Intake
from bot.articles.draft import Draft, Refusal
from bot.articles.reading import files_of, read_path
from bot.cli.console import Database, Json, err, fail, out, print_json, progress_bar, run
from bot.cli.shapes import Shape, article_json
from bot.services import Services
from bot.settings import settings_for
from storage.records import ArticleId

BATCH = 200
MOST_SHOWN = 20

app = typer.Typer()


@app.command(name="import")
def import_(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Aggregator text dumps, feed files, JSON Lines, saved pages, or folders of them.",
            show_default=False,
        ),
    ],
    database: Database = "",
    json: Json = False,
) -> None:
    """Import files and folders; what is known already is not stored again."""
    run(_import(paths, database, as_json=json))


@dataclass(slots=True)
class _Outcome:
    stored: list[ArticleId] = field(default_factory=list)
    known: int = 0
    refused: list[Refusal] = field(default_factory=list)
    failed: list[Refusal] = field(default_factory=list)
    """What became of paths that gave nothing at all."""


async def _import(paths: list[Path], database: str, *, as_json: bool) -> None:
    outcome = _Outcome()
    async with open_services(settings_for(database)) as services:
        with progress_bar() as progress:
            for path in paths:
                await _import_path(services, path, outcome, progress)
            if outcome.stored:
                await _group(services, progress)
        if as_json:
            print_json(await _shape(services, outcome))
    _tell(outcome, as_json=as_json)


async def _import_path(services: Services, path: Path, outcome: _Outcome, progress: Progress) -> None:
    size = sum(file.stat().st_size for file in files_of(path) if file.exists())
    bar = progress.add_task(escape(path.name or str(path)), total=size or 1)
    refused: list[Refusal] = []
    usable = 0
    texts = _drafts(read_path(path, moved=lambda count: progress.advance(bar, count)), refused)
    while batch := list(islice(texts, BATCH)):
        intake = await pipeline.take_in(services, batch)
        usable += len(intake.stored) + intake.known
        _add(outcome, intake)
    progress.update(bar, completed=size or 1)
    outcome.refused += refused
    if not usable:
        outcome.failed += refused or [Refusal(str(path), "there is nothing in it that can be imported")]


def _drafts(found: Iterator[Draft | Refusal], refused: list[Refusal]) -> Iterator[Draft]:
    """The drafts alone; refusals are put aside."""
    for one in found:
        if isinstance(one, Refusal):
            refused.append(one)
        else:
            yield one


def _add(outcome: _Outcome, intake: Intake) -> None:
    outcome.stored += intake.stored
    outcome.known += intake.known
    outcome.refused += intake.refused


async def _group(services: Services, progress: Progress) -> None:
    """Put what came in into stories, so that every command can be used on it at once."""
    bar = progress.add_task("stories", total=None)
    while (await pipeline.group(services)).articles:
        progress.advance(bar)
    progress.update(bar, total=1, completed=1)


async def _shape(services: Services, outcome: _Outcome) -> Shape:
    articles = []
    async with services.storage.read() as tx:
        for start in range(0, len(outcome.stored), BATCH):
            chunk = outcome.stored[start : start + BATCH]
            found = await tx.articles.get_many(chunk)
            articles += [article_json(found[id_]) for id_ in chunk]
    return {
        "stored": len(outcome.stored),
        "known": outcome.known,
        "refused": [{"where": refusal.where, "reason": refusal.reason} for refusal in outcome.refused],
        "articles": articles,
    }


def _tell(outcome: _Outcome, *, as_json: bool) -> None:
    if not as_json:
        out.print(
            f"[bold]{len(outcome.stored)}[/bold] stored, [bold]{outcome.known}[/bold] known,"
            f" [bold]{len(outcome.refused)}[/bold] refused"
        )
        shown = [refusal for refusal in outcome.refused if refusal not in outcome.failed]
        for refusal in shown[:MOST_SHOWN]:
            err.print(f"  {escape(refusal.where)}: {escape(refusal.reason)}")
        if len(shown) > MOST_SHOWN:
            err.print(f"  and {len(shown) - MOST_SHOWN} more")
    if outcome.failed:
        fail("\n".join(f"{refusal.where}: {refusal.reason}" for refusal in outcome.failed[:MOST_SHOWN]))

"""depesche fetch: looks at feeds now."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot import pipeline
from bot.app import open_services
from bot.articles.feed_session import open_session
from bot.articles.page_session import PageSession, open_page_session
from bot.cli.console import Database, Json, counted, err, fail, out, print_json, print_table, run
from bot.feeds.report import Outcome, Visit
from bot.garbage import seldom_sought
from bot.services import Services
from bot.settings import settings_for
from storage.records import FeedState

MOST_FEEDS = 20_000

app = typer.Typer()


@app.command()
def fetch(
    due: Annotated[bool, typer.Option("--due", help="Only feeds whose time has come.")] = False,
    database: Database = "",
    json: Json = False,
) -> None:
    """Look at all active feeds once, now."""
    run(_fetch(database, only_due=due, as_json=json))


async def _fetch(database: str, *, only_due: bool, as_json: bool) -> None:
    settings = settings_for(database)
    async with (
        open_services(settings) as services,
        open_session(settings) as session,
        open_page_session(settings) as pages,
    ):
        async with services.storage.read() as tx:
            active = sum(feed.state is FeedState.ACTIVE for feed in await tx.feeds.all())
        if not active:
            fail("there are no active feeds; `depesche feeds add` or `depesche feeds import` adds some")
        with seldom_sought(), _progress() as progress:
            bar = progress.add_task("feeds", total=None if only_due else active)
            collected = await pipeline.collect(
                services, session, limit=MOST_FEEDS, every=not only_due, seen=lambda _: progress.advance(bar)
            )
            await _fetch_pages(services, pages, progress)
        if collected.stored:
            while (await pipeline.group(services)).articles:
                pass
    if as_json:
        print_json([_shape(visit) for visit in collected.visits])
    else:
        _print(collected.visits)
    if collected.visits and all(visit.outcome in _BAD for visit in collected.visits):
        fail("no feed gave a usable answer")


async def _fetch_pages(services: Services, pages: PageSession, progress: Progress) -> None:
    """All that are due now; hosts that want a longer pause are left to the running bot."""
    async with services.storage.read() as tx:
        waiting = await tx.pages.waiting()
    bar = progress.add_task("pages", total=waiting, visible=waiting > 0)
    done = waiting
    while done:
        done = (await pipeline.fetch_pages(services, pages)).settled
        progress.advance(bar, done)


_BAD = {Outcome.FAILED, Outcome.PAUSED}


def _shape(visit: Visit) -> dict[str, object]:
    return {
        "feed": {"id": visit.feed.id, "url": visit.feed.url, "publisher": visit.feed.publisher},
        "outcome": visit.outcome.value,
        "stored": visit.stored,
        "known": visit.known,
        "refused": visit.refused,
        "error": visit.error,
    }


def _print(visits: tuple[Visit, ...]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("feed", "outcome", "stored", "known", "refused", ""):
        table.add_column(name, justify="right" if name in {"stored", "known", "refused"} else "left")
    for visit in sorted(visits, key=lambda visit: (visit.outcome in _BAD, visit.feed.id)):
        counts = (str(visit.stored), str(visit.known), str(visit.refused))
        table.add_row(escape(visit.feed.publisher), visit.outcome.value, *counts, escape(visit.error))
    print_table(table)
    stored = sum(visit.stored for visit in visits)
    failed = sum(visit.outcome in _BAD for visit in visits)
    out.print(
        f"{counted(len(visits), 'feed')}, {counted(stored, 'article')} stored,"
        f" {counted(failed, 'feed')} failed"
    )


def _progress() -> Progress:
    """A bar on a terminal, nothing in a pipe."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=err,
        transient=True,
        disable=not sys.stderr.isatty(),
    )

"""`depesche db`: the database's schema, whether all is well in it, and its text index."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.analysis.analyser import Analyser
from bot.cli.console import Database, counted, fail, out, progress_bar, run
from bot.reindex import analyse_again, rebuild
from bot.settings import settings_for
from storage.checks import inconsistencies, require_file
from storage.database import Storage
from storage.migrate import current_revision, migrate, newest_revision

app = typer.Typer(help="Upgrade, check or index the database.", no_args_is_help=True, add_completion=False)


@app.command()
def upgrade(database: Database = "") -> None:
    """Create the tables or bring them to the newest schema."""
    run(_upgrade(database))


@app.command()
def check(database: Database = "") -> None:
    """Check the schema, the database's own consistency, and the text index against the articles."""
    run(_check(database))


@app.command()
def reindex(
    database: Database = "",
    *,
    index_only: Annotated[
        bool, typer.Option("--index-only", help="Keep the analyses, build only the index anew.")
    ] = False,
) -> None:
    """Analyse every article anew and rebuild the text index."""
    run(_reindex(database, index_only=index_only))


async def _reindex(database: str, *, index_only: bool) -> None:
    url = settings_for(database).database_url.get_secret_value()
    require_file(url)
    async with Storage(url) as storage:
        await migrate(storage)
        async with storage.read() as tx:
            count = await tx.search.article_count()
        with progress_bar() as progress:
            if not index_only:
                bar = progress.add_task("analysing", total=count or 1)
                await analyse_again(storage, Analyser(), lambda done: progress.advance(bar, done))
                progress.update(bar, completed=count or 1)
            bar = progress.add_task("indexing", total=count or 1)
            await rebuild(storage, lambda done: progress.advance(bar, done))
            progress.update(bar, completed=count or 1)
    out.print(f"The text index is new: {counted(count, 'article')}.")


async def _upgrade(database: str) -> None:
    async with Storage(settings_for(database).database_url.get_secret_value()) as storage:
        before = await current_revision(storage)
        await migrate(storage)
        after = await current_revision(storage)
    if before == after:
        out.print(f"The schema is up to date ({after}).")
    else:
        out.print(f"The schema was brought from {before or 'nothing'} to {after}.")


async def _check(database: str) -> None:
    url = settings_for(database).database_url.get_secret_value()
    require_file(url)
    async with Storage(url) as storage:
        current = await current_revision(storage)
        if current != newest_revision():
            fail(
                f"the schema is {current or 'empty'}, expected {newest_revision()}: run `depesche db upgrade`"
            )
        problems = await inconsistencies(storage)
    if problems:
        fail("\n".join(problems))
    out.print(f"All is well: schema {current}, no inconsistency found.")

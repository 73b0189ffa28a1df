"""depesche feeds check: looks at every feed once and says what it gives; nothing is stored."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.analysis.analyser import Analyser
from bot.app import open_services
from bot.articles.feed_session import FeedSession, open_session
from bot.articles.want import LEAST_FULL_TEXT
from bot.cli.console import Database, Json, counted, err, fail, out, print_json, print_table, run
from bot.errors import FeedError
from bot.feeds.entries import Entry, ParsedFeed
from bot.feeds.fetch import Failed, Fetched
from bot.settings import settings_for
from storage.records import Feed

AT_ONCE = 16
# Fewer titles prove nothing about a feed's language.
LEAST_TITLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one feed gave; `error` says why nothing."""

    feed: Feed
    error: str = ""
    entries: int = 0
    newest: datetime | None = None
    language: str = ""
    """That most titles are written in, empty when too few tell."""
    full_text: float = 0.0
    """Share of entries with a whole text, 0 to 1."""
    undated: int = 0

    @property
    def agrees(self) -> bool:
        """Whether the feed is written in the language it is known for."""
        return not (self.language and self.feed.language) or self.language == self.feed.language


def check_feeds(
    feeds: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS_OR_ID]...", show_default=False)
    ] = None,
    database: Database = "",
    json: Json = False,
) -> None:
    """Look at the feeds, or at those named: do they answer, what do they bring? Exit 1 when one does not."""
    run(_check(feeds or [], database, as_json=json))


async def _check(references: Sequence[str], database: str, *, as_json: bool) -> None:
    settings = settings_for(database)
    async with open_services(settings) as services:
        async with services.storage.read() as tx:
            feeds = [await tx.feeds.find(one) for one in references] if references else await tx.feeds.all()
        missing = [one for one, feed in zip(references, feeds, strict=False) if feed is None]
        if missing:
            fail(f"there is no feed {missing[0]!r}; `depesche feeds list` shows them all")
        async with open_session(settings) as session:
            checked = await _look_at_all(session, services.analyser, [feed for feed in feeds if feed])
    if as_json:
        print_json([_shape(one) for one in checked])
    else:
        _print(checked)
    bad = sum(bool(one.error) for one in checked)
    if bad:
        noun = "feed" if len(checked) == 1 else "feeds"
        fail(f"{bad} of {len(checked)} {noun} gave nothing that can be used")


async def _look_at_all(session: FeedSession, analyser: Analyser, feeds: Sequence[Feed]) -> list[Checked]:
    turn = asyncio.Semaphore(AT_ONCE)
    progress = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        console=err,
        transient=True,
        disable=not sys.stderr.isatty(),
    )

    async def look(feed: Feed) -> Checked:
        async with turn:
            found = await _look(session, feed)
        progress.advance(bar)
        return found if isinstance(found, Checked) else _judge(analyser, feed, found)

    with progress:
        bar = progress.add_task("feeds", total=len(feeds))
        return list(await asyncio.gather(*map(look, feeds)))


async def _look(session: FeedSession, feed: Feed) -> ParsedFeed | Checked:
    # Without the marks of the last visit: an unchanged feed is to be looked at too.
    answer = await session.fetch(replace(feed, etag="", last_modified="", body_hash=""))
    if isinstance(answer, Failed):
        return Checked(feed=feed, error=answer.reason)
    if not isinstance(answer, Fetched):
        return Checked(feed=feed, error="the answer is empty")
    try:
        return await session.parse(answer, language=feed.language)
    except FeedError as error:
        return Checked(feed=feed, error=str(error))
    except ChildProcessError as error:
        return Checked(feed=feed, error=f"an error of our own: {str(error).splitlines()[-1]}")


def _judge(analyser: Analyser, feed: Feed, found: ParsedFeed) -> Checked:
    dates = [entry.published_at for entry in found.entries if entry.published_at is not None]
    texts = sum(len(entry.text) >= LEAST_FULL_TEXT for entry in found.entries)
    return Checked(
        feed=feed,
        error="" if found.entries else "the feed has no entries",
        entries=len(found.entries),
        newest=max(dates, default=None),
        language=_language(analyser, found.entries),
        full_text=texts / len(found.entries) if found.entries else 0.0,
        undated=len(found.entries) - len(dates),
    )


def _language(analyser: Analyser, entries: Sequence[Entry]) -> str:
    texts = [f"{entry.title}. {entry.summary}" for entry in entries if entry.title][:40]
    counts = Counter(analyser.languages.of(text) for text in texts)
    if len(texts) < LEAST_TITLES:
        return ""
    language, count = counts.most_common(1)[0]
    return language if count > len(texts) / 2 else ""


def _print(checked: Sequence[Checked]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in ("id", "publisher", "", "entries", "newest", "undated", "language", "text", "address"):
        table.add_column(
            name,
            justify="right" if name in {"id", "entries", "undated", "text"} else "left",
            overflow="fold",
        )
    for one in sorted(checked, key=lambda one: (not one.error, one.agrees, one.feed.id)):
        mark = "[red]!![/red]" if one.error else "[green]ok[/green]" if one.agrees else "[yellow]?[/yellow]"
        head = (str(one.feed.id), escape(one.feed.publisher), mark)
        if one.error:
            table.add_row(*head, "", f"[red]{escape(one.error)}[/red]", "", "", "", escape(one.feed.url))
            continue
        newest = f"{one.newest:%Y-%m-%d %H:%M}" if one.newest else "no date"
        language = one.language if one.agrees else f"{one.language}, not {one.feed.language}"
        table.add_row(
            *head,
            str(one.entries),
            newest,
            str(one.undated or ""),
            language,
            f"{one.full_text:.0%}",
            escape(one.feed.url),
        )
    print_table(table)
    good = sum(not one.error for one in checked)
    out.print(f"[bold]{good}[/bold] of {counted(len(checked), 'feed')} can be used")


def _shape(one: Checked) -> dict[str, object]:
    return {
        "id": one.feed.id,
        "url": one.feed.url,
        "publisher": one.feed.publisher,
        "error": one.error,
        "entries": one.entries,
        "newest_at": one.newest.isoformat() if one.newest else None,
        "undated": one.undated,
        "language": one.language,
        "language_agrees": one.agrees,
        "full_text": round(one.full_text, 3),
    }

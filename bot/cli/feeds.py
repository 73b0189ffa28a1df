"""depesche feeds: which feeds are collected, and how they are."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.markup import escape
from rich.table import Table

from bot.app import open_services, settings_for
from bot.cli.console import Database, Json, fail, out, print_json, run
from bot.errors import BadInput, FeedError
from bot.feeds.addresses import check_url
from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import Failed, Fetched, fetch
from bot.feeds.opml import read_opml, write_opml
from bot.feeds.session import open_session
from bot.settings import Settings
from storage.records import Feed, FeedState, NewFeed

app = typer.Typer(
    help="Add, list, import, export, pause and wake feeds.", no_args_is_help=True, add_completion=False
)

Reference = Annotated[str, typer.Argument(metavar="ADDRESS_OR_ID", show_default=False)]


@app.command()
def add(
    url: Annotated[str, typer.Argument(metavar="ADDRESS", show_default=False)],
    *,
    publisher: Annotated[str, typer.Option(help="Name of the outlet; the feed's title if not given.")] = "",
    country: Annotated[str, typer.Option(help="Two letters, such as DE.")] = "",
    language: Annotated[str, typer.Option(help="Two letters, such as de.")] = "",
    section: Annotated[str, typer.Option(help="Such as Politik.")] = "",
    unseen: Annotated[bool, typer.Option("--unseen", help="Do not look at it first.")] = False,
    database: Database = "",
) -> None:
    """Add a feed, after a look whether it is one."""
    new = NewFeed(
        url=url.strip(),
        publisher=publisher,
        country=country.upper(),
        language=language.lower(),
        section=section,
    )
    run(_add(new, database, unseen=unseen))


@app.command(name="list")
def list_(database: Database = "", json: Json = False) -> None:
    """List the feeds with their health."""
    run(_list(database, as_json=json))


@app.command(name="import")
def import_(
    path: Annotated[
        Path, typer.Argument(metavar="FILE", help="A list of feeds as OPML.", show_default=False)
    ],
    database: Database = "",
) -> None:
    """Add the feeds of an OPML file."""
    try:
        body = path.read_bytes()
    except OSError as error:
        fail(f"{path}: the file cannot be read: {error.strerror or error}")
    try:
        feeds = read_opml(body)
    except BadInput as error:
        fail(f"{path}: {error}")
    run(_import(feeds, database))


@app.command()
def starter(database: Database = "") -> None:
    """Add the German, Austrian, Swiss, English and French feeds that come with the program."""
    body = resources.files("bot.feeds").joinpath("starter.opml").read_bytes()
    run(_import(read_opml(body), database))


@app.command()
def export(database: Database = "") -> None:
    """Print all feeds as OPML."""
    run(_export(database))


@app.command()
def pause(feed: Reference, database: Database = "") -> None:
    """Stop looking at a feed."""
    run(_set_state(feed, FeedState.PAUSED, database))


@app.command()
def wake(feed: Reference, database: Database = "") -> None:
    """Look at a paused feed again, from now on."""
    run(_set_state(feed, FeedState.ACTIVE, database))


async def _add(new: NewFeed, database: str, *, unseen: bool) -> None:
    settings = settings_for(database)
    check_url(new.url, allow_private=settings.private_feeds)
    async with open_services(settings) as services:
        async with services.storage.read() as tx:
            known = await tx.feeds.find(new.url)
        if known is not None:
            fail(f"the feed is there already, with id {known.id}")
        if not unseen:
            new = _completed(new, await _look(settings, new))
        async with services.storage.write() as tx:
            feed = await tx.feeds.add(_completed(new, ParsedFeed()), now=services.clock.now())
    out.print(f"{feed.id}  {escape(feed.publisher)}  {escape(feed.url)}")


async def _look(settings: Settings, new: NewFeed) -> ParsedFeed:
    """What the address answers; raises FeedError when it is no feed."""
    async with open_session(settings) as session:
        answer = await fetch(session.client, new.url, allow_private=settings.private_feeds)
        match answer:
            case Fetched(body=body, url=url, content_type=content_type):
                return await session.parser.parse(body, url=url, content_type=content_type)
            case Failed(reason=reason):
                raise FeedError(f"{new.url}: {reason}; --unseen adds it all the same")
    raise FeedError(f"{new.url}: the answer is empty")


def _completed(new: NewFeed, found: ParsedFeed) -> NewFeed:
    """What was not given comes from the feed, at last from its address."""
    title = new.title or found.title
    return NewFeed(
        url=new.url,
        title=title,
        publisher=new.publisher or title or (urlsplit(new.url).hostname or new.url).removeprefix("www."),
        country=new.country,
        language=new.language or found.language[:2].lower(),
        section=new.section,
    )


async def _list(database: str, *, as_json: bool) -> None:
    async with open_services(settings_for(database)) as services, services.storage.read() as tx:
        feeds = await tx.feeds.all()
    if as_json:
        print_json([_shape(feed) for feed in feeds])
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "publisher", "section", "state", "last success", "next", "address", ""):
        table.add_column(name)
    for feed in feeds:
        last = f"{feed.last_success_at:%Y-%m-%d %H:%M}" if feed.last_success_at else "never"
        upcoming = f"{feed.next_fetch_at:%Y-%m-%d %H:%M}" if feed.state is FeedState.ACTIVE else ""
        texts = (feed.publisher, feed.section, feed.state.value, last, upcoming, feed.url, feed.last_error)
        table.add_row(str(feed.id), *map(escape, texts))
    out.print(table)


def _shape(feed: Feed) -> dict[str, object]:
    return {
        "id": feed.id,
        "url": feed.url,
        "publisher": feed.publisher,
        "title": feed.title,
        "country": feed.country,
        "language": feed.language,
        "section": feed.section,
        "state": feed.state.value,
        "last_success_at": feed.last_success_at.isoformat() if feed.last_success_at else None,
        "next_fetch_at": feed.next_fetch_at.isoformat(),
        "failures": feed.failures,
        "last_error": feed.last_error,
    }


async def _import(feeds: list[NewFeed], database: str) -> None:
    settings = settings_for(database)
    added = known = 0
    refused: list[str] = []
    async with open_services(settings) as services:
        now = services.clock.now()
        async with services.storage.write() as tx:
            there = {feed.url for feed in await tx.feeds.all()}
            for feed in feeds:
                if feed.url in there:
                    known += 1
                    continue
                try:
                    check_url(feed.url, allow_private=settings.private_feeds)
                except FeedError as error:
                    refused.append(f"{feed.url}: {error}")
                    continue
                await tx.feeds.add(_completed(feed, ParsedFeed()), now=now)
                added += 1
    out.print(f"[bold]{added}[/bold] added, [bold]{known}[/bold] known, [bold]{len(refused)}[/bold] refused")
    if refused:
        fail("\n".join(refused))


async def _export(database: str) -> None:
    async with open_services(settings_for(database)) as services, services.storage.read() as tx:
        feeds = await tx.feeds.all()
    typer.echo(write_opml(feeds).decode(), nl=False)


async def _set_state(reference: str, state: FeedState, database: str) -> None:
    async with open_services(settings_for(database)) as services, services.storage.write() as tx:
        feed = await tx.feeds.find(reference)
        if feed is None:
            fail(f"there is no feed {reference!r}; `depesche feeds list` shows them all")
        await tx.feeds.set_state(feed.id, state, next_fetch_at=services.clock.now())
    out.print(f"{feed.id}  {escape(feed.publisher)}  {state.value}")

"""depesche feeds: which feeds are collected, and how they are."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import urlsplit

import typer
from rich.markup import escape
from rich.table import Table

from bot.app import open_services
from bot.articles.feed_session import open_session
from bot.cli.console import Database, fail, out, print_table, run
from bot.cli.feeds_check import check_feeds
from bot.cli.feeds_list import list_feeds
from bot.errors import BadInput, FeedError, FeedUnreachable
from bot.feeds.addresses import NOT_ALLOWED, check_url
from bot.feeds.discover import Ask, Candidate, Parse, find_feeds
from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import Answer, Failed, Fetched, fetch
from bot.feeds.opml import read_opml, write_opml
from bot.settings import Settings, settings_for
from storage.records import FeedState, NewFeed

app = typer.Typer(
    help="Add, list, check, import, export, pause and wake feeds.", no_args_is_help=True, add_completion=False
)

app.command(name="list")(list_feeds)
app.command(name="check")(check_feeds)

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
    """Add a feed, or the feed of a site, after a look whether it is one."""
    new = NewFeed(
        url=url.strip(),
        publisher=publisher,
        country=country.upper(),
        language=language.lower(),
        section=section,
    )
    run(_add(new, database, unseen=unseen))


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
    try:
        check_url(new.url, allow_private=settings.private_feeds)
    except FeedUnreachable as error:
        is_inner = str(error) == NOT_ALLOWED
        inside = "; inside your own network, DEPESCHE_PRIVATE_FEEDS=true allows it" if is_inner else ""
        raise FeedError(f"{new.url}: {error}{inside}") from error
    async with open_services(settings) as services:
        if not unseen:
            new = _completed(*await _look(settings, new))
        async with services.storage.write() as tx:
            known = await tx.feeds.find(new.url)
            if known is not None:
                fail(f"the feed is there already, with id {known.id}: {known.url}")
            feed = await tx.feeds.add(_completed(new, ParsedFeed()), now=services.clock.now())
    out.print(f"{feed.id}  {escape(feed.publisher)}  {escape(feed.url)}")


async def _look(settings: Settings, new: NewFeed) -> tuple[NewFeed, ParsedFeed]:
    """The feed the address is or leads to, and what it says; raises FeedError when there is none."""
    async with open_session(settings) as session:

        async def ask(url: str) -> Answer:
            return await fetch(session.client, url, allow_private=settings.private_feeds)

        async def parse(fetched: Fetched) -> ParsedFeed:
            return await session.parse(fetched)

        try:
            found = await find_feeds(new.url, ask, parse)
            if len(found) > 1:
                _offer(new.url, found)
            parsed = await _read(found[0].url, ask, parse)
        except FeedError as error:
            raise FeedError(f"{error}; --unseen adds the address all the same") from error
    return replace(new, url=found[0].url), parsed


async def _read(url: str, ask: Ask, parse: Parse) -> ParsedFeed:
    match await ask(url):
        case Fetched() as fetched:
            return await parse(fetched)
        case Failed(reason=reason):
            raise FeedError(f"{url}: {reason}")
    return ParsedFeed()


def _offer(url: str, found: list[Candidate]) -> NoReturn:
    """Which one is meant only a person can say."""
    table = Table(box=None, pad_edge=False)
    for name in ("feed", "address"):
        table.add_column(name, overflow="fold")
    for candidate in found:
        table.add_row(escape(candidate.title), escape(candidate.url))
    print_table(table)
    fail(f"{url} has {len(found)} feeds; add the one you mean by its address")


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

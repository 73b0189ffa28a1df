"""depesche feeds list: every feed with its health."""

from __future__ import annotations

from datetime import datetime, timedelta

from rich.markup import escape
from rich.table import Table

from bot.app import open_services
from bot.articles.want import LEAST_FULL_TEXT
from bot.cli.console import Database, Json, counted, out, print_json, print_table, run
from bot.feeds.health import LOOK_BACK, Condition, FeedHealth, look_at
from bot.settings import settings_for

_COLOURS = {Condition.WELL: "green", Condition.NEW: "blue", Condition.PAUSED: "red", Condition.FAILING: "red"}


def list_feeds(database: Database = "", json: Json = False) -> None:
    """List the feeds with their health, those that need a hand first."""
    run(_list(database, as_json=json))


async def _list(database: str, *, as_json: bool) -> None:
    async with open_services(settings_for(database)) as services:
        now = services.clock.now()
        async with services.storage.read() as tx:
            feeds = await tx.feeds.all()
            hauls = await tx.feeds.hauls(now - LOOK_BACK, full_text=LEAST_FULL_TEXT)
    found = look_at(feeds, hauls, now=now)
    if as_json:
        print_json([_shape(one) for one in sorted(found, key=lambda one: one.feed.id)])
        return
    table = Table(box=None, pad_edge=False)
    for name in (
        "id",
        "publisher",
        "section",
        "state",
        "last success",
        "a day",
        "text",
        "delay",
        "next",
        "address",
    ):
        is_number = name in {"id", "last success", "a day", "text", "delay", "next"}
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    for one in found:
        table.add_row(*_row(one, now))
        if one.feed.last_error:
            table.add_row(*[""] * (len(table.columns) - 1), f"[red]{escape(one.feed.last_error)}[/red]")
    print_table(table)
    out.print(_summary(found))


def _row(one: FeedHealth, now: datetime) -> tuple[str, ...]:
    feed, colour = one.feed, _COLOURS.get(one.condition, "yellow")
    return (
        str(feed.id),
        escape(feed.publisher),
        escape(feed.section),
        f"[{colour}]{one.condition.value}[/{colour}]",
        _ago(now - feed.last_success_at) if feed.last_success_at else "never",
        f"{one.a_day:.1f}" if one.full_text is not None else "",
        f"{one.full_text:.0%}" if one.full_text is not None else "",
        _ago(one.delay) if one.delay is not None else "",
        "" if one.condition is Condition.PAUSED else _ago(max(feed.next_fetch_at - now, timedelta())),
        escape(feed.url),
    )


def _ago(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 2880 else f"{minutes / 1440:.0f} d"


def _summary(found: list[FeedHealth]) -> str:
    counts = {condition: sum(one.condition is condition for one in found) for condition in Condition}
    parts = [f"{count} {condition.value}" for condition, count in counts.items() if count]
    return counted(len(found), "feed") + (f": {', '.join(parts)}" if parts else "")


def _shape(one: FeedHealth) -> dict[str, object]:
    feed = one.feed
    return {
        "id": feed.id,
        "url": feed.url,
        "publisher": feed.publisher,
        "title": feed.title,
        "country": feed.country,
        "language": feed.language,
        "section": feed.section,
        "state": feed.state.value,
        "condition": one.condition.value,
        "last_success_at": feed.last_success_at.isoformat() if feed.last_success_at else None,
        "next_fetch_at": feed.next_fetch_at.isoformat(),
        "failures": feed.failures,
        "last_error": feed.last_error,
        "entries_a_day": round(one.a_day, 2),
        "full_text": None if one.full_text is None else round(one.full_text, 3),
        "delay_s": None if one.delay is None else round(one.delay.total_seconds()),
    }

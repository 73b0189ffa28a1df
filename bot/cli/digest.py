"""depesche digest - an edition for some topics, built from the archive now or as of a moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from bot import pipeline
from bot.app import open_services
from bot.cli.console import Database, print_json, run
from bot.cli.shapes import Shape, instant
from bot.clock import zone_of
from bot.digests.build import Checked, EditionView, StoryItem, topics_of, with_reader
from bot.digests.select import FIRST_REACH, Candidate, candidate, ranking, select
from bot.errors import BadInput
from bot.messages.edition import print_edition
from bot.messages.split import visible
from bot.search import read_query, topic_stories
from bot.services import Services
from bot.settings import settings_for
from storage.records import EditionState, StoryId, TopicId

app = typer.Typer()

# A story's page of results is cut by rank, not by time: enough for any length.
MOST_FOUND = 200


class Format(StrEnum):
    TEXT = "text"
    HTML = "html"
    RICH = "rich"
    JSON = "json"


class Language(StrEnum):
    DE = "de"
    EN = "en"


@app.command()
def digest(  # noqa: PLR0917 - typer calls it by name
    topics: Annotated[list[str], typer.Argument(metavar="TOPIC...", help="What the digest is about.")],
    at: Annotated[str, typer.Option("--at", help="As of this moment (ISO 8601); default: now.")] = "",
    shape: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TEXT,
    language: Annotated[Language, typer.Option("--language", help="The bot's words.")] = Language.DE,
    zone: Annotated[str, typer.Option("--zone", help="IANA zone of the times shown.")] = "",
    database: Database = "",
) -> None:
    """Print an edition for the topics; nobody is told, nothing is remembered."""
    run(_digest(topics, shape, at=at, language=language, zone=zone, database=database))


async def _digest(
    topics: Sequence[str], shape: Format, *, at: str, language: str, zone: str, database: str
) -> None:
    async with open_services(settings_for(database)) as services:
        zone = zone or services.settings.timezone
        now = _moment(at, zone) if at else services.clock.now()
        view = await _view(services, topics, now=now, language=language, zone=zone)
        if shape is Format.JSON:
            print_json(_edition_json(view))
            return
        is_rich = shape is Format.RICH
        printed = print_edition(
            services.renderer, view, language=language, zone=zone, now=now, is_rich=is_rich
        )
    texts = [part.html for part in printed.parts]
    typer.echo("\n\n".join(visible(text) if shape is Format.TEXT else text for text in texts))


def _moment(text: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"--at: {text!r} is no moment; expected one such as 2026-03-11T07:30") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_of(zone))


async def _view(
    services: Services, topics: Sequence[str], *, now: datetime, language: str, zone: str
) -> EditionView:
    fits: dict[TopicId, list[tuple[StoryId, float]]] = {}
    names: dict[TopicId, str] = {}
    since = now - FIRST_REACH
    for number, text in enumerate(topics):
        query = await read_query(services, text, zone=zone_of(zone))
        names[TopicId(number)] = query.text
        fits[TopicId(number)] = await topic_stories(services, query, since=since, limit=MOST_FOUND)
    candidates = await _candidates(
        services, {story_id for found in fits.values() for story_id, _ in found}, now
    )
    rankings = [
        ranking(topic_id, ((candidates[id_], fit) for id_, fit in found if id_ in candidates))
        for topic_id, found in fits.items()
    ]
    selection = select(rankings, candidates, {}, most=services.settings.digest_stories)
    chosen = selection.chosen
    async with services.storage.read() as tx:
        items = await pipeline.story_items(
            tx, [one.candidate.story_id for one in chosen], language=language, as_of=now
        )
        articles, publishers = await tx.editions.looked_through(since)
    told = {item.story_id: item for item in items}
    return EditionView(
        local_date=now.astimezone(zone_of(zone)).date(),
        due_at=now,
        state=EditionState.ISSUED if items else EditionState.EMPTY,
        items=tuple(
            with_reader(told[one.candidate.story_id], is_development=False, topics=topics_of(one.fits, names))
            for one in chosen
            if one.candidate.story_id in told
        ),
        left_over=selection.left_over,
        topics=tuple(names.values()),
        checked=Checked(articles=articles, publishers=publishers, since=since),
    )


async def _candidates(
    services: Services, story_ids: Collection[StoryId], now: datetime
) -> dict[StoryId, Candidate]:
    async with services.storage.read() as tx:
        stories = await tx.stories.get_many(story_ids)
        publishers = await tx.articles.publishers_of({story.lead_id for story in stories.values()})
    return {
        asked: candidate(story, publishers.get(story.lead_id, ""), place=place, now=now)
        for place, (asked, story) in enumerate(stories.items())
        if story.first_at <= now
    }


def _edition_json(view: EditionView) -> Shape:
    return {
        "at": instant(view.due_at),
        "topics": list(view.topics),
        "left_over": view.left_over,
        "items": [_item_json(item) for item in view.items],
    }


def _item_json(item: StoryItem) -> Shape:
    counts = {
        "source_count": item.source_count,
        "independent_count": item.independent_count,
        "wire_count": item.wire_count,
        "first_publisher": item.first_publisher,
    }
    return {**asdict(item), **counts}

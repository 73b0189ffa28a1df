"""An edition as Telegram messages: whole stories in each, numbered, with a button for every story."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import accumulate

from bot.digests.build import EditionView, StoryItem
from bot.messages.clean import web_address
from bot.messages.fragments import Fragments
from bot.messages.keyboard import even_rows, keyboard
from bot.messages.page import Page, Reader, number_key
from bot.messages.render import Renderer
from bot.messages.rich import RichFlaw
from bot.messages.rich_edition import by_topic, rich_parts
from bot.messages.split import Size, group, measure
from storage.messages import MessagePart
from storage.records import EditionState, StoryId

BLANK_LINE = Size(2, 2, 0)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Printed:
    """An edition's messages, and the stories that really stand in them."""

    parts: tuple[MessagePart, ...]
    items: tuple[StoryItem, ...]
    left_out: Mapping[StoryId, str] = field(default_factory=dict)
    """Those that could not be printed, and why."""


def print_edition(
    renderer: Renderer,
    edition: EditionView,
    *,
    language: str,
    zone: str,
    now: datetime,
    is_rich: bool = False,
    fragments: Fragments | None = None,
) -> Printed:
    """The messages of one edition; a story that cannot be rendered is left out and logged.

    `is_rich` makes rich messages, each with the classic ones that take its place where Telegram refuses it.
    `fragments` spares rendering a story again for each reader; the messages are the same with and without.
    """
    reader = Reader(language=language, zone=zone, now=now.replace(second=0, microsecond=0))
    if is_rich:
        edition = replace(edition, items=by_topic(edition))
    page = Page(renderer, edition, reader, fragments)
    if edition.state is EditionState.EMPTY or not edition.items:
        text = renderer.render("edition_empty", edition=edition, **reader.values())
        return Printed((MessagePart(html=text),), ())
    stories, left_out = _stories(page)
    if not stories:
        raise ValueError("no story of the edition can be rendered")
    items = tuple(story.item for story in stories)
    return Printed(_rich(page, stories) if is_rich else _classic(page, stories), items, left_out)


@dataclass(frozen=True, slots=True)
class _Story:
    """A story in its place: its number is its place, from 1."""

    item: StoryItem
    number: int
    html: str
    size: Size


def _stories(page: Page) -> tuple[list[_Story], dict[StoryId, str]]:
    """Those that can be printed; and of the others, why not."""
    made: list[_Story] = []
    left_out: dict[StoryId, str] = {}
    for item in page.edition.items:
        try:
            story = _story(page, item, len(made) + 1)
        except Exception as error:  # one poisonous story must not cost the reader the others
            log.exception("story left out of an edition", extra={"story": item.story_id})
            left_out[item.story_id] = f"{type(error).__name__}: {error}"
            continue
        made.append(story)
    return made, left_out


def _story(page: Page, item: StoryItem, number: int) -> _Story:
    def render(shown: int) -> str:
        return page.renderer.render(
            "edition_story", edition=page.edition, item=item, number=shown, **page.reader.values()
        )

    story = _Story(item, number, *page.story(item, number, render=render, weigh=measure))
    if not story.size.fits:
        raise ValueError("longer than a message may be")
    return story


def _rich(page: Page, stories: Sequence[_Story]) -> tuple[MessagePart, ...]:
    """Rich messages; the classic ones where a template of ours makes no good rich message."""

    def instead(first: int) -> tuple[MessagePart, ...]:
        return _classic(page, stories[first - 1 :])

    try:
        return rich_parts(page, [story.item for story in stories], instead=instead)
    except RichFlaw:
        log.exception("rich message not as it should be, printed classic")
        return _classic(page, stories)


@lru_cache(maxsize=1024)
def _frame_size(html: str) -> Size:
    """Many editions have the same foot, and some the same head."""
    return measure(html)


def _classic(page: Page, stories: Sequence[_Story]) -> tuple[MessagePart, ...]:
    edition, render = page.edition, page.renderer.render
    facts = edition.local_date, edition.is_follow, edition.scope
    head = page.frame(render, "edition_head", *facts, count=len(stories))
    foot = page.frame(render, "edition_foot", edition.left_over, edition.next_due_at)
    sections = [head, *(story.html for story in stories), *([foot] if foot else [])]
    sizes = [_frame_size(head), *(story.size for story in stories), *([_frame_size(foot)] if foot else [])]
    counts = group([size + BLANK_LINE for size in sizes])
    ends = list(accumulate(counts))
    lead = web_address(stories[0].item.url)
    parts = []
    for number, (count, end) in enumerate(zip(counts, ends, strict=True), start=1):
        first = max(end - count, 1)  # section 0 is the head
        keys = even_rows([number_key(story.number, story.item) for story in stories[first - 1 : end - 1]])
        is_last = number == len(counts)
        texts = sections[end - count : end]
        if len(counts) > 1:
            texts.append(page.frame(render, "edition_part", part=number, count=len(counts)))
        parts.append(
            MessagePart(
                html="\n\n".join(texts),
                keyboard=keyboard([*keys, page.rest_keys() if is_last else []]),
                preview_url=lead if number == 1 else "",
                silent=number > 1,
            )
        )
    return tuple(parts)

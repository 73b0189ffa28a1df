"""An edition as Telegram messages: whole stories in each, numbered, with a button for every story."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import Any

from bot.digests.build import EditionView, StoryItem
from bot.messages.clean import web_address
from bot.messages.fragments import Fragments, Style
from bot.messages.keyboard import Key, in_rows, keyboard
from bot.messages.render import Renderer
from bot.messages.split import Size, group, measure
from storage.messages import MessagePart
from storage.records import EditionState

PER_ROW = 5
BLANK_LINE = Size(2, 2, 0)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Printed:
    """An edition's messages, and the stories that really stand in them."""

    parts: tuple[MessagePart, ...]
    items: tuple[StoryItem, ...]


def print_edition(
    renderer: Renderer,
    edition: EditionView,
    *,
    language: str,
    zone: str,
    now: datetime,
    fragments: Fragments | None = None,
) -> Printed:
    """The messages of one edition; a story that cannot be rendered is left out and logged.

    `fragments` spares rendering a story again for each reader; the messages are the same with and without.
    """
    now = now.replace(second=0, microsecond=0)
    page = _Page(renderer, edition, {"language": language, "zone": zone, "now": now}, fragments)
    if edition.state is EditionState.EMPTY or not edition.items:
        return Printed((MessagePart(html=page.text("edition_empty")),), ())
    stories = page.stories()
    if not stories:
        raise ValueError("no story of the edition can be rendered")
    return Printed(tuple(page.parts(stories)), tuple(story.item for story in stories))


@dataclass(frozen=True, slots=True)
class _Story:
    """A story in its place: its number is its place, from 1."""

    item: StoryItem
    html: str
    size: Size


class _Page:
    def __init__(
        self,
        renderer: Renderer,
        edition: EditionView,
        reader: Mapping[str, Any],
        fragments: Fragments | None,
    ) -> None:
        self._renderer = renderer
        self._edition = edition
        self._reader = reader
        self._fragments = fragments
        self._style = Style(**reader, sentences=edition.sentences, similar=edition.similar)

    def text(self, name: str, **values: object) -> str:
        return self._renderer.render(name, edition=self._edition, **self._reader, **values)

    def stories(self) -> list[_Story]:
        made: list[_Story] = []
        for item in self._edition.items:
            try:
                story = self._story(item, len(made) + 1)
            except Exception:  # one poisonous story must not cost the reader the others
                log.exception("story left out of an edition", extra={"story": item.story_id})
                continue
            if story.size.fits:
                made.append(story)
        return made

    def _story(self, item: StoryItem, number: int) -> _Story:
        def render(shown: int) -> str:
            return self.text("edition_story", item=item, number=shown)

        if self._fragments is not None:
            return _Story(item, *self._fragments.story(item, self._style, number, render))
        html = render(number)
        return _Story(item, html, measure(html))

    def _frame(self, template: str, *facts: object, **values: object) -> str:
        """A text around the stories; `facts` are what it says besides the topics and the values."""
        topics = self._edition.topics

        def render(shown: Sequence[str]) -> str:
            edition = self._edition if shown is topics else replace(self._edition, topics=tuple(shown))
            return self._renderer.render(template, edition=edition, **self._reader, **values)

        if self._fragments is None:
            return render(topics)
        key = (template, *facts, *values.values())
        name = partial(self._renderer.topic, language=self._style.language)
        return self._fragments.frame(key, topics, self._style, render=render, name=name)

    def parts(self, stories: Sequence[_Story]) -> list[MessagePart]:
        edition = self._edition
        head = self._frame("edition_head", edition.local_date, count=len(stories))
        foot = self._frame("edition_foot", edition.left_over, edition.next_due_at)
        sections = [head, *(story.html for story in stories), *([foot] if foot else [])]
        sizes = [measure(head), *(story.size for story in stories), *([measure(foot)] if foot else [])]
        counts = group([size + BLANK_LINE for size in sizes])
        ends = list(accumulate(counts))
        lead = web_address(stories[0].item.url)
        return [
            self._part(
                number,
                len(counts),
                sections[end - count : end],
                _numbered(stories, end - count, end),
                lead if number == 1 else "",
            )
            for number, (count, end) in enumerate(zip(counts, ends, strict=True), start=1)
        ]

    def _part(
        self, number: int, count: int, sections: Sequence[str], keys: Sequence[Key], preview_url: str
    ) -> MessagePart:
        mark = [self._frame("edition_part", part=number, count=count)] if count > 1 else []
        return MessagePart(
            html="\n\n".join([*sections, *mark]),
            keyboard=keyboard(in_rows(keys, PER_ROW)),
            preview_url=preview_url,
            silent=number > 1,
        )


def _numbered(stories: Sequence[_Story], start: int, end: int) -> list[Key]:
    """A key for each story among the sections from `start` to `end`; section 0 is the head."""
    return [
        Key(str(number), f"st:{story.item.story_id}")
        for number, story in enumerate(stories, start=1)
        if start <= number < end
    ]

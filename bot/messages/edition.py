"""An edition as Telegram messages: whole stories in each, numbered, with a button for every story."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from bot.digests.build import EditionView, StoryItem
from bot.messages.clean import web_address
from bot.messages.keyboard import Key, in_rows, keyboard
from bot.messages.render import Renderer
from bot.messages.split import group, measure
from storage.messages import MessagePart
from storage.records import EditionState

PER_ROW = 5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Printed:
    """An edition's messages, and the stories that really stand in them."""

    parts: tuple[MessagePart, ...]
    items: tuple[StoryItem, ...]


def print_edition(
    renderer: Renderer, edition: EditionView, *, language: str, zone: str, now: datetime
) -> Printed:
    """The messages of one edition; a story that cannot be rendered is left out and logged."""
    page = _Page(renderer, edition, {"language": language, "zone": zone, "now": now})
    if edition.state is EditionState.EMPTY or not edition.items:
        return Printed((MessagePart(html=page.text("edition_empty")),), ())
    stories = page.stories()
    if not stories:
        raise ValueError("no story of the edition can be rendered")
    return Printed(tuple(page.parts(stories)), tuple(item for item, _ in stories))


class _Page:
    def __init__(self, renderer: Renderer, edition: EditionView, reader: Mapping[str, object]) -> None:
        self._renderer = renderer
        self._edition = edition
        self._reader = reader

    def text(self, name: str, **values: object) -> str:
        return self._renderer.render(name, edition=self._edition, **self._reader, **values)  # type: ignore[arg-type]

    def stories(self) -> list[tuple[StoryItem, str]]:
        made: list[tuple[StoryItem, str]] = []
        for item in self._edition.items:
            try:
                html = self.text("edition_story", item=item, number=len(made) + 1)
            except Exception:  # one poisonous story must not cost the reader the others
                log.exception("story left out of an edition", extra={"story": item.story_id})
                continue
            if measure(html).fits:
                made.append((item, html))
        return made

    def parts(self, stories: Sequence[tuple[StoryItem, str]]) -> list[MessagePart]:
        head = self.text("edition_head", count=len(stories))
        foot = self.text("edition_foot")
        sections = [head, *(html for _, html in stories), *([foot] if foot else [])]
        counts = group([measure(f"{section}\n\n") for section in sections])
        ends = list(accumulate(counts))
        lead = web_address(stories[0][0].url)
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
        mark = [self.text("edition_part", part=number, count=count)] if count > 1 else []
        return MessagePart(
            html="\n\n".join([*sections, *mark]),
            keyboard=keyboard(in_rows(keys, PER_ROW)),
            preview_url=preview_url,
            silent=number > 1,
        )


def _numbered(stories: Sequence[tuple[StoryItem, str]], start: int, end: int) -> list[Key]:
    """A key for each story among the sections from `start` to `end`; section 0 is the head."""
    return [
        Key(str(number), f"st:{item.story_id}")
        for number, (item, _) in enumerate(stories, start=1)
        if start <= number < end
    ]

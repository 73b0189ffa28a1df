"""What classic and rich editions share: who reads, and texts that are made once for many readers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.digests.build import EditionView, StoryItem
from bot.messages.fragments import Fragments, SizeT, Style
from bot.messages.keyboard import Key
from bot.messages.render import Renderer

log = logging.getLogger(__name__)

Weigh = Callable[[str], SizeT]
Render = Callable[..., str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whom an edition is printed for."""

    language: str
    zone: str
    now: datetime

    def values(self) -> dict[str, Any]:
        return {"language": self.language, "zone": self.zone, "now": self.now}


class Page:
    """An edition, its reader, and the means to print."""

    def __init__(
        self, renderer: Renderer, edition: EditionView, reader: Reader, fragments: Fragments | None
    ) -> None:
        self.edition = edition
        self.reader = reader
        self.renderer = renderer
        self._fragments = fragments
        self._style = Style(**reader.values(), sentences=edition.sentences, similar=edition.similar)

    def story(
        self,
        item: StoryItem,
        number: int,
        *,
        render: Callable[[int], str],
        weigh: Callable[[str], SizeT],
        layout: str = "",
    ) -> tuple[str, SizeT]:
        """The story under its number, and its size."""
        if self._fragments is not None:
            style = replace(self._style, layout=layout) if layout else self._style
            return self._fragments.story(item, style, number, render=render, weigh=weigh)
        html = render(number)
        return html, weigh(html)

    def frame(self, render: Render, template: str, *facts: object, **values: object) -> str:
        """A text around the stories; `facts` are what it says besides the topics and the values."""
        topics = self.edition.topics

        def made(shown: Sequence[str]) -> str:
            edition = self.edition if shown is topics else replace(self.edition, topics=tuple(shown))
            return render(template, edition=edition, **self.reader.values(), **values)

        if self._fragments is None:
            return made(topics)
        key = (render.__name__, template, *facts, *values.values())
        name = partial(self.renderer.topic, language=self.reader.language)
        return self._fragments.frame(key, topics, self._style, render=made, name=name)

    def label(self, name: str, **values: object) -> str:
        """A button's words."""

        def render(_template: str, **_more: object) -> str:
            return self.renderer.label(name, language=self.reader.language, **values)

        return self.frame(render, name, *values.values())

    def rest_keys(self) -> list[Key]:
        """The button that opens what did not fit."""
        edition = self.edition
        if not edition.left_over or not edition.slot:
            return []
        return [Key(self.label("button_rest", count=edition.left_over), f"re:{edition.slot}")]


def number_key(number: int, item: StoryItem) -> Key:
    """A story's button: what can be done with it."""
    return Key(str(number), f"st:{item.story_id}:{number}")

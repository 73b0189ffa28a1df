"""Stories rendered once for many readers: how one reads depends neither on its number nor on who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar, cast

from bot.digests.build import StoryItem

MOST_KEPT = 20_000
"""About 60 MB: a story is 2 to 4 kB of HTML."""
NUMBER = 777_000_777
"""Stands for a story's number in a fragment; no number of a story, and no text of a feed, is it."""
_MARK = f"<b>{NUMBER}. "
_PLACE = re.compile(r"Q777([0-9]+)Q")
"""Where a topic's name goes in a frame."""

Facts = tuple[object, ...]


class Measured(Protocol):
    """A message's size, by whatever limits."""

    def longer(self, count: int) -> Measured: ...


SizeT = TypeVar("SizeT", bound=Measured)


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """What besides the story decides how it reads."""

    language: str
    zone: str
    now: datetime
    """To the minute."""
    sentences: int
    similar: int
    layout: str = ""
    """Of a rich message; empty for a classic one."""


@dataclass(slots=True)
class _Fragment:
    facts: Facts
    now: datetime
    before: str
    after: str
    size: Measured
    """Without the number's digits."""


class Fragments:
    """The fragments of the last minute's editions; forgets all when it is full."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._kept: dict[tuple[object, ...], _Fragment] = {}
        self._frames: dict[tuple[object, ...], tuple[datetime, tuple[str, ...]]] = {}
        self._names: dict[tuple[str, str], str] = {}
        self.hits = 0
        self.misses = 0

    def story(
        self,
        item: StoryItem,
        style: Style,
        number: int,
        *,
        render: Callable[[int], str],
        weigh: Callable[[str], SizeT],
    ) -> tuple[str, SizeT]:
        """The story under its number, and what it measures; `render` makes it for a number."""
        key = (
            item.story_id,
            item.is_development,
            item.news,
            style.language,
            style.zone,
            style.sentences,
            style.similar,
            style.layout,
        )
        facts = facts_of(item)
        found = self._kept.get(key)
        if found is None or found.now != style.now or found.facts != facts:
            self.misses += 1
            found = self._keep(key, facts, style.now, render(NUMBER), weigh)
        else:
            self.hits += 1
        digits = str(number)
        return f"{found.before}{digits}{found.after}", cast("SizeT", found.size.longer(len(digits)))

    def frame(
        self,
        key: tuple[object, ...],
        topics: Sequence[str],
        style: Style,
        *,
        render: Callable[[Sequence[str]], str],
        name: Callable[[str], str],
    ) -> str:
        """What stands around the stories: the same for all readers but for their topics' names.

        `render` makes it for any topics, `name` says one as it is printed; `key` holds what else decides
        how the frame reads.
        """
        full = (*key, len(topics), style.language, style.zone)
        found = self._frames.get(full)
        if found is None or found[0] != style.now:
            places = [f"Q777{number}Q" for number in range(len(topics))]
            if len(self._frames) >= self._most:
                self._frames.clear()
            found = self._frames[full] = style.now, tuple(_PLACE.split(render(places)))
        text, *rest = found[1]
        for number, words in zip(rest[::2], rest[1::2], strict=True):
            shown = self._name(topics[int(number)], style.language, name)
            if not shown:  # blanks around a name that says nothing go with it: not worth a fragment
                return render(topics)
            text += shown + words
        return text

    def _name(self, topic: str, language: str, name: Callable[[str], str]) -> str:
        shown = self._names.get((topic, language))
        if shown is None:
            if len(self._names) >= self._most:
                self._names.clear()
            shown = self._names[topic, language] = name(topic)
        return shown

    def _keep(
        self,
        key: tuple[object, ...],
        facts: Facts,
        now: datetime,
        html: str,
        weigh: Callable[[str], Measured],
    ) -> _Fragment:
        before, mark, after = html.partition(_MARK)
        if not mark:
            raise ValueError("a story's template begins its headline with the number")
        before, after = f"{before}<b>", f". {after}"
        size = weigh(html).longer(-len(str(NUMBER)))
        if len(self._kept) >= self._most:
            self._kept.clear()
        made = self._kept[key] = _Fragment(facts, now, before, after, size)
        return made


def facts_of(item: StoryItem) -> Facts:
    """All of a story that is printed and the same for every reader.

    Copies for one reader share these very objects, and tuples compare the same objects fast.
    """
    return (
        item.headline,
        item.url,
        item.summary,
        item.sources,
        item.similar,
        item.publisher,
        item.published_at,
        item.first_at,
        item.last_at,
    )

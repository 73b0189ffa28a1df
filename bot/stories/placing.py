"""Places a batch of articles and says what it comes to, as values for whoever stores it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.stories.member import LiveStory
from bot.stories.related import Link, links_of
from bot.stories.window import Placement, Window
from storage.records import Analysis, Article, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What one round of grouping came to."""

    articles: int = 0
    started: int = 0
    """Stories that began."""
    merged: int = 0
    """Stories found to be another one."""
    copies: int = 0
    """Articles that print another's text."""

    def plus(self, other: Grouped) -> Grouped:
        return Grouped(
            articles=self.articles + other.articles,
            started=self.started + other.started,
            merged=self.merged + other.merged,
            copies=self.copies + other.copies,
        )


def place_all(
    pairs: Iterable[tuple[Article, Analysis]], window: Window
) -> tuple[list[Placement], list[Link]]:
    """Each article once, in order; then what the batch brings together."""
    placements = [window.place(article, analysis) for article, analysis in pairs]
    return placements, links_of(placements, window)


def merged_ids(placements: Iterable[Placement]) -> dict[StoryId, StoryId]:
    """Stored stories that another took over -> the story that has their articles now."""
    gone = {}
    for story in (story for placement in placements for story in placement.absorbed):
        if story.story_id is not None:
            gone[story.story_id] = story_id_of(story.final())
    return gone


def story_id_of(story: LiveStory) -> StoryId:
    """The id of a story that was stored."""
    if story.story_id is None:
        msg = "a story is asked for its id before it was stored"
        raise ValueError(msg)
    return story.story_id

"""Places a batch of articles and says what it comes to, as values for whoever stores it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.stories.member import LiveStory
from bot.stories.related import Link, links_of
from bot.stories.window import Placement, Window
from storage.records import Analysis, Article, ArticleId, StoryId


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouped:
    """What one round of grouping came to."""

    articles: int = 0
    started: int = 0
    """Stories that began."""
    merged: int = 0
    """Stories found to be another one."""
    split: int = 0
    """Stories found to be two."""
    copies: int = 0
    """Articles that print another's text."""

    def plus(self, other: Grouped) -> Grouped:
        return Grouped(
            articles=self.articles + other.articles,
            started=self.started + other.started,
            merged=self.merged + other.merged,
            split=self.split + other.split,
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


def assigned(placements: Iterable[Placement], window: Window) -> dict[LiveStory, list[ArticleId]]:
    """Each story with the articles that were not in it before: new ones, and those of a story that parted."""
    moved: dict[ArticleId, None] = {}
    for placement in placements:
        moved[placement.article_id] = None
        if placement.parting:
            moved.update(dict.fromkeys(placement.parting.article_ids))
    found: dict[LiveStory, list[ArticleId]] = {}
    for article_id in sorted(moved):
        found.setdefault(window.member(article_id)[1], []).append(article_id)
    return found


def parted_ids(
    placements: Iterable[Placement], window: Window
) -> dict[StoryId, dict[StoryId, list[ArticleId]]]:
    """Stored stories that turned out to be two -> the story each article that left is in now."""
    found: dict[StoryId, dict[StoryId, list[ArticleId]]] = {}
    for parting in (placement.parting for placement in placements if placement.parting):
        stayed = story_id_of(parting.story.final())
        for article_id in parting.article_ids:
            now = story_id_of(window.member(article_id)[1])
            if now != stayed:
                found.setdefault(stayed, {}).setdefault(now, []).append(article_id)
    return found


def story_id_of(story: LiveStory) -> StoryId:
    """The id of a story that was stored."""
    if story.story_id is None:
        msg = "a story is asked for its id before it was stored"
        raise ValueError(msg)
    return story.story_id

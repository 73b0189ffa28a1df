"""Which stories an edition tells: new to the chat, the weightiest first, no publisher leading too many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from typing import NamedTuple

from bot.digests.taste import NO_TASTE, Taste
from storage.records import Length, Story, StoryId, TopicId

FIRST_REACH = timedelta(days=3)
LONGEST_REACH = timedelta(days=14)
# An article may be seen before an edition and join its story after it; the ledger keeps it from coming twice.
OVERLAP = timedelta(hours=2)
HALF_LIFE = timedelta(hours=18)
FEWER, MORE = 0.5, 2.0
LEADING_SHARE = 1 / 3
UNASKED = 1.0
"""The fit of what is told to readers without topics: its weight alone counts."""

Fits = Mapping[TopicId, float]
"""How much a story is about each of the chat's topics; none for a story nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story as selection sees it: the same for every chat of a round."""

    story_id: StoryId
    place: int
    """Its number among the round's, from 0 on."""
    version: int
    weight: float
    """By sources and freshness."""
    publisher: str
    """Of the article that stands for the story."""
    is_alone: bool
    """No other publisher has a text of its own on it."""
    names: tuple[str, ...] = ()
    """Whom it is about, most telling first."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The stories that fit a topic, best first: the same for every chat that follows it."""

    topic_id: TopicId | None
    """None for stories nobody asked for."""
    order: Sequence[tuple[float, StoryId]]
    """Rank, negative so that the best come first."""
    fits: Mapping[StoryId, float]
    places: int
    """Of its stories, a bit each: the stories of many topics are counted in a few operations."""


class Chosen(NamedTuple):
    """A story for one chat; made by the million."""

    candidate: Candidate
    rank: float
    told_version: int
    """The state the chat was told; 0 where it is new to the chat."""
    rankings: Sequence[Ranking]
    """Those it was chosen from."""

    @property
    def fits(self) -> Fits:
        """By topic; looked up when asked for, since few readers' messages are ordered by it."""
        return _fits(self.rankings, self.candidate.story_id)

    @property
    def is_development(self) -> bool:
        return self.told_version > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    chosen: tuple[Chosen, ...]
    left_over: int
    """New stories that did not fit."""


def looked_from(last_built_at: datetime | None, *, now: datetime) -> datetime:
    """From when on a chat's edition looks for articles."""
    if last_built_at is None:
        return now - FIRST_REACH
    return max(last_built_at - OVERLAP, now - LONGEST_REACH)


def most_stories(length: Length, *, normal: int) -> int:
    """How many stories an edition of this length holds."""
    match length:
        case Length.SHORT:
            return max(1, math.ceil(normal * FEWER))
        case Length.NORMAL:
            return normal
        case Length.LONG:
            return math.ceil(normal * MORE)


def weight(*, independent_count: int, last_at: datetime, now: datetime) -> float:
    """Independent sources count by doublings, freshness halves every 18 hours."""
    age = max(now - last_at, timedelta(0))
    return (1 + math.log2(max(independent_count, 1))) * math.pow(0.5, age / HALF_LIFE)


def candidate(story: Story, publisher: str, *, place: int, now: datetime) -> Candidate:
    """The story as it stands now; `publisher` is its lead's."""
    return Candidate(
        story_id=story.id,
        place=place,
        version=story.version,
        weight=weight(independent_count=story.independent_count, last_at=story.last_at, now=now),
        publisher=publisher,
        is_alone=story.independent_count <= 1,
    )


def rank(candidate: Candidate, fit: float) -> float:
    """The story's weight for who asked for it, by how much it is about that, from 0 to 1."""
    return candidate.weight * fit


def ranking(topic_id: TopicId | None, found: Iterable[tuple[Candidate, float]]) -> Ranking:
    """A topic's stories in order, each at its best fit."""
    fits: dict[StoryId, float] = {}
    ranks: dict[StoryId, float] = {}
    places = 0
    for candidate, fit in found:
        story_id = candidate.story_id
        if fit > fits.get(story_id, -1.0):
            fits[story_id] = fit
            ranks[story_id] = -rank(candidate, fit)
            places |= 1 << candidate.place
    return Ranking(topic_id, sorted(zip(ranks.values(), ranks, strict=True)), fits, places)


def select(
    rankings: Sequence[Ranking],
    candidates: Mapping[StoryId, Candidate],
    told: Mapping[StoryId, int],
    *,
    most: int,
    taste: Taste = NO_TASTE,
) -> Selection:
    """The best of what the chat does not know yet and has not muted, each story at its best fit."""
    seen: set[StoryId] = set()
    places = seen_places = 0
    for story_id, version in told.items():
        one = candidates.get(story_id)
        if one is not None and one.version <= version:
            seen.add(one.story_id)
            seen_places |= 1 << one.place
    if taste.has_mutes:
        for story_id in _all_of(rankings):
            if taste.mutes(story_id, candidates[story_id]):
                seen.add(story_id)
                seen_places |= 1 << candidates[story_id].place
    for ranked in rankings:
        places |= ranked.places
    new_count = (places & ~seen_places).bit_count()
    orders = [one.order for one in rankings]
    if taste.leanings:
        orders = [_by_taste(rankings, candidates, taste)]
    chosen = [
        Chosen(candidates[story_id], -negative, told.get(story_id, 0), rankings)
        for negative, story_id in _spread(merge(*orders), candidates, seen, most=min(most, new_count))
    ]
    return Selection(chosen=tuple(chosen), left_over=new_count - len(chosen))


def _all_of(rankings: Iterable[Ranking]) -> set[StoryId]:
    return set().union(*(one.fits for one in rankings))


def _fits(rankings: Iterable[Ranking], story_id: StoryId) -> dict[TopicId, float]:
    return {
        one.topic_id: one.fits[story_id]
        for one in rankings
        if one.topic_id is not None and story_id in one.fits
    }


def _by_taste(
    rankings: Sequence[Ranking],
    candidates: Mapping[StoryId, Candidate],
    taste: Taste,
) -> list[tuple[float, StoryId]]:
    """All stories in the order the chat's likes and dislikes make."""
    found = []
    for story_id in _all_of(rankings):
        candidate, fits = candidates[story_id], _fits(rankings, story_id)
        factor = taste.factor(candidate.publisher, candidate.names, fits)
        found.append((-rank(candidate, max(fits.values(), default=UNASKED)) * factor, story_id))
    return sorted(found)


def _spread(
    in_order: Iterable[tuple[float, StoryId]],
    candidates: Mapping[StoryId, Candidate],
    seen: set[StoryId],
    *,
    most: int,
) -> list[tuple[float, StoryId]]:
    """The first `most` not seen, except that a publisher over its share waits until others had their turn."""
    share = max(1, math.ceil(most * LEADING_SHARE))
    leads: dict[str, int] = {}
    taken: list[tuple[float, StoryId]] = []
    waiting: list[tuple[float, StoryId]] = []
    for one in in_order:
        if len(taken) == most:
            return taken
        story_id = one[1]
        if story_id in seen:
            continue
        seen.add(story_id)
        publisher = candidates[story_id].publisher
        if publisher:
            count = leads[publisher] = leads.get(publisher, 0) + 1
            if count > share:
                waiting.append(one)
                continue
        taken.append(one)
    return sorted((taken + waiting)[:most])

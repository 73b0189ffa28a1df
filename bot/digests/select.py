"""Which stories an edition tells: new to the chat, the weightiest first, no publisher leading too many."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
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

FIRST_DEPTH = 1
"""In times of what an edition holds: few lists have more of its best than that."""

Fits = Mapping[TopicId, float]
"""How much a story is about each of the chat's topics; none for a story nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story as selection sees it: the same for every chat of a round."""

    story_id: StoryId
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


def candidate(story: Story, publisher: str, *, now: datetime) -> Candidate:
    """The story as it stands now; `publisher` is its lead's."""
    return Candidate(
        story_id=story.id,
        version=story.version,
        weight=weight(independent_count=story.independent_count, last_at=story.last_at, now=now),
        publisher=publisher,
        is_alone=story.independent_count <= 1,
    )


def rank(candidate: Candidate, fit: float) -> float:
    """The story's weight for who asked for it: fit, from 0 to 1, counts from a half up."""
    return candidate.weight * (0.5 + fit / 2)


def ranking(
    topic_id: TopicId | None, fits: Mapping[StoryId, float], candidates: Mapping[StoryId, Candidate]
) -> Ranking:
    """A topic's stories in order; those that are no candidates are left out."""
    known = {story_id: fit for story_id, fit in fits.items() if story_id in candidates}
    order = sorted((-rank(candidates[story_id], fit), story_id) for story_id, fit in known.items())
    return Ranking(topic_id, order, known)


def select(
    rankings: Sequence[Ranking],
    candidates: Mapping[StoryId, Candidate],
    told: Mapping[StoryId, int],
    *,
    most: int,
    taste: Taste = NO_TASTE,
) -> Selection:
    """The best of what the chat does not know yet and has not muted, each story at its best fit."""
    everything: set[StoryId] = set().union(*(one.fits for one in rankings))
    unwanted = {
        story_id
        for story_id, version in told.items()
        if story_id in everything and candidates[story_id].version <= version
    }
    if taste.has_mutes:
        unwanted |= {id_ for id_ in everything if taste.mutes(id_, candidates[id_])}
    new_count = len(everything) - len(unwanted)
    orders = [one.order for one in rankings]
    if taste.leanings:
        orders = [_by_taste(rankings, candidates, everything, taste)]
    chosen = [
        Chosen(candidates[story_id], -negative, told.get(story_id, 0), rankings)
        for negative, story_id in _best(orders, candidates, unwanted, most=min(most, new_count))
    ]
    return Selection(chosen=tuple(chosen), left_over=new_count - len(chosen))


def _fits(rankings: Iterable[Ranking], story_id: StoryId) -> dict[TopicId, float]:
    return {
        one.topic_id: one.fits[story_id]
        for one in rankings
        if one.topic_id is not None and story_id in one.fits
    }


def _by_taste(
    rankings: Sequence[Ranking],
    candidates: Mapping[StoryId, Candidate],
    story_ids: Iterable[StoryId],
    taste: Taste,
) -> list[tuple[float, StoryId]]:
    """All stories in the order the chat's likes and dislikes make."""
    found = []
    for story_id in story_ids:
        candidate, fits = candidates[story_id], _fits(rankings, story_id)
        factor = taste.factor(candidate.publisher, candidate.names, fits)
        found.append((-rank(candidate, max(fits.values(), default=0.0)) * factor, story_id))
    return sorted(found)


def _best(
    orders: Sequence[Sequence[tuple[float, StoryId]]],
    candidates: Mapping[StoryId, Candidate],
    unwanted: Collection[StoryId],
    *,
    most: int,
) -> list[tuple[float, StoryId]]:
    """The `most` best of several ordered lists, no publisher leading more than its share of them.

    Looks at the heads of the lists, and deeper only where that does not settle it: a reader of popular
    topics has hundreds of stories to choose ten from.
    """
    depth = FIRST_DEPTH * max(most, 1)
    while True:
        # Beyond a list that was cut, nothing better can follow than the last that was looked at.
        cut = [order[depth - 1] for order in orders if len(order) > depth]
        heads = sorted(chain.from_iterable(order[:depth] for order in orders))
        kept = _spread(heads, min(cut, default=None), candidates, unwanted, most)
        if kept is not None:
            return kept
        depth *= 8


def _spread(
    heads: Sequence[tuple[float, StoryId]],
    cut: tuple[float, StoryId] | None,
    candidates: Mapping[StoryId, Candidate],
    unwanted: Collection[StoryId],
    most: int,
) -> list[tuple[float, StoryId]] | None:
    """The first `most`, except that a publisher over its share waits until the others had their turn.

    None when more must be looked at to tell.
    """
    share = max(1, math.ceil(most * LEADING_SHARE))
    leads: dict[str, int] = {}
    seen: set[StoryId] = set()
    taken: list[tuple[float, StoryId]] = []
    waiting: list[tuple[float, StoryId]] = []
    for one in heads:
        if len(taken) == most:
            break
        if cut is not None and one > cut:
            return None
        story_id = one[1]
        if story_id in seen or story_id in unwanted:
            continue
        seen.add(story_id)
        publisher = candidates[story_id].publisher
        if publisher:
            count = leads[publisher] = leads.get(publisher, 0) + 1
            if count > share:
                waiting.append(one)
                continue
        taken.append(one)
    if len(taken) < most and cut is not None:
        return None
    return sorted((taken + waiting)[:most])

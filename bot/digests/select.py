"""Which stories an edition tells: new to the chat, the weightiest first, no publisher leading too many."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.digests.taste import NO_TASTE, Taste
from storage.records import Length, StoryId, TopicId

FIRST_REACH = timedelta(days=3)
LONGEST_REACH = timedelta(days=14)
# An article may be seen before an edition and join its story after it; the ledger keeps it from coming twice.
OVERLAP = timedelta(hours=2)
HALF_LIFE = timedelta(hours=18)
FEWER, MORE = 0.5, 2.0
LEADING_SHARE = 1 / 3

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    candidate: Candidate
    rank: float
    told_version: int
    """The state the chat was told; 0 where it is new to the chat."""
    fits: Fits

    @property
    def is_development(self) -> bool:
        return self.told_version > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    chosen: tuple[Chosen, ...]
    rest: tuple[StoryId, ...]
    """New stories that did not fit, best first."""

    @property
    def left_over(self) -> int:
        return len(self.rest)


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


def rank(candidate: Candidate, fits: Fits, taste: Taste = NO_TASTE) -> float:
    """The story's weight for one chat: fit counts from a half up, its likes and dislikes up to fourfold."""
    fit = max(fits.values(), default=0.0)
    return candidate.weight * (0.5 + fit / 2) * taste.factor(candidate.publisher, candidate.names, fits)


def select(
    found: Iterable[tuple[Candidate, Fits]],
    told: Mapping[StoryId, int],
    *,
    most: int,
    taste: Taste = NO_TASTE,
) -> Selection:
    """The best of what the chat does not know yet and has not muted, by rank."""
    new: list[Chosen] = []
    for candidate, fits in found:
        version = told.get(candidate.story_id, 0)
        if candidate.version <= version:
            continue
        if taste.has_mutes and taste.mutes(candidate.story_id, candidate.publisher, alone=candidate.is_alone):
            continue
        new.append(
            Chosen(candidate=candidate, rank=rank(candidate, fits, taste), told_version=version, fits=fits)
        )
    new.sort(key=lambda chosen: (-chosen.rank, chosen.candidate.story_id))
    kept = _spread(new, most)
    return Selection(
        chosen=tuple(chosen for chosen in new if chosen.candidate.story_id in kept),
        rest=tuple(chosen.candidate.story_id for chosen in new if chosen.candidate.story_id not in kept),
    )


def _spread(ranked: Sequence[Chosen], most: int) -> Collection[StoryId]:
    """The first `most`, except that a publisher over its share waits until the others had their turn."""
    share = max(1, math.ceil(most * LEADING_SHARE))
    leads: dict[str, int] = {}
    taken: list[StoryId] = []
    waiting: list[StoryId] = []
    for chosen in ranked:
        if len(taken) == most:
            break
        publisher = chosen.candidate.publisher
        if publisher and leads.get(publisher, 0) >= share:
            waiting.append(chosen.candidate.story_id)
            continue
        leads[publisher] = leads.get(publisher, 0) + 1
        taken.append(chosen.candidate.story_id)
    return frozenset((taken + waiting)[:most])

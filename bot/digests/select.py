"""Which stories an edition tells: new to the chat, the weightiest first, no publisher leading too many."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.records import Length, StoryId, TopicId

FIRST_REACH = timedelta(days=3)
LONGEST_REACH = timedelta(days=14)
# An article may be seen before an edition and join its story after it; the ledger keeps it from coming twice.
OVERLAP = timedelta(hours=2)
HALF_LIFE = timedelta(hours=18)
FEWER, MORE = 0.5, 2.0
LEADING_SHARE = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A story some topic of the chat matched."""

    story_id: StoryId
    version: int
    independent_count: int
    last_at: datetime
    publisher: str
    """Of the article that stands for the story."""
    fits: Mapping[TopicId, float]
    """How much it is about each of the chat's topics; none for a story nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    candidate: Candidate
    rank: float
    is_development: bool
    """The chat was told an earlier state of it."""


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


def select(
    candidates: Iterable[Candidate], told: Mapping[StoryId, int], *, most: int, now: datetime
) -> Selection:
    """The best of what the chat does not know yet, by rank."""
    new = [
        Chosen(candidate=candidate, rank=rank(candidate, now=now), is_development=candidate.story_id in told)
        for candidate in candidates
        if candidate.version > told.get(candidate.story_id, 0)
    ]
    new.sort(key=lambda chosen: (-chosen.rank, chosen.candidate.story_id))
    chosen = _spread(new, most)
    return Selection(chosen=tuple(chosen), left_over=len(new) - len(chosen))


def rank(candidate: Candidate, *, now: datetime) -> float:
    """Independent sources count by doublings, freshness halves every 18 hours, fit weighs from a half up."""
    sources = 1 + math.log2(max(candidate.independent_count, 1))
    age = max(now - candidate.last_at, timedelta(0))
    freshness = math.pow(0.5, age / HALF_LIFE)
    fit = max(candidate.fits.values(), default=0.0)
    return sources * freshness * (0.5 + fit / 2)


def _spread(ranked: Sequence[Chosen], most: int) -> list[Chosen]:
    """The first `most`, except that a publisher over its share waits until the others had their turn."""
    share = max(1, math.ceil(most * LEADING_SHARE))
    leads: dict[str, int] = {}
    taken: list[Chosen] = []
    waiting: list[Chosen] = []
    for chosen in ranked:
        publisher = chosen.candidate.publisher
        if publisher and leads.get(publisher, 0) >= share:
            waiting.append(chosen)
            continue
        leads[publisher] = leads.get(publisher, 0) + 1
        taken.append(chosen)
    kept = {chosen.candidate.story_id for chosen in (taken + waiting)[:most]}
    return [chosen for chosen in ranked if chosen.candidate.story_id in kept]

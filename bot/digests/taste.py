"""What a chat has said it wants more of, less of, or nothing at all of, and what that does to a story."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from storage.records import StoryId, TopicId
from storage.wishes import Mute, MuteKind, Opinion

# Of one answer, for each trait shared with the story judged: four shared traits double or halve a rank.
# Chosen, not measured: one tap must be felt, and five must not leave a digest empty.
PER_TRAIT = 0.25
MOST = 2.0
"""Doublings at most, up or down."""
OPINIONS_LAST = timedelta(days=90)
MOST_NAMES = 4


class Muteable(Protocol):
    """What of a story decides whether it is muted."""

    @property
    def publisher(self) -> str: ...

    @property
    def is_alone(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Taste:
    """One chat's likes, dislikes and mutes."""

    leanings: Mapping[str, int] = field(default_factory=dict)
    """How often a trait was liked, less how often disliked."""
    muted_stories: frozenset[StoryId] = frozenset()
    """Muted themselves, or matched by a muted topic."""
    muted_publishers: frozenset[str] = frozenset()

    @property
    def has_mutes(self) -> bool:
        return bool(self.muted_stories or self.muted_publishers)

    def mutes(self, story_id: StoryId, candidate: Muteable) -> bool:
        """A muted publisher's story still comes when others report it too, told by them."""
        return story_id in self.muted_stories or (
            candidate.is_alone and candidate.publisher in self.muted_publishers
        )

    def factor(self, publisher: str, names: Iterable[str], topic_ids: Iterable[TopicId]) -> float:
        """What a story's rank is multiplied by: 1 where nothing was said of its like."""
        if not self.leanings:
            return 1.0
        said = sum(self.leanings.get(trait, 0) for trait in traits(publisher, names, topic_ids))
        return float(2.0 ** max(-MOST, min(MOST, said * PER_TRAIT)))


NO_TASTE = Taste()


def traits(publisher: str, names: Iterable[str], topic_ids: Iterable[TopicId]) -> tuple[str, ...]:
    """What an answer about a story says something of: its publisher, names and topics."""
    found = [f"publisher:{publisher}"] if publisher else []
    found += [f"topic:{topic_id}" for topic_id in topic_ids]
    return (*found, *(f"name:{name}" for name in names))


def leanings(opinions: Iterable[Opinion], *, now: datetime) -> dict[str, int]:
    """All answers of the last months together, by trait."""
    tally: Counter[str] = Counter()
    for opinion in opinions:
        if opinion.said_at > now - OPINIONS_LAST:
            for trait in opinion.traits:
                tally[trait] += opinion.value
    return dict(tally)


def muted(mutes: Iterable[Mute], kind: MuteKind) -> Collection[str]:
    """What is muted of this kind."""
    return [mute.about for mute in mutes if mute.kind is kind]

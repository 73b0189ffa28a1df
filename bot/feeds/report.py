"""What came of a round of visits to feeds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storage.records import Feed


class Outcome(StrEnum):
    NEW = "new"
    """The feed answered with something we had not seen as a whole."""
    UNCHANGED = "unchanged"
    FAILED = "failed"
    PAUSED = "paused"
    """Failed once too often: rests until somebody wakes it."""
    POSTPONED = "postponed"
    """Not asked: its host wants to be left alone for a while."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One look at one feed."""

    feed: Feed
    outcome: Outcome
    stored: int = 0
    known: int = 0
    refused: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Collected:
    visits: tuple[Visit, ...] = ()
    more: bool = False
    """Feeds are left that are due."""

    @property
    def stored(self) -> int:
        return sum(visit.stored for visit in self.visits)

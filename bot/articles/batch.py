"""What comes in together, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.articles.draft import Draft, Refusal
from bot.articles.feed_reading import FeedReading
from storage.records import ArticleId, FeedId, FeedVisit


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Drafts that came together out of a file, or what a process read in a feed."""

    drafts: Sequence[Draft] = ()
    reading: FeedReading | None = None
    """Judged already; then there are no drafts."""
    feed_id: FeedId | None = None
    visit: FeedVisit | None = None
    """Saved with what it vouches for."""
    is_archive: bool = False
    """Of the drafts."""

    @property
    def count(self) -> int:
        """How many texts it is about."""
        return len(self.drafts) + (self.reading.count if self.reading else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What came of a batch of drafts; stored, known and refused add up to the drafts with all they list."""

    stored: tuple[ArticleId, ...] = ()
    known: int = 0
    refused: tuple[Refusal, ...] = ()
    changed: int = 0
    """So many of the known say something else now."""
    left_out: int = 0
    """So many more were not looked at."""
    is_braked: bool = False
    """There was more that is new than a feed can have news: it was stored as archive."""

    def __add__(self, other: Intake) -> Intake:
        return Intake(
            stored=self.stored + other.stored,
            known=self.known + other.known,
            refused=self.refused + other.refused,
            changed=self.changed + other.changed,
            left_out=self.left_out + other.left_out,
            is_braked=self.is_braked or other.is_braked,
        )

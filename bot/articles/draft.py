"""What a reader of files or feeds hands over: a text that may become an article, or the reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from storage.records import ArticleId, FeedId, FeedVisit, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One text as found, not yet judged: cleaning, identity and time come with `to_new_article`."""

    origin: Origin
    title: str = ""
    text: str = ""
    summary: str = ""
    url: str = ""
    """Empty for a text that came without an address."""
    publisher: str = ""
    language: str = ""
    author: str = ""
    section: str = ""
    published_at: datetime | None = None
    entry: str = ""
    """What the feed calls this entry, whatever becomes of its address."""
    where: str = ""
    """The place a person finds it again: file and line."""
    listed: tuple[Draft, ...] = ()
    """Texts the page lists as similar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Drafts that came together, from one visit to a feed or out of a file."""

    drafts: Sequence[Draft] = ()
    feed_id: FeedId | None = None
    visit: FeedVisit | None = None
    """Saved with what it vouches for."""
    is_archive: bool = False
    left_out: int = 0
    """So many more came than one visit may bring."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A text that could not be used: where it stands and why, as a sentence."""

    where: str
    reason: str


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

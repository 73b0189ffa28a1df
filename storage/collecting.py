"""What collecting keeps beside feeds and articles: earlier wordings, pages owed, how feeds do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from storage.records import ArticleId


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPace:
    """How much news a feed has brought."""

    today: int
    """In the last 24 hours."""
    before: int
    """In the thirteen days before these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHaul:
    """What a feed has brought as news in the time looked at."""

    entries: int
    with_text: int
    """So many of them are whole texts by now."""
    delay_s: float | None
    """Average seconds between publication and first sight; None when no date says anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleVersion:
    """What an article said before its publisher changed it."""

    article_id: ArticleId
    number: int
    title: str
    summary: str
    text: str
    content_hash: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedPage:
    """A page still to be fetched for an article that came without its text."""

    article_id: ArticleId
    host: str
    due_at: datetime
    attempts: int = 0
    awaited_until: datetime
    """So long the article waits for its text before it is put into a story."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherCount:
    """How much a publisher has brought, and how fresh it is."""

    publisher: str
    article_count: int
    last_published_at: datetime
    last_seen_at: datetime

"""What parsing finds in a feed; nothing of it is stored or trusted yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a fetched feed, its markup turned into plain text."""

    identity: str = ""
    """The feed's own name for it, when the feed gives each entry another one; else its address or content."""
    url: str = ""
    """http or https, or empty."""
    title: str = ""
    summary: str = ""
    text: str = ""
    author: str = ""
    section: str = ""
    language: str = ""
    publisher: str = ""
    """Whom an aggregator's feed took the entry from."""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    title: str = ""
    site_url: str = ""
    language: str = ""
    entries: tuple[Entry, ...] = ()

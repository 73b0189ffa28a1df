"""Entries of a feed as drafts."""

from __future__ import annotations

from bot.articles.address import canonical_url
from bot.articles.draft import Draft
from bot.errors import IngestError
from bot.feeds.entries import ParsedFeed
from storage.records import NewFeed, Origin


def drafts_of(parsed: ParsedFeed, *, where: str, feed: NewFeed | None = None) -> list[Draft]:
    """One draft an entry; what we know of the feed goes before what it says of itself."""
    publisher = feed.publisher if feed else parsed.title
    language = (feed.language if feed else "") or parsed.language
    section = feed.section if feed else ""
    return [
        Draft(
            origin=Origin.FEED,
            url=_usable(entry.url),
            title=entry.title,
            text=entry.text,
            summary=entry.summary,
            publisher=entry.publisher or publisher,
            language=entry.language or language,
            author=entry.author,
            section=section or entry.section,
            published_at=entry.published_at,
            entry=entry.identity,
            where=f"{where}, entry {number}",
        )
        for number, entry in enumerate(parsed.entries, start=1)
    ]


def _usable(url: str) -> str:
    """A link nobody can follow is dropped; the entry lives on by its content."""
    try:
        return canonical_url(url)
    except IngestError:
        return ""

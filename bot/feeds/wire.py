"""Parsed feeds as plain values for the pipe between processes; text that cannot be encoded is mended."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from bot.feeds.entries import Entry, ParsedFeed


def to_wire(feed: ParsedFeed) -> dict[str, Any]:
    """Strings, lists and dictionaries alone."""
    return {**_mended(asdict(feed)), "entries": [_mended(asdict(entry)) for entry in feed.entries]}


def from_wire(value: dict[str, Any]) -> ParsedFeed:
    """The feed back from what `to_wire` made."""
    entries = tuple(
        Entry(**{**entry, "published_at": _instant(entry["published_at"])}) for entry in value["entries"]
    )
    return ParsedFeed(**{**value, "entries": entries})


def _mended(value: dict[str, Any]) -> dict[str, Any]:
    return {key: _plain(part) for key, part in value.items() if key != "entries"}


def _plain(part: object) -> object:
    if isinstance(part, datetime):
        return part.isoformat()
    # A lone half of a surrogate pair has no bytes.
    return part.encode("utf-8", "replace").decode() if isinstance(part, str) else part


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

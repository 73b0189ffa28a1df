"""Parsed feeds as bytes for the pipe between processes; text that cannot be encoded is mended."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

import orjson

from bot.feeds.entries import Entry, ParsedFeed


def to_wire(feed: ParsedFeed) -> bytes:
    """JSON, instants as ISO 8601."""
    try:
        return orjson.dumps(feed)
    except TypeError:
        # A lone half of a surrogate pair has no bytes.
        return orjson.dumps({**_mended(feed), "entries": [_mended(entry) for entry in feed.entries]})


def from_wire(value: dict[str, Any]) -> ParsedFeed:
    """The feed back from what `to_wire` made."""
    entries = tuple(
        Entry(**{**entry, "published_at": _instant(entry["published_at"])}) for entry in value["entries"]
    )
    return ParsedFeed(**{**value, "entries": entries})


def _mended(value: ParsedFeed | Entry) -> dict[str, Any]:
    parts = {each.name: getattr(value, each.name) for each in fields(value)}
    return {
        key: part.encode("utf-8", "replace").decode() if isinstance(part, str) else part
        for key, part in parts.items()
    }


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

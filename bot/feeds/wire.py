"""Parsed feeds as bytes for the pipe between processes; text that cannot be encoded is mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeVar, cast

import orjson

from bot.feeds.entries import Entry, ParsedFeed

T = TypeVar("T")

_DATE = Entry._fields.index("published_at")


def to_wire(feed: ParsedFeed) -> bytes:
    """JSON, instants as ISO 8601."""
    try:
        return _dumped(feed)
    except TypeError:
        # A lone half of a surrogate pair has no bytes.
        return _dumped(mended(feed))


def from_wire(wire: bytes) -> ParsedFeed:
    """The feed back from what `to_wire` made."""
    title, site_url, language, left_out, rows = orjson.loads(wire)
    instant = datetime.fromisoformat
    for row in rows:
        if row[_DATE]:
            row[_DATE] = instant(row[_DATE])
    return ParsedFeed(
        title=title,
        site_url=site_url,
        language=language,
        entries=tuple([Entry(*row) for row in rows]),
        left_out=left_out,
    )


def mended(feed: ParsedFeed) -> ParsedFeed:
    """The same with a question mark for each character that has no bytes."""
    return replace(
        feed,
        title=_mended(feed.title),
        site_url=_mended(feed.site_url),
        language=_mended(feed.language),
        entries=tuple([Entry._make(map(_mended, entry)) for entry in feed.entries]),
    )


def _dumped(feed: ParsedFeed) -> bytes:
    rows = [tuple(entry) for entry in feed.entries]
    return orjson.dumps((feed.title, feed.site_url, feed.language, feed.left_out, rows))


def _mended(value: T) -> T:
    return cast("T", value.encode("utf-8", "replace").decode()) if isinstance(value, str) else value

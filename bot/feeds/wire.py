"""Parsed feeds as bytes for the pipe between processes; text that cannot be encoded is mended.

How many entries there are stands before all, so that nobody has to read a feed to know how large it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson

from bot.feeds.entries import Entry, ParsedFeed

COUNT_BYTES = 4
_DATE = Entry._fields.index("published_at")


def to_wire(feed: ParsedFeed) -> bytes:
    """The count, then JSON, instants as ISO 8601."""
    head = (feed.title, feed.site_url, feed.language, feed.left_out)
    rows: list[tuple[Any, ...]] = list(map(tuple, feed.entries))
    try:
        found = orjson.dumps((*head, rows))
    except TypeError:
        # A lone half of a surrogate pair has no bytes.
        found = orjson.dumps((*_mended(head), list(map(_mended, rows))))
    return len(rows).to_bytes(COUNT_BYTES) + found


def count_of(wire: bytes) -> int:
    """How many entries `to_wire` was given."""
    return int.from_bytes(wire[:COUNT_BYTES])


def from_wire(wire: bytes) -> ParsedFeed:
    """The feed back from what `to_wire` made; takes its time for a large one."""
    title, site_url, language, left_out, rows = orjson.loads(wire[COUNT_BYTES:])
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


def _mended(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(
        value.encode("utf-8", "replace").decode() if isinstance(value, str) else value for value in values
    )

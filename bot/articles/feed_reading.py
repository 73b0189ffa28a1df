"""What a process read in a feed, as bytes for the pipe between processes: its entries, judged.

What the visit has to know stands before all, so that nobody unpacks a large feed to plan the next visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from bot.articles.draft import Refusal
from bot.articles.ingest import Judged
from storage.records import FeedId, NewArticle, Origin

HEAD_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """A feed's entries, read and judged somewhere else."""

    count: int
    """How many entries."""
    left_out: int
    """So many more than one visit may bring."""
    latest: tuple[datetime, ...]
    """When the latest were published, as far as the feed says so."""
    packed: bytes

    def judged(self, *, now: datetime, feed_id: FeedId | None) -> Judged:
        """The entries as they are first seen now; takes its time for a large feed."""
        articles, entries, refused, repeated = orjson.loads(self.packed)
        found = Judged(refused=[Refusal(*each) for each in refused], repeated=repeated)
        for row in articles:
            article = _article(row, now, feed_id)
            found.articles[article.url_key] = article
            if row[-1]:
                found.telling[article.content_hash] = article.url_key
        keys = list(found.articles)
        found.entries = {entry: keys[place] for entry, place in entries}
        return found


def to_wire(judged: Judged, *, count: int, left_out: int, latest: Sequence[datetime], now: datetime) -> bytes:
    """Of entries judged at `now`, which stands for the time of those that have none.

    Raises TypeError for text that has no bytes.
    """
    head = orjson.dumps((count, left_out, latest))
    places = {key: place for place, key in enumerate(judged.articles)}
    telling = set(judged.telling.values())
    return b"".join((
        len(head).to_bytes(HEAD_BYTES),
        head,
        orjson.dumps((
            [_row(article, now, article.url_key in telling) for article in judged.articles.values()],
            [(entry, places[key]) for entry, key in judged.entries.items()],
            [(one.where, one.reason) for one in judged.refused],
            judged.repeated,
        )),
    ))  # fmt: skip


def from_wire(wire: bytes) -> FeedReading:
    """What `to_wire` was given; the entries stay packed."""
    start = HEAD_BYTES + int.from_bytes(wire[:HEAD_BYTES])
    count, left_out, latest = orjson.loads(wire[HEAD_BYTES:start])
    return FeedReading(
        count=count, left_out=left_out, latest=tuple(map(datetime.fromisoformat, latest)), packed=wire[start:]
    )


def _row(new: NewArticle, now: datetime, is_telling: bool) -> tuple[Any, ...]:
    return (
        new.url, new.url_key, new.title, new.text, new.summary, new.publisher, new.language, new.author,
        new.section, None if new.published_at == now else new.published_at, new.is_archive, new.content_hash,
        is_telling,
    )  # fmt: skip


def _article(row: Sequence[Any], now: datetime, feed_id: FeedId | None) -> NewArticle:
    said = row[9]
    return NewArticle(
        url=row[0],
        url_key=row[1],
        title=row[2],
        text=row[3],
        summary=row[4],
        publisher=row[5],
        language=row[6],
        author=row[7],
        section=row[8],
        published_at=min(datetime.fromisoformat(said), now) if said else now,
        first_seen_at=now,
        origin=Origin.FEED,
        feed_id=feed_id,
        is_archive=row[10],
        content_hash=row[11],
    )

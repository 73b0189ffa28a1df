"""Reads pages in processes of their own; a page can be made so that reading it never ends."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

import orjson

from bot.articles.draft import Draft
from bot.articles.encoding import decode
from bot.articles.page_walls import Obstacle
from bot.articles.pages import Reading, examine
from bot.errors import FeedUnreadable, IngestError
from bot.feeds.processes import limit_memory, serve
from storage.records import Origin

MODULE = "bot.articles.page_worker"
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_TEXTS = ("url", "title", "text", "summary", "publisher", "language", "author", "section")


def page_text(body: bytes, content_type: str = "") -> str:
    """The page's markup in the encoding its server or itself names, else in the one it fits."""
    declared = _CHARSET.search(content_type) or _CHARSET.search(body[:2048].decode("latin-1"))
    if declared and not body.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        name = declared[1].lower()
        # What calls itself Latin-1 is Windows' variant of it, as browsers read it.
        name = "cp1252" if name in {"iso-8859-1", "latin1", "us-ascii"} else name
        try:
            return body.decode(name)
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(body)


def to_wire(reading: Reading) -> bytes:
    """JSON with strings alone; text that cannot be encoded is mended."""
    draft = reading.draft
    said = draft.published_at.isoformat() if draft.published_at else ""
    texts = {name: str(getattr(draft, name)).encode(errors="replace").decode() for name in _TEXTS}
    return orjson.dumps({**texts, "published_at": said, "obstacle": reading.obstacle.value})


def from_wire(value: Mapping[str, Any]) -> Reading:
    """What the process read."""
    texts: dict[str, Any] = {name: str(value[name]) for name in _TEXTS}
    said = datetime.fromisoformat(value["published_at"]) if value["published_at"] else None
    draft = Draft(origin=Origin.PAGE, published_at=said, **texts)
    return Reading(draft, Obstacle(value["obstacle"]))


def _read(body: bytes, request: Mapping[str, Any]) -> bytes:
    try:
        return to_wire(examine(page_text(body, request["content_type"]), url=request["url"]))
    except IngestError as error:
        raise FeedUnreadable(str(error)) from error


if __name__ == "__main__":
    for heavy in ("trafilatura", "htmldate"):
        import_module(heavy)  # not on the first page's time
    limit_memory()
    serve(sys.stdin.buffer, sys.stdout.buffer, _read)

"""Reads articles given as JSON, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from bot.articles.address import canonical_url
from bot.articles.draft import Draft, Refusal
from bot.errors import IngestError
from bot.feeds.dates import read_date
from storage.records import Origin

MOST_BYTES = 10_000_000
_REQUIRED = ("url", "title", "text")
_OPTIONAL = ("summary", "publisher", "language", "author", "section")


def read_lines(lines: Iterable[bytes], where: str) -> Iterator[Draft | Refusal]:
    """One draft or refusal a line; empty lines are passed over, the lines after a bad one go on."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        place = f"{where}:{number}"
        try:
            yield to_draft(_decoded(line), place)
        except IngestError as error:
            yield Refusal(place, str(error))


def to_draft(value: object, where: str) -> Draft:
    """Raises IngestError saying which key is missing or wrong."""
    if not isinstance(value, dict):
        raise IngestError("it is no JSON object")
    missing = [key for key in _REQUIRED if key not in value]
    if missing:
        raise IngestError(f"the key {', '.join(missing)} is missing")
    wrong = [key for key in (*_REQUIRED, *_OPTIONAL) if not isinstance(value.get(key) or "", str)]
    if wrong:
        raise IngestError(f"the key {', '.join(wrong)} holds no text")
    texts = {key: str(value.get(key) or "") for key in (*_REQUIRED, *_OPTIONAL)}
    return Draft(
        origin=Origin.FILE,
        # Without an address the line is not the article its writer meant; checked here to name the line.
        url=canonical_url(texts["url"]),
        title=texts["title"],
        text=texts["text"],
        summary=texts["summary"],
        publisher=texts["publisher"],
        language=texts["language"],
        author=texts["author"],
        section=texts["section"],
        published_at=_date(value),
        where=where,
    )


def _decoded(line: bytes) -> Any:
    if len(line) > MOST_BYTES:
        raise IngestError("the line is longer than 10 MB")
    try:
        return orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise IngestError(f"it is no JSON: {error.msg} at character {error.colno}") from error


def _date(value: dict[str, Any]) -> datetime | None:
    said = value.get("published_at")
    if said is None or said == "":
        return None
    found = read_date(said) if isinstance(said, str) else None
    if found is None:
        raise IngestError("published_at is no date; expected ISO 8601 such as 2026-03-11T07:30:00+01:00")
    return found

"""Reads whatever a person has: dumps, feeds, JSON Lines, saved pages, folders; the content tells which."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import orjson

from bot.articles import dumps, jsonlines, pages
from bot.articles.draft import Draft, Refusal
from bot.articles.encoding import decode
from bot.articles.from_feed import drafts_of
from bot.articles.page_worker import page_text
from bot.errors import FeedUnreadable, IngestError
from bot.feeds import jsonfeed, parse

MOST_BYTES = 100_000_000
_HEAD = 65_536
_GZIP = b"\x1f\x8b"
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)\b", re.IGNORECASE)
_OPML = re.compile(rb"<opml\b", re.IGNORECASE)
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    r"<(?:!doctype\s+html|html|head|body|article|main|div|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)


def files_of(path: Path) -> list[Path]:
    """The file itself, or a folder's files in the order of their names, hidden ones left out."""
    if not path.is_dir():
        return [path]
    return sorted(
        file
        for file in path.rglob("*")
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
    )


def read_path(path: Path, *, moved: Callable[[int], object] = bool) -> Iterator[Draft | Refusal]:
    """Every text of a file or folder; `moved` hears how many bytes were read since the last text."""
    files = files_of(path)
    if not files:
        yield Refusal(str(path), "the folder is empty")
    for file in files:
        yield from _read_file(file, moved)


def _read_file(path: Path, moved: Callable[[int], object]) -> Iterator[Draft | Refusal]:
    where = str(path)
    at = 0
    if path.exists() and not path.is_file():
        yield Refusal(where, "it is no file")
        return
    try:
        with path.open("rb") as raw, _unpacked(raw) as file:
            for found in _read(file, where):
                moved(raw.tell() - at)
                at = raw.tell()
                yield found
    except FileNotFoundError:
        yield Refusal(where, "there is no such file or folder")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield Refusal(where, "the compressed file is damaged")
    except OSError as error:
        yield Refusal(where, f"the file cannot be read: {error.strerror or error}")
    except (IngestError, FeedUnreadable) as error:
        yield Refusal(where, str(error))


def _unpacked(file: IO[bytes]) -> IO[bytes]:
    head = file.read(2)
    file.seek(0)
    return gzip.GzipFile(fileobj=file) if head == _GZIP else file  # type: ignore[return-value]


def _read(file: IO[bytes], where: str) -> Iterator[Draft | Refusal]:
    head = file.read(_HEAD)
    if not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise IngestError("the file is empty")
    if _is_json_lines(head):
        # The only kind that may be larger than memory.
        yield from jsonlines.read_lines(_lines(head, file), where)
        return
    body = head + file.read(MOST_BYTES)
    if len(body) > MOST_BYTES:
        raise IngestError("the file is larger than 100 MB")
    yield from _read_whole(body, where)


def _read_whole(body: bytes, where: str) -> Iterator[Draft | Refusal]:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = re.sub(rb"^(<\?xml[^>]*?) encoding=[\"'][^\"']*[\"']", rb"\1", decode(body).encode())
    start = body[:_HEAD]
    if _OPML.search(start[:4096]):
        raise IngestError("it is a list of feeds; `depesche feeds import` takes it")
    if jsonfeed.looks_like(body) or _FEED.search(start[:4096]):
        drafts = drafts_of(parse.parse(body), where=where)
        if not drafts:
            raise IngestError("the feed has no entries")
        yield from drafts
        return
    if start.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in {b"[", b"{"}:
        yield from _json_list(body, where)
        return
    text = decode(body)
    if _PAGE.match(text[:4096]):
        yield pages.read_page(page_text(body), where)
    else:
        yield from dumps.read_dump(text, where)


def _is_json_lines(head: bytes) -> bool:
    """Whether a line is a whole JSON object; the first alone may be broken or too long to end here."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text.startswith(b"{") or jsonfeed.looks_like(head):
        return False
    lines = text.split(b"\n")
    is_long = len(lines) == 1 and len(head) == _HEAD
    return is_long or any(_is_object(line) for line in lines)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False


def _lines(head: bytes, rest: IO[bytes]) -> Iterator[bytes]:
    """Lines of what was read and what follows, none kept longer than it is looked at."""
    whole, newline, begun = head.rpartition(b"\n")
    yield from io.BytesIO(whole + newline)
    begun += rest.readline(jsonlines.MOST_BYTES + 1)
    while begun:
        yield begun
        # What is over the limit is refused as one line: its rest is no line of its own.
        while begun and len(begun) > jsonlines.MOST_BYTES and not begun.endswith(b"\n"):
            begun = rest.readline(jsonlines.MOST_BYTES + 1)
        begun = rest.readline(jsonlines.MOST_BYTES + 1)


def _json_list(body: bytes, where: str) -> Iterator[Draft | Refusal]:
    try:
        value = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        raise IngestError("it is broken JSON") from None
    items = value if isinstance(value, list) else [value]
    if not items:
        raise IngestError("the list is empty")
    for number, item in enumerate(items, start=1):
        place = f"{where}, item {number}"
        try:
            yield jsonlines.to_draft(item, place)
        except IngestError as error:
            yield Refusal(place, str(error))

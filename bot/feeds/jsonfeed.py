"""Reads JSON Feed 1.0 and 1.1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin

import orjson

from bot.errors import FeedUnreadable
from bot.feeds.dates import home_zone, read_date
from bot.feeds.entries import Entry, ParsedFeed, identity, shared_addresses
from bot.feeds.markup import plain_line, plain_text


def looks_like(body: bytes) -> bool:
    """Whether the bytes are JSON that names itself a feed."""
    start = body[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and b"jsonfeed.org/version/" in start.replace(b"\\/", b"/")


def parse(body: bytes, *, url: str = "") -> ParsedFeed:
    """Raises FeedUnreadable when it is broken JSON."""
    try:
        feed = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise FeedUnreadable("the feed is broken JSON") from error
    language = _string(feed, "language")
    site = urljoin(url, _string(feed, "home_page_url"))
    items = feed.get("items")
    usable = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    counts = Counter(_string(item, "id") for item in usable)
    shared = shared_addresses((_address(item), _string(item, "title")) for item in usable)
    return ParsedFeed(
        title=plain_line(_string(feed, "title")),
        site_url=site,
        language=language,
        entries=tuple(
            _entry(item, site or url, language, shared, is_alone=counts[_string(item, "id")] == 1)
            for item in usable
        ),
    )


def _entry(
    item: Mapping[str, Any], base: str, language: str, shared: Container[str], *, is_alone: bool
) -> Entry:
    address = urljoin(base, _address(item))
    if _address(item) in shared or not address.lower().startswith(("http://", "https://")):
        address = ""
    title = " ".join(_string(item, "title").split())
    summary = plain_text(_string(item, "summary"))
    text = _string(item, "content_text") or plain_text(_string(item, "content_html"))
    tags = item.get("tags")
    return Entry(
        identity=identity(_string(item, "id") if is_alone else "", address, (title, summary, text.strip())),
        url=address,
        title=title,
        summary=summary,
        text=text.strip(),
        author=_author(item),
        section=str(tags[0]) if isinstance(tags, list) and tags else "",
        language=_string(item, "language") or language,
        published_at=read_date(
            _string(item, "date_published") or _string(item, "date_modified"), home_zone(language)
        ),
    )


def _address(item: Mapping[str, Any]) -> str:
    return _string(item, "url") or _string(item, "external_url")


def _author(item: Mapping[str, Any]) -> str:
    authors = item.get("authors")
    first = authors[0] if isinstance(authors, Sequence) and authors else item.get("author")
    return _string(first, "name") if isinstance(first, dict) else ""


def _string(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else str(found) if isinstance(found, int) else ""

"""Reads feeds by feedparser: all there are, broken ones too, and slowly."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

import feedparser

from bot.errors import FeedUnreadable
from bot.feeds.raw import RawEntry, RawFeed, Words

# Some systems write what lies beyond the first 65,536 characters as its two halves, by their numbers.
HALF = (
    rb"(?:[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2}|0*5(?:529[6-9]|5[3-9]\d\d|6\d{3}|7[0-2]\d\d|73[0-3]\d|734[0-3]))"
)
HALVES = re.compile(rb"(?:&#%b;)+" % HALF)
_NUMBER = re.compile(rb"&#0*([xX]?[0-9a-fA-F]+);")


def read(body: bytes, *, url: str = "", content_type: str = "") -> RawFeed:
    """Raises FeedUnreadable for what is no feed."""
    # Halves of characters have no bytes: feedparser stumbles over the first.
    body = HALVES.sub(_whole, body)
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    try:
        # A stream: bytes alone it would try as the name of a file of ours first.
        # Its cleaning of markup is slow, and only plain text is kept of it here.
        found: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a foreign parser on foreign bytes may raise whatever it likes
        raise FeedUnreadable(f"the feed cannot be read: {type(error).__name__}") from error
    if not found.get("version") and not found["entries"]:
        raise FeedUnreadable("the answer is no feed that can be read")
    feed = found["feed"]
    return RawFeed(
        title=str(feed.get("title") or ""),
        link=str(feed.get("link") or ""),
        language=str(feed.get("language") or ""),
        entries=[_entry(item) for item in found["entries"]],
    )


def _whole(halves: re.Match[bytes]) -> bytes:
    """The character that two halves make, else a replacement for each."""
    numbers = [int(b"0" + n if n[:1] in b"xX" else n, 0) for n in _NUMBER.findall(halves[0])]
    found = b"".join(chr(n).encode("utf-16-le", "surrogatepass") for n in numbers)
    return b"".join(b"&#%d;" % ord(sign) for sign in found.decode("utf-16-le", "replace"))


def _entry(item: Mapping[str, Any]) -> RawEntry:
    links = [link for link in item.get("links") or () if link.get("rel", "alternate") == "alternate"]
    title = item.get("title_detail") or {}
    # Asked as the dictionary it is: feedparser would answer for "updated" with "published", and warn of it.
    values: dict[str, Any] = dict(item.items())

    def written(name: str) -> str:
        return str(values.get(name) or "")

    return RawEntry(
        id=str(item.get("id") or ""),
        id_is_link=bool(item.get("guidislink", False)),
        link=str(item.get("link") or ""),
        links=[str(link["href"]) for link in links if link.get("href")],
        title=_words(title, item.get("title")),
        title_language=str(title.get("language") or ""),
        summary=_words(item.get("summary_detail"), item.get("summary")),
        contents=[_words(content, "") for content in item.get("content") or ()],
        author=str(item.get("author") or ""),
        tags=[str(tag.get("term") or "") for tag in item.get("tags") or ()],
        source=str(_mapping(item.get("source")).get("title") or ""),
        dates=(written("published"), written("created"), written("updated")),
    )


def _words(detail: Mapping[str, Any] | None, value: object) -> Words:
    # What stands deeper replaces the detail, not the value.
    found = _mapping(detail)
    return Words(str(value or found.get("value") or ""), str(found.get("type") or "text/html"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}

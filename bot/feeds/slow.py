"""Reads feeds by feedparser: all there are, broken ones too, and slowly."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import feedparser

from bot.errors import FeedUnreadable
from bot.feeds.raw import RawEntry, RawFeed, Words


def read(body: bytes, *, url: str = "", content_type: str = "") -> RawFeed:
    """Raises FeedUnreadable for what is no feed."""
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

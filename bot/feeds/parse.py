"""Reads a feed's bytes: RSS, RDF and Atom by feedparser, JSON Feed by ourselves."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import urljoin

import feedparser

from bot.errors import FeedUnreadable
from bot.feeds import jsonfeed
from bot.feeds.dates import home_zone, read_date
from bot.feeds.entries import Entry, ParsedFeed
from bot.feeds.markup import plain_line, plain_text

MOST_ENTRIES = 2_000
MOST_TEXT = 200_000
# A "description" of this length is the text itself, whatever the feed calls it.
LONG_SUMMARY = 1_500
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)


def parse(body: bytes, *, url: str = "", content_type: str = "", language: str = "") -> ParsedFeed:
    """The feed with its entries, in its order; raises FeedUnreadable for what is none.

    `language` is what the feed is known to be written in, for dates without a zone.
    """
    if not body.strip():
        raise FeedUnreadable("the answer is empty")
    if jsonfeed.looks_like(body):
        return _named(jsonfeed.parse(body, url=url))
    if _PAGE.match(body.removeprefix(b"\xef\xbb\xbf")[:4096]) and not _FEED.search(body[:4096]):
        raise FeedUnreadable("the answer is a web page, no feed")
    found = _feedparser(body, url, content_type)
    if not found.get("version") and not found["entries"]:
        raise FeedUnreadable("the answer is no feed that can be read")
    feed = found["feed"]
    spoken = str(feed.get("language") or language)
    site = _web_address(feed.get("link"), url)
    entries = [_entry(item, url, site, home_zone(spoken)) for item in found["entries"][:MOST_ENTRIES]]
    title = plain_line(str(feed.get("title") or ""))
    return _named(ParsedFeed(title=title, site_url=site, language=spoken, entries=tuple(entries)))


def _feedparser(body: bytes, url: str, content_type: str) -> Mapping[str, Any]:
    headers = {"content-location": url} | ({"content-type": content_type} if content_type else {})
    try:
        # Its cleaning of markup is slow, and only plain text is kept of it here.
        found: Mapping[str, Any] = feedparser.parse(
            body, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # a foreign parser on foreign bytes may raise whatever it likes
        raise FeedUnreadable(f"the feed cannot be read: {type(error).__name__}") from error
    return found


def _entry(item: Mapping[str, Any], url: str, site: str, zone: tzinfo) -> Entry:
    summary = _text(item.get("summary_detail"), item.get("summary"))
    text = max((_text(content, "") for content in item.get("content") or ()), key=len, default="")
    if not text and len(summary) >= LONG_SUMMARY:
        text, summary = summary, ""
    title = item.get("title_detail") or {}
    return Entry(
        identity=str(item.get("id") or ""),
        url=_link(item, site or url),
        title=" ".join(_text(title, item.get("title")).split()),
        summary="" if summary == text else summary,
        text=text[:MOST_TEXT],
        author=plain_line(str(item.get("author") or "")),
        section=_section(item),
        language=str(title.get("language") or ""),
        publisher=plain_line(str((item.get("source") or {}).get("title") or "")),
        published_at=_published(item, zone),
    )


def _text(detail: Mapping[str, Any] | None, value: object) -> str:
    text = str((detail or {}).get("value") or value or "")
    kind = str((detail or {}).get("type") or "text/html")
    return plain_text(text) if "html" in kind else text.strip()


def _link(item: Mapping[str, Any], base: str) -> str:
    links = [link for link in item.get("links") or () if link.get("rel", "alternate") == "alternate"]
    named = [item.get("link"), *(link.get("href") for link in links)]
    # The permanent address stands in the guid where the link is missing.
    if item.get("guidislink", False):
        named.append(item.get("id"))
    return next((address for each in named if (address := _web_address(each, base))), "")


def _web_address(address: object, base: str) -> str:
    text = str(address or "").strip()
    if not text:
        return ""
    try:
        joined = urljoin(base, text)
    except ValueError:
        return ""
    return joined if re.match(r"https?://[^\s/]", joined, re.IGNORECASE) else ""


def _section(item: Mapping[str, Any]) -> str:
    terms = (plain_line(str(tag.get("term") or "")) for tag in item.get("tags") or ())
    return next((term for term in terms if 0 < len(term) <= 60), "")


def _published(item: Mapping[str, Any], zone: tzinfo) -> datetime | None:
    # Asked as the dictionary it is: feedparser would answer for "updated" with "published", and warn of it.
    values: dict[str, Any] = dict(item.items())
    for name in ("published", "created", "updated"):
        own = read_date(str(values.get(name) or ""), zone)
        if own is not None:
            return own
        if values.get(f"{name}_parsed"):
            return _instant(values[f"{name}_parsed"])
    return None


def _instant(parsed: Any) -> datetime | None:
    try:
        year, month, day, hour, minute, second = parsed[:6]
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except (TypeError, ValueError):
        return None


def _named(feed: ParsedFeed) -> ParsedFeed:
    """Each entry under a name of its own: some feeds give one to all, or none."""
    counts = Counter(entry.identity for entry in feed.entries)
    return replace(feed, entries=tuple(_renamed(feed.entries, counts)))


def _renamed(entries: Iterable[Entry], counts: Mapping[str, int]) -> Iterable[Entry]:
    for entry in entries:
        name = entry.identity if entry.identity and counts[entry.identity] == 1 else entry.url
        content = f"{entry.title}\0{entry.summary}\0{entry.text}"
        if not name or len(name) > 1_000:
            name = hashlib.blake2b((name or content).encode(errors="replace"), digest_size=16).hexdigest()
        yield replace(entry, identity=name)

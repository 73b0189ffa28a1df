"""Reads a feed's bytes: RSS, RDF and Atom quickly or by feedparser, JSON Feed by ourselves."""

from __future__ import annotations

import calendar
import re
from collections import Counter
from collections.abc import Container
from datetime import UTC, datetime, tzinfo
from urllib.parse import urljoin

from feedparser.datetimes import _parse_date

from bot.errors import FeedUnreadable
from bot.feeds import jsonfeed, quick, slow
from bot.feeds.dates import home_zone, read_date
from bot.feeds.entries import Entry, ParsedFeed, identity, shared_addresses
from bot.feeds.markup import plain_line, plain_text
from bot.feeds.raw import RawEntry, RawFeed, Words

MOST_ENTRIES = 10_000
MOST_TEXT = 200_000
# A "description" of this length is the text itself, whatever the feed calls it.
LONG_SUMMARY = 1_500
_PAGE = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf|channel)\b", re.IGNORECASE)
_WHOLE = re.compile(r"https?://[\w.-]+(?::\d+)?/[^\s?#;]*(?:\?[^\s?#;]+)?", re.ASCII)


def parse(body: bytes, *, url: str = "", content_type: str = "", language: str = "") -> ParsedFeed:
    """The feed with its entries, in its order; raises FeedUnreadable for what is none.

    `language` is what the feed is known to be written in, for dates without a zone.
    """
    if not body.strip():
        raise FeedUnreadable("the answer is empty")
    if jsonfeed.looks_like(body):
        return jsonfeed.parse(body, url=url)
    if _PAGE.match(body.removeprefix(b"\xef\xbb\xbf")[:4096]) and not _FEED.search(body[:4096]):
        raise FeedUnreadable("the answer is a web page, no feed")
    try:
        found = quick.read(body, url=url, content_type=content_type)
    except quick.Declined:
        found = slow.read(body, url=url, content_type=content_type)
    return understood(found, url=url, language=language)


def understood(feed: RawFeed, *, url: str = "", language: str = "") -> ParsedFeed:
    """What stands in the feed, turned into plain text, addresses and instants."""
    spoken = feed.language or language
    site = _web_address(feed.link, url)
    zone = home_zone(spoken)
    items = feed.entries[:MOST_ENTRIES]
    counts = Counter(item.id for item in items)
    # Of a guid that stands for the link any second text shows that it is none.
    shared = shared_addresses(
        (item.link, item.title.value) for item in items if item.links
    ) | shared_addresses(
        ((item.link, f"{item.title.value}\0{item.summary.value}") for item in items if not item.links), most=1
    )
    return ParsedFeed(
        title=plain_line(feed.title),
        site_url=site,
        language=spoken,
        entries=tuple(
            [_entry(item, site or url, zone, shared, is_alone=counts[item.id] == 1) for item in items]
        ),
        left_out=len(feed.entries) - len(items),
    )


def _entry(item: RawEntry, base: str, zone: tzinfo, shared: Container[str], *, is_alone: bool) -> Entry:
    text = max(map(_text, item.contents), key=len) if item.contents else ""
    # feedparser takes the content for the summary where there is none.
    summary = text if item.contents == [item.summary] else _text(item.summary)
    if not text and len(summary) >= LONG_SUMMARY:
        text, summary = summary, ""
    if summary == text:
        summary = ""
    title, address = " ".join(_text(item.title).split()), _link(item, base, shared)
    content = (title, summary, text)
    return Entry(
        identity=identity(item.id if is_alone else "", address, content),
        url=address,
        title=title,
        summary=summary,
        text=text[:MOST_TEXT],
        author=plain_line(item.author),
        section=next((term for tag in item.tags if 0 < len(term := plain_line(tag)) <= 60), ""),
        language=item.title_language,
        publisher=plain_line(item.source) if item.source else "",
        published_at=_published(item, zone),
    )


def _text(words: Words) -> str:
    value, kind = words
    return plain_text(value) if "html" in kind else value.strip()


def _link(item: RawEntry, base: str, shared: Container[str]) -> str:
    # The permanent address stands in the guid where the link is missing.
    named = (item.link, *item.links, item.id if item.id_is_link else "")
    for each in named:
        address = "" if each in shared else _web_address(each, base)
        if address:
            return address
    return ""


def _web_address(address: str, base: str) -> str:
    text = address.strip()
    if not text or _WHOLE.fullmatch(text):
        return text
    try:
        joined = urljoin(base, text)
    except ValueError:
        return ""
    return joined if re.match(r"https?://[^\s/]", joined, re.IGNORECASE) else ""


def _published(item: RawEntry, zone: tzinfo) -> datetime | None:
    for text in item.dates:
        if not text:
            continue
        found = read_date(text, zone) or _as_feedparser(text)
        if found is not None:
            return found
    return None


def _as_feedparser(text: str) -> datetime | None:
    """Formats of its own, such as Greek, Hungarian and Korean ones."""
    found = _parse_date(text)
    try:
        return datetime.fromtimestamp(calendar.timegm(found), UTC) if found else None
    except (OverflowError, ValueError, OSError):
        return None

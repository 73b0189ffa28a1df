"""Finds a site's feeds: what its page and its server name, else where feeds usually lie."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from bot.errors import FeedError, FeedUnreadable
from bot.feeds.entries import ParsedFeed
from bot.feeds.fetch import Answer, Failed, Fetched

TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
# Where the common systems put theirs, the commonest first.
COMMON_PATHS = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/?feed=rss2",
)
MOST_CANDIDATES = 30
_COMMENTS = re.compile(r"comments?|kommentare?|commentaires", re.IGNORECASE)
_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:\"[^\"]*\"|[^\s,;]+))*)")
_PARAMETER = re.compile(r";\s*([\w*-]+)\s*=\s*(?:\"([^\"]*)\"|([^\s,;]+))")

Ask = Callable[[str], Awaitable[Answer]]
Parse = Callable[[Fetched], Awaitable[ParsedFeed]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A feed a site names; the title is the site's word for it."""

    url: str
    title: str = ""


async def find_feeds(url: str, ask: Ask, parse: Parse) -> list[Candidate]:
    """The address itself when it is a feed, else the feeds of its site; raises FeedError for none."""
    match await ask(url):
        case Failed(reason=reason):
            raise FeedError(f"{url}: {reason}")
        case Fetched() as fetched:
            pass
        case _:
            raise FeedError(f"{url}: the answer is empty")
    try:
        return [Candidate(url, (await parse(fetched)).title)]
    except FeedUnreadable:
        named = [*in_header(fetched.links, fetched.url), *in_page(fetched.body, fetched.url)]
    return _distinct(named) or await _tried(fetched.url, ask, parse)


def in_page(body: bytes, url: str) -> list[Candidate]:
    """What a page names as its feeds; those of comments are left out."""
    try:
        tree = lxml.html.fromstring(body)
    except (etree.LxmlError, ValueError):
        return []
    base = next((node.get("href") or "" for node in tree.iter("base")), "")
    return [
        Candidate(address, title)
        for node in tree.iter("link", "a")
        if "alternate" in (node.get("rel") or "").lower().split()
        and (node.get("type") or "").partition(";")[0].strip().lower() in TYPES
        and (address := _web_address(node.get("href"), urljoin(url, base)))
        and not _COMMENTS.search(f"{(title := ' '.join((node.get('title') or '').split()))} {address}")
    ]


def in_header(links: str, url: str) -> list[Candidate]:
    """What a server names in its Link header."""
    found = []
    for match in _LINK.finditer(links):
        values = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(match[2])}
        is_feed = (
            values.get("type", "").lower() in TYPES and "alternate" in values.get("rel", "").lower().split()
        )
        address = _web_address(match[1], url)
        if is_feed and address:
            found.append(Candidate(address, values.get("title", "")))
    return found


async def _tried(url: str, ask: Ask, parse: Parse) -> list[Candidate]:
    """The first common address that answers with a feed."""
    parts = urlsplit(url)
    # A section's own feed lies below it, the site's at its root.
    for place in dict.fromkeys((url.rstrip("/"), f"{parts.scheme}://{parts.netloc}")):
        for path in COMMON_PATHS:
            answer = await ask(place + path)
            if isinstance(answer, Fetched):
                try:
                    return [Candidate(answer.url, (await parse(answer)).title)]
                except FeedUnreadable:
                    continue
    raise FeedError(f"{url}: the site names no feed, and none lies where feeds usually do")


def _web_address(href: str | None, base: str) -> str:
    try:
        address = urljoin(base, (href or "").strip().replace("feed://", "https://", 1))
    except ValueError:
        return ""
    return address if href and re.match(r"https?://[^\s/]", address) else ""


def _distinct(found: list[Candidate]) -> list[Candidate]:
    """Each address once, in the order of the site."""
    by_url: dict[str, Candidate] = {}
    for candidate in found:
        by_url.setdefault(candidate.url, candidate)
    return list(by_url.values())[:MOST_CANDIDATES]

"""Asks a feed's address for its body: within limits of time and size, and nowhere it must not go."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.errors import FeedUnreachable
from bot.feeds.addresses import GuardedResolver, check_url
from bot.feeds.unpack import Unpacker

MOST_BYTES = 10_000_000
MOST_REDIRECTS = 5
MOST_SECONDS = 30.0
CONNECT_SECONDS = 10.0
MOST_HEADER = 500
MOST_LINKS = 8_000
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
_PERMANENT = frozenset({301, 308})
_BUSY = frozenset({429, 503})
_REDIRECTS = _PERMANENT | {302, 303, 307}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A body that is new to us."""

    body: bytes
    url: str
    """Where it really came from."""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    max_age: timedelta | None = None
    moved_to: str = ""
    """Where the address leads for good, if its server says so."""
    links: str = ""
    """The Link header, by which some servers name their feeds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """What we have is still what the feed says."""

    etag: str = ""
    last_modified: str = ""
    max_age: timedelta | None = None
    moved_to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No usable answer, with the reason as a sentence."""

    reason: str
    retry_after: timedelta | None = None
    is_gone: bool = False
    """The server says it will never come back."""
    status: int = 0
    """What the server answered, 0 when it did not."""
    is_hosts_trouble: bool = False
    """The host is busy or away: its other feeds would fare no better."""


Answer = Fetched | Unchanged | Failed


def open_client(
    *, user_agent: str, allow_private: bool = False, resolver: aiohttp.abc.AbstractResolver | None = None
) -> aiohttp.ClientSession:
    """A session that connects only to checked addresses and knows no proxy, cookie or password."""
    connector = aiohttp.TCPConnector(
        resolver=GuardedResolver(resolver, allow_private=allow_private), limit=64, limit_per_host=2
    )
    return aiohttp.ClientSession(
        connector=connector,
        headers={"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"},
        cookie_jar=aiohttp.DummyCookieJar(),
        # We unpack ourselves, to stop in time; and no environment variable sends us through a proxy.
        auto_decompress=False,
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
    )


async def fetch(
    client: aiohttp.ClientSession,
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    body_hash: str = "",
    allow_private: bool = False,
    within: float = MOST_SECONDS,
) -> Answer:
    """What the address answers now, compared with what it answered last."""
    headers = {"If-None-Match": etag} if etag else {}
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    try:
        async with asyncio.timeout(within):
            return await _follow(client, url, headers, body_hash, allow_private=allow_private)
    except aiohttp.ConnectionTimeoutError:
        return Failed(reason="the server cannot be reached", is_hosts_trouble=True)
    except TimeoutError:
        return Failed(reason=f"no complete answer within {within:g} seconds")
    except FeedUnreachable as error:
        return Failed(reason=str(error))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        is_away = isinstance(error, aiohttp.ClientConnectorError)
        return Failed(reason=_reason(error), is_hosts_trouble=is_away)


async def _follow(
    client: aiohttp.ClientSession,
    url: str,
    headers: Mapping[str, str],
    body_hash: str,
    *,
    allow_private: bool,
) -> Answer:
    moved_to, is_permanent = "", True
    for _ in range(MOST_REDIRECTS + 1):
        check_url(url, allow_private=allow_private)
        async with client.get(url, headers=headers, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                answer = await _answer(response, url, body_hash)
                if not moved_to or isinstance(answer, Failed):
                    return answer
                return replace(answer, moved_to=moved_to)
            is_permanent = is_permanent and response.status in _PERMANENT
            target = urljoin(url, response.headers.get("Location", ""))
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
            raise FeedUnreachable("the address leads from https to http")
        url = target
        if is_permanent:
            moved_to = url
    raise FeedUnreachable(f"the address leads on more than {MOST_REDIRECTS} times")


async def _answer(response: aiohttp.ClientResponse, url: str, body_hash: str) -> Answer:
    etag = response.headers.get("ETag", "")[:MOST_HEADER]
    last_modified = response.headers.get("Last-Modified", "")[:MOST_HEADER]
    max_age = _max_age(response.headers.get("Cache-Control", ""))
    if response.status == 304:
        return Unchanged(etag=etag, last_modified=last_modified, max_age=max_age)
    if response.status != 200:
        return Failed(
            reason=f"the server answers {response.status}",
            retry_after=_retry_after(response.headers.get("Retry-After", "")),
            is_gone=response.status == 410,
            status=response.status,
            is_hosts_trouble=response.status in _BUSY,
        )
    body = await _read(response)
    found = hashlib.blake2b(body, digest_size=16).hexdigest()
    if found == body_hash:
        return Unchanged(etag=etag, last_modified=last_modified, max_age=max_age)
    return Fetched(
        body=body,
        url=url,
        content_type=response.headers.get("Content-Type", ""),
        etag=etag,
        last_modified=last_modified,
        body_hash=found,
        max_age=max_age,
        links=", ".join(response.headers.getall("Link", ()))[:MOST_LINKS],
    )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, unpacked piece by piece and never beyond the limit."""
    unpacker = Unpacker(response.headers.get("Content-Encoding", ""), most_bytes=MOST_BYTES)
    async for packed in response.content.iter_chunked(65_536):
        unpacker.feed(packed)
    return unpacker.close()


def _max_age(cache_control: str) -> timedelta | None:
    match = re.search(r"(?:^|[\s,])max-age=(\d{1,8})", cache_control, re.IGNORECASE)
    return timedelta(seconds=int(match[1])) if match else None


def _retry_after(text: str, *, now: datetime | None = None) -> timedelta | None:
    if re.fullmatch(r"\d{1,8}", text.strip()):
        return timedelta(seconds=int(text))
    try:
        wait = parsedate_to_datetime(text) - (now or datetime.now(UTC))
    except (TypeError, ValueError):
        return None
    return max(wait, timedelta())


# Most particular first; what each means to the person who added the feed.
_REASONS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (aiohttp.ClientConnectorCertificateError, "the server's certificate is not valid"),
    (aiohttp.ClientConnectorDNSError, "the server's name is not known"),
    ((aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError), "the answer broke off"),
    ((aiohttp.ClientConnectorError, ConnectionError), "the server cannot be reached"),
    ((aiohttp.InvalidURL, ValueError), "the address cannot be read"),
)


def _reason(error: Exception) -> str:
    return next(
        (text for kind, text in _REASONS if isinstance(error, kind)), "the answer breaks the rules of HTTP"
    )

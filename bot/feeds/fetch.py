"""Asks a feed's address for its body: within limits of time and size, and nowhere it must not go."""

from __future__ import annotations

import asyncio
import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import aiohttp

from bot.errors import FeedUnreachable
from bot.feeds.addresses import GuardedResolver, check_url

MOST_BYTES = 10_000_000
MOST_REDIRECTS = 5
MOST_SECONDS = 30.0
MOST_HEADER = 500
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/rdf+xml;q=0.9,"
    " application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1"
)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """What we have is still what the feed says."""

    etag: str = ""
    last_modified: str = ""
    max_age: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """No usable answer, with the reason as a sentence."""

    reason: str
    retry_after: timedelta | None = None
    is_gone: bool = False
    """The server says it will never come back."""
    status: int = 0
    """What the server answered, 0 when it did not."""


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
    except TimeoutError:
        return Failed(reason=f"no complete answer within {within:g} seconds")
    except FeedUnreachable as error:
        return Failed(reason=str(error))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Failed(reason=_reason(error))


async def _follow(
    client: aiohttp.ClientSession,
    url: str,
    headers: Mapping[str, str],
    body_hash: str,
    *,
    allow_private: bool,
) -> Answer:
    for _ in range(MOST_REDIRECTS + 1):
        check_url(url, allow_private=allow_private)
        async with client.get(url, headers=headers, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                return await _answer(response, url, body_hash)
            target = urljoin(url, response.headers.get("Location", ""))
        if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
            raise FeedUnreachable("the address leads from https to http")
        url = target
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
    )


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body, unpacked piece by piece and never beyond the limit."""
    unpack = _unpacker(response.headers.get("Content-Encoding", "").strip().lower())
    body = bytearray()
    async for packed in response.content.iter_chunked(65_536):
        left = packed
        while left:
            room = MOST_BYTES + 1 - len(body)
            if unpack is None:
                piece, left = left[:room], b""
            else:
                try:
                    piece, left = unpack.decompress(left, room), unpack.unconsumed_tail
                except zlib.error as error:
                    raise FeedUnreachable("the compressed answer is damaged") from error
            body += piece
            if len(body) > MOST_BYTES:
                raise FeedUnreachable("the answer is larger than 10 MB")
    return bytes(body)


def _unpacker(encoding: str) -> zlib._Decompress | None:
    match encoding:
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return zlib.decompressobj(zlib.MAX_WBITS | 16)
        case "deflate":
            return zlib.decompressobj()
    raise FeedUnreachable("the answer is packed in a way we did not ask for")


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

"""JSON posted over aiohttp's connections, without what its session makes for each call.

A session builds a request, a response and a writing task around every call: more than half of what a
small one costs. The connector keeps the connections (and their TLS), the parser reads the answers;
between them a request to Telegram is two pieces of bytes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http_exceptions import HttpProcessingError
from yarl import URL


class NotPosted(Exception):
    """Nothing has left; the text says why, without the address."""


class NotAnswered(Exception):
    """The request went out, and no readable answer came; the text says why, without the address."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a method is posted to: how to connect there, and all of the head but the length."""

    request: aiohttp.ClientRequest
    head: bytes


class JsonPosting:
    """For one connector; what it knows of an address is made at the first call."""

    def __init__(self, connector: aiohttp.BaseConnector, *, user_agent: str, connect_timeout: float) -> None:
        self._connector = connector
        self._user_agent = user_agent
        # All of a call has one timer, its own: each further one costs a tenth of a small call.
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect_timeout)
        self._places: dict[URL | str, _Place] = {}

    async def post(self, url: URL | str, body: bytes, *, seconds: float) -> tuple[int, bytes]:
        """Status and body of the answer; raises NotPosted or NotAnswered."""
        place = self._places.get(url) or self._learn(url)
        connection: Connection | None = None
        # The causes are cut off on purpose: aiohttp writes the address into many of its errors.
        try:
            async with asyncio.timeout(seconds):
                connection = await self._connector.connect(place.request, [], self._timeout)
                return await _exchange(connection, b"%b%d\r\n\r\n%b" % (place.head, len(body), body))
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:  # a time-out is an OSError
            raise (NotPosted if connection is None else NotAnswered)(kind_of(error)) from None

    def _learn(self, url: URL | str) -> _Place:
        try:
            address = URL(url)
            if address.scheme not in self._connector.allowed_protocol_schema_set:
                raise NotPosted("no web address")
            request = aiohttp.ClientRequest("POST", address, loop=asyncio.get_running_loop())
        except (ValueError, aiohttp.ClientError) as error:
            raise NotPosted(kind_of(error)) from None
        head = (
            f"POST {request.url.raw_path_qs} HTTP/1.1\r\n"
            f"Host: {request.headers['Host']}\r\n"
            f"User-Agent: {self._user_agent}\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: "
        )
        self._places[url] = place = _Place(request, head.encode())
        return place


async def _exchange(connection: Connection, request: bytes) -> tuple[int, bytes]:
    try:
        # The pool hands out no connection without them.
        protocol = cast("ResponseHandler", connection.protocol)
        protocol.set_response_params(read_until_eof=True)
        cast("asyncio.Transport", protocol.transport).write(request)
        while True:
            message, payload = await protocol.read()
            if not 100 <= message.code < 200:  # "go on" and its like are no answers
                break
        answer = await payload.read()
    except BaseException:
        connection.close()
        raise
    connection.release()
    return message.code, answer


def kind_of(error: BaseException) -> str:
    """What went wrong, in words that hold no address."""
    number = getattr(error, "errno", None)
    return f"{type(error).__name__}, errno {number}" if number else type(error).__name__

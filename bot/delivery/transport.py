"""How requests reach Telegram: the library's and our own over one aiohttp pool.

No error made here carries the address: the bot's token stands in it.
"""

from __future__ import annotations

import json
from typing import Any, Final

import aiohttp
import orjson
from telegram._utils.types import JSONDict, ODVInput
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData
from yarl import URL

from bot.delivery.posting import JsonPosting, NotAnswered, NotPosted, kind_of

CONNECTIONS: Final = 128
CONNECT_TIMEOUT_S: Final = 5.0
READ_TIMEOUT_S: Final = 25.0
"""Telegram holds a request for up to 8 s before it says 429; giving up earlier makes duplicates."""
UPLOAD_TIMEOUT_S: Final = 120.0

_NEVER_LEFT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
    aiohttp.NonHttpUrlClientError,
)
_NOT_OPEN: Final = "the transport is not open: initialize() comes first"


class RequestNotSent(NetworkError):
    """Nothing has reached Telegram: repeating does no harm."""


class AnswerLost(NetworkError):
    """The request went out and no readable answer came: it took effect or not."""


class AiohttpRequest(BaseRequest):
    """Carries out requests; made once, opened and closed with the application (or `async with`)."""

    def __init__(
        self,
        *,
        connections: int = CONNECTIONS,
        connect_timeout: float = CONNECT_TIMEOUT_S,
        read_timeout: float = READ_TIMEOUT_S,
    ) -> None:
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._posting: JsonPosting | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30)
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                # A proxy of the environment would see the token.
                trust_env=False,
            )
            self._posting = JsonPosting(
                connector, user_agent=self.USER_AGENT, connect_timeout=self._connect_timeout
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = self._posting = None

    async def post_json(
        self, url: URL | str, body: bytes, *, read_timeout: float | None = None
    ) -> tuple[int, bytes]:
        """Status and body of the answer; raises RequestNotSent or AnswerLost."""
        if self._posting is None:
            raise RuntimeError(_NOT_OPEN)
        seconds = self._all_of(self._read_timeout if read_timeout is None else read_timeout)
        try:
            return await self._posting.post(url, body, seconds=seconds)
        except NotPosted as error:
            raise RequestNotSent(f"no connection to Telegram ({error})") from None
        except NotAnswered as error:
            raise AnswerLost(f"no answer from Telegram ({error})") from None

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - ours is the same for all
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - likewise
    ) -> tuple[int, bytes]:
        """The library's way in."""
        seconds = self._read_timeout
        if isinstance(read_timeout, int | float):
            seconds = max(read_timeout, seconds)
        if request_data is None:
            return await self._exchange(method, url, seconds)
        if request_data.contains_files:
            upload = write_timeout if isinstance(write_timeout, int | float) else 0
            return await self._exchange(method, url, max(upload, UPLOAD_TIMEOUT_S), data=_form(request_data))
        body = orjson.dumps(request_data.parameters, option=orjson.OPT_NON_STR_KEYS)
        return await self.post_json(url, body, read_timeout=seconds)

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """The answer's JSON object; raises AnswerLost for anything else."""
        answer = read_object(payload)
        if answer is None or (answer.get("ok") is True and "result" not in answer):
            raise AnswerLost("Telegram's answer cannot be read")
        return answer

    def _all_of(self, read_timeout: float) -> float:
        """Seconds for all of a call: a trickling answer must end as well."""
        return 2 * self._connect_timeout + read_timeout

    async def _exchange(
        self, method: str, url: str, read_timeout: float, **arguments: Any
    ) -> tuple[int, bytes]:
        """What is no JSON: a file to Telegram, or one from it."""
        if self._session is None:
            raise RuntimeError(_NOT_OPEN)
        timeout = aiohttp.ClientTimeout(total=self._all_of(read_timeout), sock_connect=self._connect_timeout)
        # The causes are cut off on purpose: aiohttp writes the address into many of its errors.
        try:
            async with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, **arguments
            ) as answer:
                return answer.status, await answer.read()
        except _NEVER_LEFT as error:
            raise RequestNotSent(f"no connection to Telegram ({kind_of(error)})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLost(f"no answer from Telegram ({kind_of(error)})") from None


def read_object(payload: bytes) -> dict[str, Any] | None:
    """A JSON object, None for anything else; broken UTF-8 is forgiven as the library does."""
    try:
        value = orjson.loads(payload)
    except orjson.JSONDecodeError:
        try:
            value = json.loads(payload.decode("utf-8", "replace"))
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form

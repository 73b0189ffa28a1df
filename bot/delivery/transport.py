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
_JSON: Final = {"Content-Type": "application/json"}


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
        self._timeout = self._timeout_of(read_timeout)
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=30),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                skip_auto_headers=("Accept", "Accept-Encoding"),
                timeout=self._timeout,
                # A proxy of the environment would see the token.
                trust_env=False,
            )

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def post_json(
        self, url: URL | str, body: bytes, *, read_timeout: float | None = None
    ) -> tuple[int, bytes]:
        """Status and body of the answer; raises RequestNotSent or AnswerLost."""
        timeout = self._timeout if read_timeout is None else self._timeout_of(read_timeout)
        return await self._exchange("POST", url, timeout, data=body, headers=_JSON)

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
        timeout = self._timeout
        if isinstance(read_timeout, int | float):
            timeout = self._timeout_of(max(read_timeout, self._read_timeout))
        if request_data is None:
            return await self._exchange(method, url, timeout)
        if request_data.contains_files:
            seconds = write_timeout if isinstance(write_timeout, int | float) else UPLOAD_TIMEOUT_S
            return await self._exchange(
                method, url, self._timeout_of(max(seconds, UPLOAD_TIMEOUT_S)), data=_form(request_data)
            )
        body = orjson.dumps(request_data.parameters, option=orjson.OPT_NON_STR_KEYS)
        return await self._exchange(method, url, timeout, data=body, headers=_JSON)

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        """The answer's JSON object; raises AnswerLost for anything else."""
        answer = read_object(payload)
        if answer is None or (answer.get("ok") is True and "result" not in answer):
            raise AnswerLost("Telegram's answer cannot be read")
        return answer

    def _timeout_of(self, read_timeout: float) -> aiohttp.ClientTimeout:
        # One timer for all of it: a trickling answer must end as well, and each further timer costs
        # a tenth of a small request.
        return aiohttp.ClientTimeout(
            total=2 * self._connect_timeout + read_timeout, sock_connect=self._connect_timeout
        )

    async def _exchange(
        self, method: str, url: URL | str, timeout: aiohttp.ClientTimeout, **arguments: Any
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise RuntimeError("the transport is not open: initialize() comes first")
        # The causes are cut off on purpose: aiohttp writes the address into many of its errors.
        try:
            async with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, **arguments
            ) as answer:
                return answer.status, await answer.read()
        except _NEVER_LEFT as error:
            raise RequestNotSent(f"no connection to Telegram ({_kind(error)})") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLost(f"no answer from Telegram ({_kind(error)})") from None


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


def _kind(error: Exception) -> str:
    number = getattr(error, "errno", None)
    return f"{type(error).__name__}, errno {number}" if number else type(error).__name__


def _form(request_data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime_type)
    return form

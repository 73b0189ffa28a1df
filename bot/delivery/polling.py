"""Fetches updates from Telegram: nothing is confirmed to it before it is stored."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
from yarl import URL

from bot.delivery.transport import AiohttpRequest, AnswerLost, RequestNotSent, read_object
from bot.errors import DepescheError, SettingsError

log = logging.getLogger(__name__)

ALLOWED_UPDATES: Final = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
    "channel_post",
)
"""The full list each time: Telegram keeps the previous one otherwise."""
LONG_POLL_S: Final = 30
LIMIT: Final = 100
CONFLICTS_UNTIL_STOP: Final = 3
LONGEST_WAIT_S: Final = 30.0
STANDBY_S: Final = 0.5

Update = tuple[int, str]
Store = Callable[[Sequence[Update]], Awaitable[None]]
"""Returns when the updates are committed."""


class AnotherPoller(DepescheError):
    """Somebody else fetches updates with our token."""


class _Failed(Exception):
    """This call brought nothing; the text says why."""

    def __init__(self, reason: str, *, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Poller:
    """Runs until told to stop; raises SettingsError (token refused) or AnotherPoller."""

    def __init__(
        self,
        transport: AiohttpRequest,
        *,
        token: str,
        base_url: str,
        store: Store,
        stop: asyncio.Event,
        long_poll_s: int = LONG_POLL_S,
        first_wait: float = 0.5,
        may_fetch: Callable[[], bool] = lambda: True,
    ) -> None:
        self._transport = transport
        self._url = f"{base_url}/bot{token}"
        self._store = store
        self._stop = stop
        self._long_poll_s = long_poll_s
        self._first_wait = first_wait
        self._may_fetch = may_fetch
        self._offset: int | None = None
        self._failures = 0
        self._conflicts = 0
        self._last_reason = ""

    async def run(self) -> None:
        await self._until_allowed()
        await self._until_done(self._drop_webhook)
        while not self._stop.is_set():
            await self._until_allowed()
            await self._until_done(self._fetch)

    async def _until_allowed(self) -> None:
        """A stand-by waits: two that fetch at once throw each other out."""
        while not (self._may_fetch() or self._stop.is_set()):
            await self._pause(STANDBY_S)

    async def _until_done(self, call: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Repeat a call until it succeeds, waiting longer each time."""
        while self._may_fetch() and not self._stop.is_set():
            try:
                await self._or_stop(call())
            except _Failed as failed:
                await self._wait_after(failed)
            else:
                self._recovered()
                return

    async def _or_stop(self, call: Coroutine[Any, Any, None]) -> None:
        """Wait for the call or the order to stop; a fetch that is cut off confirms nothing."""
        work = asyncio.create_task(call)
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([work, stopping], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not work.done():
                work.cancel()
        if work.done():
            work.result()

    async def _drop_webhook(self) -> None:
        """While a webhook is set, Telegram refuses to be polled; what waits there stays."""
        await self._call("deleteWebhook", {"drop_pending_updates": False}, read_timeout=None)

    async def _fetch(self) -> None:
        parameters: dict[str, Any] = {
            "timeout": self._long_poll_s,
            "limit": LIMIT,
            "allowed_updates": ALLOWED_UPDATES,
        }
        if self._offset is not None:
            parameters["offset"] = self._offset
        result = await self._call("getUpdates", parameters, read_timeout=self._long_poll_s + 15)
        updates = _updates(result)
        if not updates:
            # All is confirmed. After a week of silence Telegram counts from a new number,
            # perhaps a lower one: ask without an offset until something comes.
            self._offset = None
            if result:
                raise _Failed("no update in the answer has a number")
            return
        await self._keep(updates)
        self._offset = max(number for number, _ in updates) + 1

    async def _keep(self, updates: Sequence[Update]) -> None:
        try:
            await self._store(updates)
        except Exception as error:
            log.exception("updates not stored, nothing confirmed")
            raise _Failed("the inbox is not writable") from error

    async def _call(self, method: str, parameters: dict[str, Any], *, read_timeout: float | None) -> Any:
        try:
            status, payload = await self._transport.post_json(
                URL(f"{self._url}/{method}", encoded=True),
                orjson.dumps(parameters),
                read_timeout=read_timeout,
            )
        except (RequestNotSent, AnswerLost) as error:
            raise _Failed(str(error)) from error
        answer = read_object(payload)
        if answer is not None and answer.get("ok") is True and "result" in answer:
            return answer["result"]
        raise self._refused(status, answer)

    def _refused(self, status: int, answer: dict[str, Any] | None) -> Exception:
        if answer is None:
            return _Failed(f"unreadable answer, HTTP {status}")
        reason = str(answer.get("description") or f"HTTP {status}")
        match status:
            case HTTPStatus.UNAUTHORIZED | HTTPStatus.NOT_FOUND:
                return SettingsError(
                    f"DEPESCHE_TOKEN is refused by Telegram ({reason}): ask @BotFather for a new one"
                )
            case HTTPStatus.CONFLICT:
                self._conflicts += 1
                if self._conflicts >= CONFLICTS_UNTIL_STOP:
                    return AnotherPoller(
                        "another process fetches this bot's updates: stop it, or give this one its own token"
                    )
                return _Failed(reason)
            case HTTPStatus.TOO_MANY_REQUESTS:
                parameters = answer.get("parameters")
                seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
                return _Failed(reason, wait=float(seconds) if isinstance(seconds, int) else None)
            case _:
                return _Failed(reason)

    async def _wait_after(self, failed: _Failed) -> None:
        self._failures += 1
        reason = str(failed)
        # Once for each cause: an outage must not fill the log.
        level = logging.DEBUG if reason == self._last_reason else logging.WARNING
        log.log(level, "no updates from Telegram", extra={"reason": reason, "failures": self._failures})
        self._last_reason = reason
        longest = min(self._first_wait * 2 ** min(self._failures - 1, 10), LONGEST_WAIT_S)
        wait = failed.wait if failed.wait is not None else longest * random.uniform(0.5, 1)
        await self._pause(wait)

    async def _pause(self, seconds: float) -> None:
        """Or until the order to stop."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    def _recovered(self) -> None:
        if self._failures:
            log.info("Telegram answers again", extra={"failures": self._failures})
        self._failures = self._conflicts = 0
        self._last_reason = ""


def _updates(result: Any) -> list[Update]:
    """(number, JSON) of each update; what has no number cannot be confirmed and is left out."""
    if not isinstance(result, list):
        raise _Failed("the answer is no list of updates")
    return [
        (update["update_id"], orjson.dumps(update).decode())
        for update in result
        if isinstance(update, dict) and isinstance(update.get("update_id"), int)
    ]

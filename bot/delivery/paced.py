"""The library's way to Telegram: within our limits, answers first, each said once.

Handlers call the library's methods as they like; here their calls wait for the same turns as what the
outbox owes, and what Telegram says about waiting holds for both.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from telegram._utils.types import JSONDict, ODVInput
from telegram.error import RetryAfter
from telegram.request import BaseRequest, RequestData

from bot.delivery.answers import read_answer
from bot.delivery.once import Answer, Once
from bot.delivery.policy import Scope, Throttled, Wait, decide
from bot.delivery.transport import AiohttpRequest
from bot.delivery.turns import asked_as

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.clock import Clock
    from bot.delivery.limits import Limits
    from storage.database import Storage

log = logging.getLogger(__name__)

PATIENCE_S: Final = 10.0
"""How long a call waits for its chat; what has to wait longer goes back to the inbox."""
_SAYS: Final = ("send", "copy", "forward")
_CHANGES: Final = ("edit", "delete", "pin", "unpin", "stop")
_SHOWS_NOTHING: Final = "sendChatAction"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the library's that Telegram counts."""

    method: str
    telegram_id: int
    """0 for a chat that is known by name alone."""
    is_new: bool
    """A new message; the others change one."""


class PacedRequest(BaseRequest):
    """Over a transport that others open and close."""

    def __init__(
        self,
        transport: AiohttpRequest,
        limits: Limits,
        storage: Storage,
        clock: Clock,
        *,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._transport = transport
        self._limits = limits
        self._storage = storage
        self._clock = clock
        self._seconds = seconds
        self._once = Once(storage)

    @property
    def read_timeout(self) -> float:
        return self._transport.read_timeout

    async def initialize(self) -> None:
        """Nothing to do: the transport is open."""

    async def shutdown(self) -> None:
        """Nothing to do: others still use the transport."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> JSONDict:
        return AiohttpRequest.parse_json_payload(payload)

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> Answer:
        """The library's way in; raises RetryAfter where the chat has to be left alone for long."""
        ask = partial(
            self._transport.do_request,
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout,
        )  # fmt: skip
        call = call_of(url, request_data.parameters if request_data else {})
        if call is None:
            return await ask()

        async def ask_in_turn() -> Answer:
            await self._limits.gate.pass_through()
            return await ask()

        await self._wait_for_turn(call)
        if call.is_new:
            status, payload = await self._once.say(call.method, call.telegram_id, ask_in_turn)
        else:
            status, payload = await ask_in_turn()
        outcome = read_answer(status, payload)
        if isinstance(outcome, Throttled):
            await self._obey(call, outcome)
        return status, payload

    async def _wait_for_turn(self, call: Call) -> None:
        lane = asked_as()
        if lane is None:
            return
        rest_of = self._limits.rest_of if call.is_new else self._limits.told_rest_of
        while True:
            rest = rest_of(call.telegram_id, self._seconds())
            if rest > PATIENCE_S:
                raise RetryAfter(math.ceil(rest))
            if rest:
                await asyncio.sleep(rest)
            elif await self._limits.turns.wait(call.telegram_id if call.is_new else 0, lane):
                return

    async def _obey(self, call: Call, throttled: Throttled) -> None:
        """Leave the chat alone, or all, here and after a restart."""
        seconds, now = self._seconds(), self._clock.now()
        scope = self._limits.scope_of_throttle(call.telegram_id, seconds)
        decision = decide(replace(throttled, scope=scope), attempts=0, ambiguous=0, now=now)
        if isinstance(decision, Wait):
            until = decision.until
            whom = 0 if scope is Scope.BOT else call.telegram_id
            self._limits.rest(whom, seconds + (until - now).total_seconds())
            log.warning("told to wait", extra={"chat": whom, "seconds": (until - now).total_seconds()})
            await self._storage.transact(lambda tx: tx.outbox.pause(whom, until=until))


def call_of(url: str, parameters: dict[str, Any]) -> Call | None:
    """What the call does, as far as Telegram counts it; None if it does not."""
    method = url.rpartition("/")[2]
    chat = parameters.get("chat_id")
    if chat is None or method == _SHOWS_NOTHING or not method.startswith(_SAYS + _CHANGES):
        return None
    return Call(method, chat if isinstance(chat, int) else 0, method.startswith(_SAYS))

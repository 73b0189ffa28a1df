"""The Bot API over HTTP: /bot<token>/<method>, with faults on order and a ledger of what took effect."""

import asyncio
import hmac
import json
import re
import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from bot.localchat.call import Call
from bot.localchat.faults import Body, Close, Fault, Faults, Hold, Refuse, Reset, Slow
from bot.localchat.methods import METHODS, Known
from bot.localchat.parameters import MAX_BODY, Parameters, parameters_of
from bot.localchat.rates import Rates
from bot.localchat.refusals import Refusal, too_many_requests
from bot.localchat.values import Accepted
from bot.localchat.webhook import Webhook
from bot.localchat.world import World

_TOKEN: Final = re.compile(r"\d+:[\w-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A call that arrived, whatever came of it; status 0 stands for a broken connection."""

    method: str
    chat_id: int | None
    at: datetime
    status: int
    reason: str = ""
    """Why it was refused."""


class BotApi:
    """Answers the bot's calls out of a World."""

    def __init__(self, world: World, *, token: str) -> None:
        self._world = world
        self._token = token
        self.webhook = Webhook(world.updates)
        self.faults = Faults()
        self.rates: Rates | None = None
        """Telegram's limits, where they are to be kept; None lets everything through."""
        self.ledger: list[Accepted] = []
        self.requests: list[Requested] = []
        self.inline_answers: dict[str, list[dict[str, Any]]] = {}

    def application(self) -> web.Application:
        application = web.Application(client_max_size=MAX_BODY)
        application.router.add_route("*", "/bot{token}/{method}", self._answer)
        application.on_cleanup.append(self._close)
        return application

    async def _close(self, _application: web.Application) -> None:
        self._world.updates.close()
        await self.webhook.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        token, name = request.match_info["token"], request.match_info["method"]
        method = METHODS.get(name.lower())
        if not _TOKEN.fullmatch(token):
            return _refused(Refusal(404, "Not Found"))
        if not hmac.compare_digest(token.encode(), self._token.encode()):
            return _refused(Refusal(401, "Unauthorized"))
        if method is None:
            return _refused(Refusal(404, "Not Found"))
        try:
            parameters = await parameters_of(request)
        except Refusal as refusal:
            return _refused(refusal)
        response = await self._run(request, method, parameters)
        self._note(method, parameters, response)
        return response or web.Response(status=500)

    async def _run(self, request: web.Request, method: Known, parameters: Parameters) -> web.Response | None:
        """The answer, after the fault that was ordered for it; None if the connection broke."""
        if (wait := self._too_fast(method, parameters)) is not None:
            return _refused(too_many_requests(wait))
        fault = self.faults.take(method.name, parameters.chat_id())
        match fault:
            case Hold(until=until, seconds=seconds):
                await _wait(until, seconds)
            case Refuse(refusal):
                return _refused(refusal)
            case Reset(accept=False):
                _break(request)
                return None
            case Body(accept=False):
                return _strange(fault)
        try:
            result = await self._take_effect(method, parameters)
        except Refusal as refusal:
            return _refused(refusal)
        if method.effect and isinstance(fault, Reset | Body):
            self.ledger[-1] = replace(self.ledger[-1], is_answered=False)
        return await self._after(request, fault, result)

    async def _after(self, request: web.Request, fault: Fault | None, result: Any) -> web.Response | None:
        match fault:
            case Reset():
                _break(request)
                return None
            case Body():
                return _strange(fault)
            case Slow(until=until, seconds=seconds):
                await _wait(until, seconds)
        response = web.json_response({"ok": True, "result": result})
        if isinstance(fault, Close):
            await response.prepare(request)
            await response.write_eof()
            if request.transport:
                request.transport.close()
        return response

    def _too_fast(self, method: Known, parameters: Parameters) -> int | None:
        if self.rates is None:
            return None
        return self.rates.check(
            method.name,
            parameters.chat_id(),
            time.monotonic(),
            paid=parameters.flag("allow_paid_broadcast"),
        )

    async def _take_effect(self, method: Known, parameters: Parameters) -> Any:
        call = Call(
            world=self._world, webhook=self.webhook, parameters=parameters, inline_answers=self.inline_answers
        )
        result = await method.run(call)
        if method.effect:
            self.ledger.append(
                Accepted(
                    method=method.name,
                    chat_id=call.message.chat_id if call.message else parameters.chat_id(),
                    at=self._world.clock.now(),
                    parameters=parameters.values,
                    message=call.message,
                )
            )
            self._world.changes.ring()
        return result

    def _note(self, method: Known, parameters: Parameters, response: web.Response | None) -> None:
        status = response.status if response else 0
        said = response.text if response and response.content_type == "application/json" else None
        self.requests.append(
            Requested(
                method=method.name,
                chat_id=parameters.chat_id(),
                at=self._world.clock.now(),
                status=status,
                reason=_reason(said) if said and 400 <= status < 500 else "",
            )
        )


def _refused(refusal: Refusal) -> web.Response:
    answer: dict[str, Any] = {
        "ok": False,
        "error_code": refusal.code,
        "description": refusal.description,
    }
    headers = {}
    if refusal.parameters:
        answer["parameters"] = refusal.parameters
    if "retry_after" in refusal.parameters:
        headers["Retry-After"] = str(refusal.parameters["retry_after"])
    return web.Response(
        status=refusal.code, text=json.dumps(answer), content_type="application/json", headers=headers
    )


def _reason(said: str) -> str:
    return str(json.loads(said).get("description", ""))


def _strange(fault: Body) -> web.Response:
    return web.Response(status=fault.status, body=fault.body, content_type=fault.content_type)


def _break(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()


async def _wait(until: asyncio.Event, seconds: float | None) -> None:
    try:
        async with asyncio.timeout(seconds):
            await until.wait()
    except TimeoutError:
        return

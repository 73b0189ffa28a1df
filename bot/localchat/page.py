"""The chat page: a window into the local chat for the browser, on the same address as the Bot API.

The page is told of happenings by server-sent events and acts by small JSON posts. Both are for this machine
only: another site's page, or a name that merely points here, is turned away.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from importlib import resources
from typing import Any, Final

from aiohttp import web
from jinja2 import Environment, StrictUndefined

from bot.localchat.demo_control import DemoControl
from bot.localchat.local import LocalTelegram
from bot.localchat.page_json import snapshot, told
from bot.localchat.world import Happening

LANGUAGES: Final = ("de", "en")
PLACES: Final = {
    "Berlin": (52.52, 13.4),
    "Lissabon": (38.72, -9.14),
    "New York": (40.71, -74.01),
    "Kathmandu": (27.72, 85.32),
}
"""Where one can be in the demo."""
HEARTBEAT_SECONDS: Final = 15
_KINDS: Final = {
    "css": "text/css",
    "svg": "image/svg+xml",
    "js": "text/javascript",
    "json": "application/json",
}
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_LOCAL_NAMES: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def mount_page(telegram: LocalTelegram, *, control: DemoControl | None = None) -> None:
    """Serve the chat page under /, with a bar for the demo's time if there is a control; before start()."""
    _Page(telegram, control).add_to(telegram.application)


class _Page:
    def __init__(self, telegram: LocalTelegram, control: DemoControl | None) -> None:
        self._telegram = telegram
        self._world = telegram.world
        self._control = control
        self._files = resources.files("templates") / "localchat"
        self._texts: dict[str, dict[str, str]] = json.loads(self._read("texts.json"))
        self._streams: set[asyncio.Task[Any]] = set()

    def _read(self, name: str) -> str:
        return (self._files / name).read_text(encoding="utf-8")

    def add_to(self, application: web.Application) -> None:
        application.router.add_get("/", self._here_only(self._index))
        application.router.add_get("/chat/assets/{name:[a-z_]+\\.[a-z]+}", self._here_only(self._asset))
        application.router.add_get("/chat/events", self._here_only(self._events))
        for path, act in (
            ("/chat/say", self._say),
            ("/chat/press", self._press),
            ("/chat/share", self._share),
            ("/chat/block", self._block),
        ):
            application.router.add_post(path, self._here_only(act))
        if self._control:
            application.router.add_get("/demo/state", self._here_only(self._demo_state))
            application.router.add_post("/demo/state", self._here_only(self._demo_turn))
        application.on_shutdown.append(self._close)

    async def _close(self, _application: web.Application) -> None:
        for stream in tuple(self._streams):
            stream.cancel()

    def _here_only(self, handler: Handler) -> Handler:
        async def checked(request: web.Request) -> web.StreamResponse:
            host = request.host.rpartition(":")[0] or request.host
            origin = request.headers.get("Origin")
            if host not in _LOCAL_NAMES or (origin and origin != f"http://{request.host}"):
                return web.json_response({"error": "this page is for this machine only"}, status=403)
            try:
                return await handler(request)
            except (KeyError, TypeError, ValueError) as error:
                raise web.HTTPBadRequest(text=f"no such thing: {error}") from error

        return checked

    # The page itself

    async def _index(self, request: web.Request) -> web.Response:
        language = self._language(request)
        texts = self._texts[language]
        environment = Environment(autoescape=True, undefined=StrictUndefined)
        environment.globals["_"] = texts.__getitem__
        page = environment.from_string(self._read("page.html")).render(
            language=language,
            bot=self._world.bot,
            has_control=self._control is not None,
            places=list(PLACES),
        )
        return web.Response(text=page, content_type="text/html", headers=_HEADERS)

    def _language(self, request: web.Request) -> str:
        wanted = request.headers.get("Accept-Language", "")
        for part in wanted.split(","):
            language = part.split(";")[0].strip()[:2].lower()
            if language in LANGUAGES:
                return language
        return LANGUAGES[0]

    async def _asset(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        kind = _KINDS.get(name.rpartition(".")[2], "")
        path = self._files / name
        if not kind or not path.is_file():
            raise web.HTTPNotFound
        return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8", headers=_HEADERS)

    # What happens

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={**_HEADERS, "Content-Type": "text/event-stream"})
        await response.prepare(request)
        task = asyncio.current_task()
        if task:
            self._streams.add(task)
        try:
            async for event in self._happenings():
                await response.write(event)
        except (ConnectionResetError, asyncio.CancelledError):
            pass  # the browser went away, or the program ends
        finally:
            if task:
                self._streams.discard(task)
        return response

    async def _happenings(self) -> AsyncIterator[bytes]:
        """The state of things, then every change of it; a sign of life when nothing happens."""
        queue: asyncio.Queue[Happening] = asyncio.Queue()
        stop = self._world.listen(queue.put_nowait)
        try:
            yield _event({"kind": "snapshot", **snapshot(self._world)})
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        happening = await queue.get()
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if news := told(self._world, happening):
                    yield _event(news)
        finally:
            stop()

    # What people do

    async def _say(self, request: web.Request) -> web.Response:
        order = await _order(request)
        user = self._world.users[int(order["user"])]
        chat = self._world.chats[int(order["chat"])]
        reply_to = order.get("reply_to")
        message = self._world.say(user, chat, str(order["text"]), reply_to=reply_to and int(reply_to))
        return web.json_response({"id": message.id})

    async def _share(self, request: web.Request) -> web.Response:
        order = await _order(request)
        user = self._world.users[int(order["user"])]
        chat = self._world.chats[int(order["chat"])]
        name = str(order["place"])
        message = self._world.share(user, chat, name, PLACES[name])
        return web.json_response({"id": message.id})

    async def _press(self, request: web.Request) -> web.Response:
        order = await _order(request)
        user = self._world.users[int(order["user"])]
        message = self._world.message(int(order["chat"]), int(order["message"]))
        if message is None:
            raise web.HTTPNotFound(text="the message is gone")
        query = self._world.press(user, message, str(order["data"]))
        return web.json_response({"query": query.id})

    async def _block(self, request: web.Request) -> web.Response:
        order = await _order(request)
        chat = self._world.chats[int(order["chat"])]
        (self._world.block if order["blocked"] else self._world.unblock)(chat)
        return web.json_response({"blocked": bool(order["blocked"])})

    # The demo's time

    async def _demo_state(self, _request: web.Request) -> web.Response:
        return web.json_response(self._state())

    async def _demo_turn(self, request: web.Request) -> web.Response:
        order = await _order(request)
        if self._control:
            if "paused" in order:
                self._control.pause(bool(order["paused"]))
            if "speed" in order:
                self._control.run_at(float(order["speed"]))
            if order.get("next"):
                await self._control.bring_next()
        return web.json_response(self._state())

    def _state(self) -> dict[str, Any]:
        if not self._control:
            return {}
        state = self._control.state()
        return {
            "now": state.now.timestamp(),
            "speed": state.speed,
            "speeds": list(state.speeds),
            "paused": state.paused,
            "arrived": state.arrived,
            "total": state.total,
        }


def _event(news: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(news, ensure_ascii=False)}\n\n".encode()


async def _order(request: web.Request) -> dict[str, Any]:
    """The JSON body of a post; only JSON, which a foreign page cannot send unasked."""
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        order = await request.json()
    except ValueError as error:
        raise web.HTTPBadRequest(text="not JSON") from error
    if not isinstance(order, dict):
        raise web.HTTPBadRequest(text="not an object")
    return order

"""A real browser on the chat page, with a scripted bot behind it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.clock import SystemClock
from bot.localchat.demo_control import DemoState
from bot.localchat.local import LocalTelegram
from bot.localchat.page import mount_page
from bot.localchat.people import Group, Person

CHROMIUM = Path("/usr/bin/chromium")
THERE = CHROMIUM.exists()
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STORY = """<b>1. <a href="https://nordblatt.example/u-boot">Nordkorea stellt U-Boot in Dienst</a></b>
Seoul spricht von einer Provokation. <tg-spoiler>Peking schweigt.</tg-spoiler>
<tg-time unix="1773212400" format="t">irgendwann</tg-time>
<blockquote expandable>Ähnlich berichten:
• <a href="https://kurier.example/1">Kim tauft Atom-U-Boot</a>
• <a href="https://kurier.example/2">Pjöngjang zeigt neues Unterseeboot</a>
• <a href="https://kurier.example/3">Nordkoreas Flotte wächst</a>
• <a href="https://kurier.example/4">Letzte Zeile</a></blockquote>
<blockquote expandable>Kurz.</blockquote>
Mehr mit /hilfe oder <code>x &lt; y</code>."""
KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Abonnieren", "callback_data": "abo"}, {"text": "Warum?", "callback_data": "why"}],
        [{"text": "Zur Story", "url": "https://depesche.example/1"}],
    ]
}
MENU = {
    "thema": "Ein Thema jetzt",
    "abo": "Ein Thema abonnieren",
    "abos": "Deine Abos",
    "hilfe": "Was ich kann",
}


@dataclass
class ScriptedBot:
    """Polls as a real bot does: a word gets a story, a button an answer, /hilfe and others an echo."""

    telegram: LocalTelegram
    session: aiohttp.ClientSession
    let_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, method: str, **parameters: Any) -> Any:
        url = f"{self.telegram.base_url}/bot{self.telegram.token}/{method}"
        async with self.session.post(url, json=parameters) as response:
            return (await response.json())["result"]

    async def run(self) -> None:
        commands = [{"command": name, "description": text} for name, text in MENU.items()]
        await self.call("setMyCommands", commands=commands)
        await self.call("setMyDescription", description="Jede Nachricht einmal.")
        offset = 0
        while True:
            for update in await self.call("getUpdates", offset=offset, timeout=50):
                offset = update["update_id"] + 1
                if "message" in update:
                    await self.reply(update["message"])
                elif "callback_query" in update:
                    await self.answer(update["callback_query"])

    async def reply(self, message: dict[str, Any]) -> None:
        chat, text = message["chat"]["id"], message.get("text", "nothing")
        if text == "warte":
            await self.call("sendChatAction", chat_id=chat, action="typing")
        elif text == "Nordkorea":
            await self.call("sendMessage", chat_id=chat, text=STORY, parse_mode="HTML", reply_markup=KEYBOARD)
        else:
            await self.call("sendMessage", chat_id=chat, text=f"Echo: {text}")

    async def answer(self, query: dict[str, Any]) -> None:
        await self.let_answer.wait()
        if query["data"] == "why":
            await self.call(
                "answerCallbackQuery", callback_query_id=query["id"], text="Darum.", show_alert=True
            )
            return
        await self.call("answerCallbackQuery", callback_query_id=query["id"], text="Abonniert")
        message = query["message"]
        place = {"chat_id": message["chat"]["id"], "message_id": message["message_id"]}
        await self.call("editMessageText", **place, text=f"{STORY}\nAbonniert.", parse_mode="HTML")


class Levers:
    """A demo control that does as it is told."""

    def __init__(self) -> None:
        self.speed, self.paused, self.arrived = 60.0, False, 3
        self.ahead = timedelta()

    def state(self) -> DemoState:
        return DemoState(
            now=SystemClock().now() + self.ahead,
            speed=self.speed,
            speeds=(1, 60, 300),
            paused=self.paused,
            arrived=self.arrived,
            total=10,
        )

    def run_at(self, speed: float) -> None:
        self.speed = speed

    def pause(self, paused: bool) -> None:
        self.paused = paused

    async def bring_next(self) -> bool:
        self.arrived += 1
        return True


@dataclass
class Stage:
    """Everything a page test needs."""

    telegram: LocalTelegram
    bot: ScriptedBot
    levers: Levers
    mia: Person
    jonas: Person
    group: Group


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    telegram, levers = LocalTelegram(), Levers()
    mia, jonas = telegram.user("Mia"), telegram.user("Jonas", language="en")
    clara = telegram.user("Clara", is_admin=True)
    group = telegram.group("Redaktion Nord", [mia, jonas, clara])
    mount_page(telegram, control=levers)
    async with telegram, aiohttp.ClientSession() as session:
        bot = ScriptedBot(telegram, session)
        bot.let_answer.set()
        task = asyncio.create_task(bot.run())
        yield Stage(telegram, bot, levers, mia, jonas, group)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def chromium() -> AsyncIterator[Any]:
    playwright = pytest.importorskip("playwright.async_api", reason="the page is tested with playwright")
    if not THERE:
        pytest.skip(f"the page is tested with Debian's chromium at {CHROMIUM}")
    async with playwright.async_playwright() as run:
        browser = await run.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
        yield browser
        await browser.close()


class Watched:
    """A page whose every request and complaint is remembered; nothing must leave this machine."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.strangers: list[str] = []

    def follow(self, page: Any, base_url: str) -> None:
        page.on(
            "console",
            lambda line: self.complaints.append(line.text) if line.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None if request.url.startswith(f"{base_url}/") else self.strangers.append(request.url)
            ),
        )


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    yield watched
    assert watched.complaints == []
    assert watched.strangers == []


@pytest.fixture
async def open_page(stage: Stage, chromium: Any, watched: Watched) -> AsyncIterator[Any]:
    """Open the page as one likes: await open_page(width=360, color_scheme="dark")."""
    contexts = []

    async def opened(*, width: int = 1280, height: int = 800, language: str = "de-DE", **more: Any) -> Any:
        context = await chromium.new_context(
            viewport={"width": width, "height": height}, locale=language, timezone_id="Europe/Berlin", **more
        )
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(8000)
        watched.follow(page, stage.telegram.base_url)
        await page.goto(stage.telegram.base_url)
        await page.wait_for_selector("body[data-ready]")
        return page

    yield opened
    for context in contexts:
        await context.close()

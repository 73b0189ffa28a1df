"""The chat page over HTTP: what it serves, to whom, and what it turns away."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from bot.localchat.demo_control import DemoState
from bot.localchat.local import LocalTelegram
from bot.localchat.page import mount_page

ASSETS = ["chat.css", "chat.js", "theme.js", "texts.json", "icon.svg"]


class FakeControl:
    """A demo whose levers can be looked at."""

    def __init__(self) -> None:
        self.speed, self.paused, self.arrived = 60.0, False, 3

    def state(self) -> DemoState:
        return DemoState(
            now=datetime(2026, 3, 11, 6, tzinfo=UTC),
            speed=self.speed,
            speeds=(1, 60, 300),
            paused=self.paused,
            arrived=self.arrived,
            total=10,
        )

    def run_at(self, speed: float) -> None:
        if speed not in self.state().speeds:
            raise ValueError(f"no such speed: {speed}")
        self.speed = speed

    def pause(self, paused: bool) -> None:
        self.paused = paused

    async def bring_next(self) -> bool:
        self.arrived += 1
        return True


@pytest.fixture
async def telegram(clock: Any) -> AsyncIterator[LocalTelegram]:
    local = LocalTelegram(clock=clock)
    mount_page(local, control=FakeControl())
    async with local:
        yield local


@pytest.fixture
async def browser(telegram: LocalTelegram) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(telegram.base_url) as session:
        yield session


async def test_the_page_speaks_the_browsers_language_german_otherwise(browser: aiohttp.ClientSession) -> None:
    for wanted, language in (("en-GB,en;q=0.9", "en"), ("de", "de"), ("fr", "de"), ("fr,en;q=0.5", "en")):
        async with browser.get("/", headers={"Accept-Language": wanted}) as response:
            assert f'<html lang="{language}">' in await response.text()


async def test_the_page_allows_itself_nothing_but_its_own_files(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/") as response:
        page = await response.text()
        policy = response.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in page.replace("http-equiv", "")
    assert "style=" not in page
    assert "onclick" not in page


@pytest.mark.parametrize("name", ASSETS)
async def test_its_files_are_served(browser: aiohttp.ClientSession, name: str) -> None:
    async with browser.get(f"/chat/assets/{name}") as response:
        assert response.status == 200
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/chat/assets/__init__.py", "/chat/assets/..%2f__init__.py", "/chat/assets/no.js", "/etc"]
)
async def test_other_files_are_not(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(path) as response:
        assert response.status == 404


async def test_both_languages_have_the_same_texts(browser: aiohttp.ClientSession) -> None:
    async with browser.get("/chat/assets/texts.json") as response:
        texts = await response.json()

    assert texts["de"].keys() == texts["en"].keys()
    assert all(texts[language][key] for language in texts for key in texts[language])


async def test_a_foreign_page_or_name_is_turned_away(
    telegram: LocalTelegram, browser: aiohttp.ClientSession
) -> None:
    mia = telegram.user("Mia")
    order = {"user": mia.id, "chat": mia.chat_id, "text": "x"}

    async with browser.get("/", headers={"Host": "evil.example"}) as response:
        assert response.status == 403
    async with browser.post("/chat/say", json=order, headers={"Origin": "http://evil.example"}) as response:
        assert response.status == 403
    async with browser.post("/chat/say", data=json.dumps(order)) as response:
        assert response.status == 415
    assert telegram.messages(mia) == ()


async def test_the_page_acts_for_the_people(telegram: LocalTelegram, browser: aiohttp.ClientSession) -> None:
    mia = telegram.user("Mia")

    async with browser.post(
        "/chat/say", json={"user": mia.id, "chat": mia.chat_id, "text": "hallo"}
    ) as response:
        assert response.status == 200
    async with browser.post(
        "/chat/share", json={"user": mia.id, "chat": mia.chat_id, "place": "Lissabon"}
    ) as response:
        assert response.status == 200
    async with browser.post("/chat/block", json={"chat": mia.chat_id, "blocked": True}) as response:
        assert response.status == 200

    assert [message.text for message in telegram.messages(mia)] == ["hallo", "📍 Lissabon"]
    said, shared, blocked = telegram.world.updates.waiting
    assert [update.kind for update in (said, shared, blocked)] == ["message", "message", "my_chat_member"]
    assert shared.payload["location"] == {"latitude": 38.72, "longitude": -9.14}
    assert "text" not in shared.payload


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("/chat/say", {"user": 9, "chat": 9, "text": "x"}),
        ("/chat/say", {"user": 1001, "chat": 1001, "text": " "}),
        ("/chat/say", {}),
        ("/chat/press", {"user": 1001, "chat": 1001, "message": "x", "data": "y"}),
        ("/chat/share", {"user": 1001, "chat": 1001, "place": "Atlantis"}),
        ("/chat/block", []),
        ("/demo/state", {"speed": 7}),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    telegram: LocalTelegram, browser: aiohttp.ClientSession, path: str, order: Any
) -> None:
    telegram.user("Mia")

    async with browser.post(path, json=order) as response:
        assert response.status == 400


async def test_happenings_are_told_as_they_come(
    telegram: LocalTelegram, browser: aiohttp.ClientSession
) -> None:
    mia = telegram.user("Mia")
    async with browser.get("/chat/events") as response:
        snapshot = json.loads((await response.content.readline()).removeprefix(b"data: "))
        await response.content.readline()
        await mia.say("hallo")
        told = json.loads((await response.content.readline()).removeprefix(b"data: "))

    assert [chat["title"] for chat in snapshot["chats"]] == ["Mia"]
    assert (told["kind"], told["message"]["text"]) == ("message", "hallo")


async def test_the_demos_levers_are_turned(browser: aiohttp.ClientSession) -> None:
    for order in ({"speed": 300}, {"paused": True}, {"next": True}):
        async with browser.post("/demo/state", json=order) as response:
            state = await response.json()

    assert (state["speed"], state["paused"], state["arrived"], state["total"]) == (300, True, 4, 10)


async def test_without_a_demo_there_is_no_bar(clock: Any) -> None:
    local = LocalTelegram(clock=clock)
    mount_page(local)
    async with local, aiohttp.ClientSession(local.base_url) as browser:
        async with browser.get("/") as response:
            assert 'id="demo"' not in await response.text()
        async with browser.get("/demo/state") as response:
            assert response.status == 404

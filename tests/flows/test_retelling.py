"""Summaries worded by a service an operator named: checked, asked for once, and never needed."""

from __future__ import annotations

import json
import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot import pipeline
from bot.app import open_services
from bot.articles.draft import Draft
from bot.articles.reading import read_path
from bot.retelling import retell
from bot.settings import Settings, masked
from bot.shelf import build

KEY = "sk-very-secret"
TRUE = "In der Werft von Sinpo hat Nordkorea ein 92 Meter langes U-Boot zu Wasser gelassen."
INVENTED = "Die Regierung in Wien hat am Montag neue Steuern auf Schokolade beschlossen."
LEAD = "In der Werft von Sinpo hat Nordkorea am Freitag ein 92 Meter langes U-Boot zu Wasser gelassen"
NEWS = [
    {
        "title": "Nordkorea lässt Atom-U-Boot zu Wasser",
        "text": f"{LEAD}, meldet die Staatsagentur in Pjöngjang.",
    },
    {"title": "Atom-U-Boot: Nordkorea tauft Neubau", "text": f"{LEAD}. Südkorea sprach von einer Bedrohung."},
]


class Service:
    """Stands for the model: what it says, what it was asked."""

    def __init__(self) -> None:
        self.says: object = {"choices": [{"message": {"content": f"{TRUE} {INVENTED}"}}]}
        self.status = 200
        self.asked: list[tuple[str, str]] = []
        self.base_url = ""

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append((request.headers.get("Authorization", ""), await request.text()))
        return web.json_response(self.says, status=self.status)


@pytest.fixture
async def service():
    found = Service()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", found.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    found.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield found
    await runner.cleanup()


@asynccontextmanager
async def with_news(folder, clock, service):
    path = folder / "news.jsonl"
    rows = [
        one | {"url": f"https://blatt{place}.example/1", "publisher": f"Blatt {place}", "language": "de"}
        for place, one in enumerate(NEWS)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    settings = Settings(
        database_url=SecretStr(f"sqlite:///{folder / 'news.db'}"),
        retell_url=service.base_url,
        retell_key=SecretStr(KEY),
        retell_model="some-model",
    )
    async with open_services(settings, clock=clock) as services:
        await pipeline.take_in(services, [one for one in read_path(path) if isinstance(one, Draft)])
        await pipeline.group(services)
        yield services


async def summary_of(services):
    async with services.storage.read() as tx:
        [story] = await tx.stories.latest(datetime(2000, 1, 1, tzinfo=UTC), 5)
        built = await build(tx, [story.id], language="de")
    return built.items[0].summary


async def test_what_the_articles_bear_out_is_told_and_asked_for_once(tmp_path, clock, service, caplog):
    caplog.set_level(logging.DEBUG)
    async with with_news(tmp_path, clock, service) as services:
        assert not await retell(services)
        assert not await retell(services)

        assert await summary_of(services) == (TRUE,)
        assert KEY not in str(masked(services.settings))
    [(key, body)] = service.asked
    assert key == f"Bearer {KEY}"
    assert json.loads(body)["model"] == "some-model"
    assert KEY not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [
        (500, {"error": "down"}),
        (200, {"choices": []}),
        (200, ["no"]),
        (200, {"choices": [{"message": {"content": INVENTED}}]}),
        (200, {"choices": [{"message": {"content": None}}]}),
    ],
)
async def test_without_a_usable_answer_the_articles_tell_it_themselves(
    tmp_path, clock, service, answer, caplog
):
    service.status, service.says = answer
    async with with_news(tmp_path, clock, service) as services:
        assert not await retell(services)

        told = await summary_of(services)
    assert told
    assert LEAD in told[0]
    assert KEY not in caplog.text


async def test_nobody_there_is_no_harm(tmp_path, clock, service):
    service.base_url = "http://127.0.0.1:9/v1"
    async with with_news(tmp_path, clock, service) as services:
        assert not await retell(services)

        assert await summary_of(services)

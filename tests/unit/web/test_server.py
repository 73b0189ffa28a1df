"""The web server: who may bring updates, and what outsiders can see."""

import asyncio
import io

import aiohttp
import orjson
import pytest

from bot.web.server import build_web, serve
from storage.database import Storage
from storage.messages import InboxState
from tests.flows.postbox import Postbox, services_for

SECRET = "s3cret-s3cret-s3cret"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
def services(storage, clock):
    return services_for(storage, clock)


def storing(services):
    async def store(updates):
        async with services.storage.write() as tx:
            await tx.inbox.put(42, updates, now=services.clock.now())

    return store


@pytest.fixture
async def address(services):
    application = build_web(services, store=storing(services), webhook_secret=SECRET)
    async with serve(application, host="127.0.0.1", port=0) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def client():
    async with aiohttp.ClientSession() as client:
        yield client


async def stored(services):
    async with services.storage.read() as tx:
        return await tx.inbox.due(now=services.clock.now(), limit=10)


async def test_an_update_is_stored_before_it_is_confirmed_and_only_once(services, address, client):
    body = orjson.dumps({"update_id": 7, "message": {"text": "Grüße"}})
    for _ in range(2):
        answer = await client.post(f"{address}/telegram", data=body, headers={HEADER: SECRET})
        assert answer.status == 200

    [update] = await stored(services)
    assert (update.update_id, update.body) == (7, body.decode())


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "ä"])
async def test_who_does_not_know_the_secret_brings_nothing(services, address, client, secret):
    headers = {} if secret is None else {HEADER: secret}
    answer = await client.post(f"{address}/telegram", data=b'{"update_id":7}', headers=headers)
    assert answer.status == 403
    assert await stored(services) == []


async def test_a_flood_without_the_secret_is_turned_away_and_fills_no_log(services, address, client, caplog):
    caplog.set_level("DEBUG", "bot")
    body = b"x" * 10_000

    async def knock() -> int:
        return (await client.post(f"{address}/telegram", data=body, headers={HEADER: "guess"})).status

    statuses = await asyncio.gather(*(knock() for _ in range(300)))
    real = await client.post(f"{address}/telegram", data=b'{"update_id":7}', headers={HEADER: SECRET})

    assert set(statuses) == {403}
    assert real.status == 200
    assert [update.update_id for update in await stored(services)] == [7]
    assert not [line for line in caplog.records if line.name.startswith("bot")]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"\xff", b'{"update_id":"7"}', b'{"update_id":true}', b'{"update_id":-1}',
     b'{"update_id":9223372036854775808}', b"[" * 100_000, b'{"update_id":' * 10_000],
)  # fmt: skip
async def test_junk_is_refused(services, address, client, body):
    answer = await client.post(f"{address}/telegram", data=body, headers={HEADER: SECRET})
    assert answer.status == 400
    assert await stored(services) == []


async def test_an_unknown_kind_is_kept_and_a_huge_body_is_not(services, address, client):
    new = orjson.dumps({"update_id": 8, "something_new": {"x": 1}})
    answer = await client.post(f"{address}/telegram", data=new, headers={HEADER: SECRET})
    assert answer.status == 200
    huge = b'{"update_id":9,"x":"' + b"y" * 5_000_000 + b'"}'
    answer = await client.post(f"{address}/telegram", data=io.BytesIO(huge), headers={HEADER: SECRET})
    assert answer.status == 413
    assert [update.update_id for update in await stored(services)] == [8]


async def test_without_a_secret_there_is_no_webhook(services, client):
    async with serve(build_web(services), host="127.0.0.1", port=0) as port:
        answer = await client.post(f"http://127.0.0.1:{port}/telegram", data=b'{"update_id":7}')
    assert answer.status == 404


async def test_health_says_what_waits_and_nothing_about_people(services, address, client, storage, clock):
    await Postbox(storage, clock).owe(424_242, "Geheimes Thema")
    clock.advance(seconds=90)

    answer = await client.get(f"{address}/healthz")
    text = await answer.text()
    metrics = await (await client.get(f"{address}/metrics")).text()

    assert answer.status == 200
    health = orjson.loads(text)
    assert health["ok"] is True
    assert health["outbox"] == {"waiting": 1, "oldest_seconds": 90.0}
    assert health["inbox"] == {"waiting": 0, "quarantined": 0}
    assert "depesche_outbox_waiting 1.0" in metrics
    assert "depesche_outbox_oldest_seconds 90.0" in metrics
    for secret in ("424242", "Geheimes", SECRET):
        assert secret not in text + metrics


async def test_when_the_database_is_away_it_is_said_and_the_update_comes_again(client, clock):
    async with Storage("postgresql://nobody@127.0.0.1:9/none") as away:
        services = services_for(away, clock)
        application = build_web(services, store=storing(services), webhook_secret=SECRET)
        async with serve(application, host="127.0.0.1", port=0) as port:
            address = f"http://127.0.0.1:{port}"
            health = await client.get(f"{address}/healthz")
            metrics = await client.get(f"{address}/metrics")
            update = await client.post(
                f"{address}/telegram", data=b'{"update_id":7}', headers={HEADER: SECRET}
            )

    assert (health.status, metrics.status, update.status) == (503, 200, 503)
    assert update.headers["Retry-After"]


async def test_quarantined_updates_are_counted(services, address, client):
    async with services.storage.write() as tx:
        await tx.inbox.put(42, [(1, "{}")], now=services.clock.now())
        [update] = await tx.inbox.due(now=services.clock.now(), limit=1)
        for _ in range(5):
            state = await tx.inbox.failed(update.id, error="x", next_attempt_at=services.clock.now())
    assert state is InboxState.QUARANTINED
    health = orjson.loads(await (await client.get(f"{address}/healthz")).read())
    assert health["inbox"] == {"waiting": 0, "quarantined": 1}

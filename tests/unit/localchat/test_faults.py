"""Faults on order: each as the network would show it, and the ledger knows what really happened."""

import asyncio

import aiohttp
import pytest

from bot.localchat.faults import Body, Close, Hold, Refuse, Reset
from bot.localchat.local import LocalTelegram
from bot.localchat.storm import Storm
from tests.unit.localchat.conftest import Api


async def post(api: Api, chat_id: int) -> aiohttp.ClientResponse:
    url = f"{api.telegram.base_url}/bot{api.telegram.token}/sendMessage"
    async with api.session.post(url, json={"chat_id": chat_id, "text": "x"}) as response:
        await response.read()
        return response


@pytest.mark.parametrize("accept", [False, True])
async def test_the_connection_breaks_before_or_after_acceptance(
    telegram: LocalTelegram, api: Api, accept: bool
) -> None:
    mia = telegram.user("Mia")
    telegram.faults.reset(accept=accept)

    with pytest.raises(aiohttp.ClientConnectionError):
        await post(api, mia.chat_id)

    assert len(telegram.sent) == int(accept)
    assert telegram.requests[-1].status == 0
    assert (await post(api, mia.chat_id)).status == 200


@pytest.mark.parametrize("accept", [False, True])
async def test_a_gateway_fails_with_a_page(telegram: LocalTelegram, api: Api, accept: bool) -> None:
    mia = telegram.user("Mia")
    telegram.faults.server_error(502, accept=accept)

    response = await post(api, mia.chat_id)

    assert (response.status, response.content_type) == (502, "text/html")
    assert len(telegram.sent) == int(accept)


async def test_the_server_fails_with_json(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    telegram.faults.server_error(500, html=False)

    assert await api.refusal("sendMessage", chat_id=mia.chat_id, text="x") == "Internal Server Error"


async def test_a_body_nobody_can_read_comes_after_acceptance(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    telegram.faults.junk()

    response = await post(api, mia.chat_id)

    assert (response.status, response.content_length) == (200, len(b'{"ok":tr'))
    assert len(telegram.sent) == 1


async def test_a_slow_answer_is_in_the_ledger_at_once(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    go_on = telegram.faults.slow()
    call = asyncio.create_task(post(api, mia.chat_id))

    await telegram.wait_for(lambda: telegram.sent, what="acceptance")
    assert not call.done()
    go_on.set()

    assert (await call).status == 200


async def test_a_slow_answer_may_have_its_time(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    telegram.faults.slow(0.01)

    assert (await post(api, mia.chat_id)).status == 200


async def test_a_fault_waits_for_its_chat_and_its_method(telegram: LocalTelegram, api: Api) -> None:
    mia, jonas = telegram.user("Mia"), telegram.user("Jonas")
    telegram.faults.forbidden("user is deactivated", chat_id=mia.chat_id)

    assert (await post(api, jonas.chat_id)).status == 200
    await api.call("sendChatAction", chat_id=mia.chat_id, action="typing")
    assert await api.refusal("sendMessage", chat_id=mia.chat_id, text="x") == "Forbidden: user is deactivated"
    assert (await post(api, mia.chat_id)).status == 200


async def test_a_fault_for_ever_lasts_until_it_is_cleared(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    telegram.faults.bad_request("TOPIC_CLOSED", times=None)

    for _ in range(3):
        assert await api.refusal("sendMessage", chat_id=mia.chat_id, text="x") == "Bad Request: TOPIC_CLOSED"
    telegram.faults.clear()

    assert (await post(api, mia.chat_id)).status == 200


async def test_an_upgraded_group_tells_its_new_id(telegram: LocalTelegram, api: Api) -> None:
    group = telegram.group("Redaktion", [telegram.user("Mia")], kind="group", chat_id=-55)
    telegram.faults.migrate(group.chat_id, -1001)

    _, answer = await api.answer("sendMessage", chat_id=group.chat_id, text="x")

    assert answer["parameters"] == {"migrate_to_chat_id": -1001}


async def test_somebody_else_polls(telegram: LocalTelegram, api: Api) -> None:
    telegram.faults.conflict()

    status, _ = await api.answer("getUpdates")

    assert status == 409
    assert await api.call("getUpdates") == []


async def test_a_held_call_takes_effect_when_it_is_let_go(telegram: LocalTelegram, api: Api) -> None:
    mia, jonas = telegram.user("Mia"), telegram.user("Jonas")
    let_go = telegram.faults.hold(chat_id=mia.chat_id)

    work = asyncio.create_task(post(api, mia.chat_id))
    assert (await post(api, jonas.chat_id)).status == 200
    assert [entry.chat_id for entry in telegram.sent] == [jonas.chat_id]
    let_go.set()

    assert (await work).status == 200
    assert len(telegram.sent) == 2


async def test_a_connection_is_closed_after_its_answer(telegram: LocalTelegram, api: Api) -> None:
    mia = telegram.user("Mia")
    telegram.faults.close()

    response = await post(api, mia.chat_id)

    assert response.status == 200
    assert "close" not in response.headers.get("Connection", "")
    assert len(telegram.sent) == 1


async def test_a_revoked_token_is_refused_whatever_is_asked(telegram: LocalTelegram, api: Api) -> None:
    telegram.faults.revoke()

    for method in ("getMe", "getUpdates"):
        assert await api.refusal(method) == "Unauthorized"


def test_the_same_seed_brings_the_same_storm() -> None:
    storms = [Storm(seed=seed) for seed in (7, 7, 8)]
    fates = [[type(storm("sendMessage")) for _ in range(500)] for storm in storms]

    assert fates[0] == fates[1] != fates[2]
    assert fates[0].count(type(None)) > 300
    assert {Reset, Body, Refuse, Hold, Close} <= set(fates[0])
    assert all(storm("getUpdates") is None for storm in storms for _ in range(100))

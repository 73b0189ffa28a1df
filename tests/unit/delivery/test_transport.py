"""The transport against a server that misbehaves: what may be repeated, and what nobody may read."""

import asyncio
import gzip
import logging
from contextlib import asynccontextmanager

import orjson
import pytest
from aiohttp import web
from telegram import Bot, InputFile
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.delivery.transport import AiohttpRequest, AnswerLost, RequestNotSent

TOKEN = "123456:" + "S3cret" * 6


@asynccontextmanager
async def server(handler):
    application = web.Application(client_max_size=10**8)
    application.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    finally:
        await runner.cleanup()


def bot_at(address, **transport):
    request = AiohttpRequest(**transport)
    return Bot(TOKEN, base_url=address, request=request, get_updates_request=request)


@asynccontextmanager
async def opened(bot):
    await bot.request.initialize()
    try:
        yield bot
    finally:
        await bot.request.shutdown()


def ok(result):
    return web.json_response({"ok": True, "result": result})


def message(text="x"):
    return {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "text": text}


async def test_parameters_go_as_json_and_keep_their_types():
    seen = []

    async def handler(request):
        seen.append((request.path, request.content_type, await request.json()))
        return ok(message("Grüße 🎉"))

    async with server(handler) as address, opened(bot_at(address)) as bot:
        sent = await bot.send_message(
            1, "Grüße 🎉", parse_mode="HTML", disable_notification=True, message_thread_id=7
        )

    [(path, content_type, body)] = seen
    assert path.endswith("/sendMessage")
    assert content_type == "application/json"
    assert body["text"] == "Grüße 🎉"
    assert body["disable_notification"] is True
    assert body["message_thread_id"] == 7
    assert sent.text == "Grüße 🎉"


async def test_files_go_as_a_form():
    seen = {}

    async def handler(request):
        form = await request.post()
        seen.update(chat=form["chat_id"], name=form["document"].filename, body=form["document"].file.read())
        return ok(message())

    async with server(handler) as address, opened(bot_at(address)) as bot:
        await bot.send_document(1, InputFile(b'{"a":1}', filename="export.json"))

    assert seen == {"chat": "1", "name": "export.json", "body": b'{"a":1}'}


async def test_a_file_can_be_fetched():
    async def handler(request):
        assert request.method == "GET"
        return web.Response(body=b"bytes")

    async with server(handler) as address, opened(bot_at(address)) as bot:
        assert await bot.request.retrieve(f"{address}/file") == b"bytes"


# The library says that it will change the type of the waiting time.
@pytest.mark.filterwarnings("ignore:.*retry_after.*")
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"description": "Bad Request: chat not found"}, BadRequest),
        (403, {"description": "Forbidden: bot was blocked by the user"}, Forbidden),
        (401, {"description": "Unauthorized"}, InvalidToken),
        (429, {"description": "Too Many", "parameters": {"retry_after": 3}}, RetryAfter),
        (400, {"description": "moved", "parameters": {"migrate_to_chat_id": -1}}, ChatMigrated),
    ],
)
async def test_refusals_become_the_librarys_errors(status, body, error):
    async def handler(_request):
        return web.json_response({"ok": False, "error_code": status} | body, status=status)

    async with server(handler) as address, opened(bot_at(address)) as bot:
        with pytest.raises(error):
            await bot.send_message(1, "x")


@pytest.mark.filterwarnings("ignore")
async def test_what_never_left_can_be_told_from_what_may_have_arrived(unused_tcp_port):
    async def reset(request):
        await request.read()
        request.transport.abort()
        return web.Response()

    async def hold(request):
        await request.read()
        await asyncio.Event().wait()

    async def page(_request):
        return web.Response(body=b"<html>", content_type="text/html")

    for address in (f"http://127.0.0.1:{unused_tcp_port}/bot", "http://nowhere.invalid/bot", "nonsense:"):
        async with opened(bot_at(address)) as bot:
            with pytest.raises(RequestNotSent):
                await bot.send_message(1, "x")
    for handler, timeout in ((reset, 20), (hold, 0.05), (page, 20)):
        async with server(handler) as address, opened(bot_at(address, read_timeout=timeout)) as bot:
            with pytest.raises(AnswerLost):
                await bot.send_message(1, "x")


async def test_a_gateways_page_is_a_network_error_and_a_library_timeout_does_not_shorten_ours():
    async def handler(_request):
        return web.Response(status=502, body=b"<html>", content_type="text/html")

    async with server(handler) as address, opened(bot_at(address)) as bot:
        with pytest.raises(NetworkError):
            await bot.send_message(1, "x", read_timeout=0.000001)


async def test_connections_are_kept_and_a_redirect_is_not_followed():
    peers = set()

    async def handler(request):
        peers.add(request.transport.get_extra_info("peername"))
        if "getChat" in request.path:
            raise web.HTTPTemporaryRedirect("/elsewhere")
        return ok(message())

    async with server(handler) as address, opened(bot_at(address)) as bot:
        for _ in range(5):
            await bot.send_message(1, "x")
        with pytest.raises(NetworkError):
            await bot.get_chat(1)
    assert len(peers) == 1


async def test_a_server_that_closes_after_each_answer_costs_nothing():
    count = 0

    async def handler(_request):
        nonlocal count
        count += 1
        return web.json_response({"ok": True, "result": message()}, headers={"Connection": "close"})

    async with server(handler) as address, opened(bot_at(address)) as bot:
        for _ in range(10):
            await bot.send_message(1, "x")
    assert count == 10


@pytest.mark.filterwarnings("ignore")
async def test_the_token_is_in_no_error_repr_or_log(unused_tcp_port, caplog):
    caplog.set_level(logging.DEBUG)

    async def reset(request):
        request.transport.abort()
        return web.Response()

    async def junk(_request):
        return web.Response(body=b"{")

    seen = []

    def note(error):
        while error is not None:
            seen.append(f"{error!r} {error} {error.args}")
            error = error.__cause__

    async def fail(address):
        request = AiohttpRequest(connect_timeout=0.05, read_timeout=0.2)
        async with request:
            for call in (
                request.post_json(f"{address}{TOKEN}/sendMessage", b"{}"),
                request.post(f"{address}{TOKEN}/sendMessage"),
                request.post_json(f"{address}{TOKEN}/sendMessage", b"x" * 900_000),
            ):
                try:
                    await call
                except NetworkError as error:
                    note(error)
            seen.append(repr(request))

    for handler in (reset, junk):
        async with server(handler) as address:
            await fail(address)
    # 10.255.255.1 would be a connect time-out; without a network it is refused, which is as good.
    for address in (f"http://127.0.0.1:{unused_tcp_port}/bot", "nonsense://x/bot", "http://[/bot"):
        await fail(address)

    assert len(seen) >= 14
    assert TOKEN not in "\n".join(seen)
    assert TOKEN not in caplog.text


async def test_using_it_unopened_is_a_bug_and_opening_twice_is_not():
    request = AiohttpRequest()
    with pytest.raises(RuntimeError, match="initialize"):
        await request.post_json("http://127.0.0.1/", b"{}")
    await request.initialize()
    session = request._session
    await request.initialize()
    assert request._session is session
    await request.shutdown()
    await request.shutdown()


@pytest.mark.parametrize("payload", [b"", b"[]", b"null", b'{"ok":true}', b"\xff"])
def test_an_unreadable_success_is_ambiguous(payload):
    with pytest.raises(AnswerLost):
        AiohttpRequest.parse_json_payload(payload)


def test_broken_letters_are_forgiven():
    payload = orjson.dumps({"ok": True, "result": "a"})[:-2] + b'\xff"}'
    assert AiohttpRequest.parse_json_payload(payload)["result"].startswith("a")


async def test_a_prepared_request_is_what_a_session_would_send():
    seen = []

    async def handler(request):
        seen.append((request.method, request.path, dict(request.headers), await request.read()))
        return web.Response(status=418, body=b"short and stout")

    async with server(handler) as address, AiohttpRequest() as request:
        for body in (b'{"a":1}', b"", b"x" * 200_000):
            assert await request.post_json(f"{address}1:x/sendMessage", body) == (418, b"short and stout")

    for (method, path, headers, body), length in zip(seen, (7, 0, 200_000), strict=True):
        assert (method, path, len(body)) == ("POST", "/bot1:x/sendMessage", length)
        assert headers["Host"] == address.removeprefix("http://").removesuffix("/bot")
        assert headers["Content-Type"] == "application/json"


async def test_answers_of_every_shape_are_read_whole():
    """In pieces, of unknown length, compressed, after a "go on", or with no body at all."""
    answers = {
        "pieces": b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n',
        "until the end": b'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{"a":1}',
        "go on first": b'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":1}',
        "compressed": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%b"
        % (len(packed := gzip.compress(b'{"a":1}')), packed),
        "no body": b"HTTP/1.1 204 No Content\r\n\r\n",
        "no HTTP": b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        "cut short": b'HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n{"a":1}',
    }
    waiting = iter(answers.values())

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(next(waiting))
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        address = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/bot1:x/getMe"
        for name in answers:
            async with AiohttpRequest() as request:
                if name in {"no HTTP", "cut short"}:
                    with pytest.raises(AnswerLost):
                        await request.post_json(address, b"")
                    continue
                expected = (204, b"") if name == "no body" else (200, b'{"a":1}')
                assert await request.post_json(address, b"") == expected


async def test_a_call_that_is_cut_off_gives_its_connection_back_to_nobody():
    """Its answer would be taken for the next call's."""
    numbers, begun, may_answer = iter(range(10)), asyncio.Event(), asyncio.Event()

    async def handler(_request):
        number = next(numbers)
        begun.set()
        if number == 0:
            await may_answer.wait()
        return web.json_response(number)

    async with server(handler) as address, AiohttpRequest(connections=1) as request:
        cut_off = asyncio.create_task(request.post_json(f"{address}1:x/getMe", b"{}"))
        await begun.wait()
        cut_off.cancel()
        await asyncio.wait([cut_off])
        may_answer.set()
        assert await request.post_json(f"{address}1:x/getMe", b"{}") == (200, b"1")


async def test_waiting_for_a_free_connection_is_no_lost_answer():
    async def hold(request):
        await request.read()
        await asyncio.Event().wait()

    async with (
        server(hold) as address,
        AiohttpRequest(connections=1, connect_timeout=0.3, read_timeout=0.9) as request,
    ):
        first, second = await asyncio.gather(
            *(request.post_json(f"{address}1:x/getMe", b"{}") for _ in range(2)), return_exceptions=True
        )
    assert isinstance(first, AnswerLost)
    assert isinstance(second, RequestNotSent)

"""Whatever goes wrong with Telegram, nothing anybody may read afterwards holds the token."""

import asyncio
import contextlib
import logging
import traceback

import pytest
from telegram.error import InvalidToken

from bot import log
from bot.delivery.limits import Limits
from bot.delivery.paced import PacedRequest
from bot.delivery.polling import Poller
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.handlers.application import build_application
from bot.localchat.local import LocalTelegram
from bot.pipeline import deliver
from tests.flows.postbox import Postbox, services_for

FAULTS = {
    "429": lambda faults: faults.too_many_requests(1, times=3),
    "429 for a day": lambda faults: faults.too_many_requests(86_400, times=3),
    "403": lambda faults: faults.forbidden("bot was blocked by the user", times=3),
    "400": lambda faults: faults.bad_request("chat not found", times=3),
    "400 entities": lambda faults: faults.bad_request("can't parse entities: x", times=3),
    "migrated": lambda faults: faults.migrate(-5, -1005),
    "409": lambda faults: faults.conflict(times=None),
    "502 page": lambda faults: faults.server_error(502, method="", times=3),
    "502 page, accepted": lambda faults: faults.server_error(502, accept=True, method="", times=3),
    "500": lambda faults: faults.server_error(500, html=False, method="", times=3),
    "junk": lambda faults: faults.junk(method="", times=3),
    "no body": lambda faults: faults.junk(b"", method="", times=3),
    "reset before": lambda faults: faults.reset(accept=False, method="", times=3),
    "reset after": lambda faults: faults.reset(accept=True, method="", times=3),
    "closed": lambda faults: faults.close(method="", times=3),
    "held too long": lambda faults: faults.slow(method="", times=3),
    "revoked": lambda faults: faults.revoke(),
}


async def poll_once(transport, telegram, base_url):
    stop = asyncio.Event()

    async def store(_updates):
        stop.set()

    poller = Poller(
        transport, token=telegram.token, base_url=base_url, store=store, stop=stop,
        long_poll_s=0, first_wait=0.001,
    )  # fmt: skip
    asyncio.get_running_loop().call_later(0.3, stop.set)
    await poller.run()
    return repr(poller)


@pytest.fixture
def full_log(capsys):  # which it writes to
    """As the bot logs at DEBUG."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log.configure(level="debug", style="json")
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("full_log")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("fault", [*FAULTS, "nobody there"])
async def test_the_token_is_in_no_line_error_or_row(storage, clock, capsys, fault):
    logging.getLogger("bot").debug("it begins")
    services, seen = services_for(storage, clock), []
    async with LocalTelegram(clock=clock) as telegram, AiohttpRequest(read_timeout=0.05) as transport:
        base_url = telegram.base_url if fault in FAULTS else "http://127.0.0.1:9"
        reader = telegram.user("Leserin")
        await reader.say("/hilfe")
        paced = PacedRequest(transport, Limits(per_second=1000), storage, clock)
        application = build_application(services, paced, token=telegram.token, base_url=base_url)
        sender = TelegramSender(transport, token=telegram.token, base_url=base_url)
        await Postbox(storage, clock).owe(reader.id, "<b>eins</b>", "zwei")
        transport._connect_timeout = 0.05
        FAULTS.get(fault, lambda _: None)(telegram.faults)

        for call in (
            lambda: application.bot.send_message(reader.id, "x"),
            application.initialize,
            lambda: deliver(services, sender, Limits(per_second=1000)),
            lambda: poll_once(transport, telegram, base_url),
        ):
            try:
                seen.append(repr(await call()))
            except InvalidToken:
                continue  # the library's own text holds the token: it is caught by name, and never logged
            except Exception as error:  # noqa: BLE001 - whatever it is, somebody will log it
                seen.append("".join(traceback.format_exception(error)) + repr(error))
        with contextlib.suppress(Exception):
            await application.shutdown()
        seen += [repr(value) for value in (transport, paced, sender)]
        rows = await Postbox(storage, clock).rows()

    logged = capsys.readouterr().err
    assert "it begins" in logged
    said = "\n".join([*seen, logged, *(error for _, _, error in rows)])
    secret = telegram.token.split(":")[1]
    assert secret not in said

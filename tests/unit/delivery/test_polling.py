"""The polling loop: confirmed only when stored, never spinning, loud when it cannot go on."""

import asyncio
import logging

import orjson
import pytest

from bot.delivery.polling import ALLOWED_UPDATES, AnotherPoller, Poller
from bot.delivery.transport import AnswerLost, RequestNotSent
from bot.errors import SettingsError

TOKEN = "123456:" + "S3cret" * 6


class Script:
    """A transport that gives prepared answers to getUpdates, then stops the poller."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.stop = asyncio.Event()
        self.stored = []
        self.fail_store = 0
        self.asked_for = 30

    async def post_json(self, url, body, *, read_timeout=None):
        assert read_timeout is None or read_timeout > self.asked_for
        if url.path.endswith("deleteWebhook"):
            return 200, b'{"ok":true,"result":true}'
        self.asked.append(orjson.loads(body))
        if not self.answers:
            self.stop.set()
            await asyncio.Event().wait()
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, value = answer
        return status, value if isinstance(value, bytes) else orjson.dumps(value)

    async def store(self, updates):
        if self.fail_store:
            self.fail_store -= 1
            raise OSError("disk full")
        self.stored += updates

    def poller(self):
        return Poller(
            self,
            token=TOKEN,
            base_url="http://127.0.0.1",
            store=self.store,
            stop=self.stop,
            first_wait=0.001,
        )

    async def run(self):
        async with asyncio.timeout(5):
            await self.poller().run()
        return [asked.get("offset") for asked in self.asked]


def updates(*numbers):
    return 200, {"ok": True, "result": [{"update_id": number, "message": {}} for number in numbers]}


def refused(code, description="no", **more):
    return code, {"ok": False, "error_code": code, "description": description, **more}


async def test_the_offset_rises_after_the_updates_are_stored():
    script = Script(updates(7, 8), updates(9))
    assert await script.run() == [None, 9, 10]
    assert [number for number, _ in script.stored] == [7, 8, 9]
    assert orjson.loads(script.stored[0][1]) == {"update_id": 7, "message": {}}
    assert script.asked[0]["allowed_updates"] == list(ALLOWED_UPDATES)


async def test_what_could_not_be_stored_is_not_confirmed():
    script = Script(updates(7), updates(7))
    script.fail_store = 1
    assert await script.run() == [None, None, 8]
    assert [number for number, _ in script.stored] == [7]


async def test_when_all_is_confirmed_it_asks_without_an_offset():
    # Telegram may begin anew with a lower number after a week of silence.
    script = Script(updates(900), updates(), updates(5))
    assert await script.run() == [None, 901, None, 6]


@pytest.mark.parametrize(
    "answer",
    [
        (200, b""),
        (200, b"<html>"),
        (200, b'{"ok":true}'),
        (200, {"ok": True, "result": {"not": "a list"}}),
        (200, {"ok": True, "result": [{"no": "number"}]}),
        refused(500),
        refused(502),
        refused(400),
        RequestNotSent("no connection"),
        AnswerLost("reset"),
    ],
)
async def test_a_bad_answer_is_waited_out(answer, caplog):
    script = Script(answer, answer, updates(7))
    await script.run()
    assert [number for number, _ in script.stored] == [7]
    # One line for the cause, one for the end: an outage must not fill the log.
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert TOKEN not in caplog.text


async def test_an_update_without_a_number_does_not_hold_up_the_others():
    script = Script((200, {"ok": True, "result": [{"x": 1}, {"update_id": 7}, "y"]}))
    assert await script.run() == [None, 8]
    assert [number for number, _ in script.stored] == [7]


async def test_it_waits_as_long_as_it_is_told():
    script = Script(refused(429, parameters={"retry_after": 1}), updates(7))
    started = asyncio.get_running_loop().time()
    await script.run()
    assert asyncio.get_running_loop().time() - started >= 1


async def test_three_conflicts_in_a_row_stop_it_loudly():
    with pytest.raises(AnotherPoller, match="another process"):
        await Script(*[refused(409, "terminated by other getUpdates request")] * 3).run()


async def test_conflicts_with_successes_between_them_do_not():
    conflict = refused(409)
    script = Script(conflict, conflict, updates(7), conflict, conflict, updates(8))
    await script.run()
    assert [number for number, _ in script.stored] == [7, 8]


@pytest.mark.parametrize("code", [401, 404])
async def test_a_refused_token_stops_it_at_once(code):
    script = Script(refused(code, "Unauthorized"))
    with pytest.raises(SettingsError, match="DEPESCHE_TOKEN") as caught:
        await script.run()
    assert len(script.asked) == 1
    assert TOKEN not in str(caught.value)


async def test_the_order_to_stop_cuts_off_a_long_poll():
    script = Script()
    async with asyncio.timeout(1):
        await script.run()
    assert script.asked

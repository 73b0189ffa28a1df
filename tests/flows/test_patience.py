"""The database is locked while people talk: they are told within seconds, and answered when it is free."""

import asyncio
import sqlite3
import threading
from contextlib import closing, contextmanager

import pytest
from aiohttp import ClientSession

from bot.pipeline import answer
from bot.receiving import Receiving
from bot.web.server import WEBHOOK_PATH, build_web, serve
from bot.web.webhook import SECRET_HEADER
from storage.errors import Busy
from storage.messages import InboxState

PATIENCE = "Ich komme gerade nicht an meine Daten. Deine Nachricht ist da: Die Antwort kommt, sobald es geht."

SECRET = "s3cret-s3cret-s3cret"


@contextmanager
def locked(path):
    """Another program holds the file until this ends."""
    is_locked, let_go = threading.Event(), threading.Event()

    def lock():
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            is_locked.set()
            let_go.wait(30)

    thread = threading.Thread(target=lock)
    thread.start()
    is_locked.wait(10)
    try:
        yield
    finally:
        let_go.set()
        thread.join()


@pytest.fixture
def receiving(empty_talk):
    return Receiving(
        empty_talk.services, empty_talk.application, bot_id=1, on_stored=lambda: None, patience_s=0.2
    )


async def fetched(talk):
    """What Telegram holds for us, as it sends it."""
    return [
        (update.update_id, update.to_json()) for update in await talk.application.bot.get_updates(timeout=0)
    ]


async def test_who_writes_to_a_locked_database_is_told_once_and_answered_later(
    empty_talk, receiving, tmp_path
):
    ada = empty_talk.telegram.user("Ada", language="de")
    await ada.say("/hilfe")
    await ada.say("/abos")

    with locked(tmp_path / "empty.db"):
        keeping = asyncio.create_task(receiving.keep(await fetched(empty_talk)))
        await empty_talk.telegram.wait_for_reply(ada, "meine Daten", seconds=10)
        assert not keeping.done()
    await keeping

    while (await answer(empty_talk.services, empty_talk.application)).done:
        pass
    told, *answers = empty_talk.replies(ada)
    assert told == PATIENCE
    assert len(answers) == 2
    assert PATIENCE not in answers


async def test_a_webhook_has_them_told_as_well(empty_talk, receiving, tmp_path):
    ada = empty_talk.telegram.user("Ada", language="de")
    await ada.say("/hilfe")
    [(_, body)] = await fetched(empty_talk)
    application = build_web(empty_talk.services, store=receiving.keep, webhook_secret=SECRET)

    async with serve(application, host="127.0.0.1", port=0) as port, ClientSession() as client:
        url, headers = f"http://127.0.0.1:{port}{WEBHOOK_PATH}", {SECRET_HEADER: SECRET}
        with locked(tmp_path / "empty.db"):
            posting = asyncio.create_task(client.post(url, data=body, headers=headers))
            await empty_talk.telegram.wait_for_reply(ada, "meine Daten", seconds=10)
            assert not posting.done()
        assert (await posting).status == 200

    await answer(empty_talk.services, empty_talk.application)
    assert len(empty_talk.replies(ada)) == 2
    async with empty_talk.services.storage.read() as tx:
        assert await tx.inbox.count(InboxState.DONE) == 1


async def test_whom_the_database_refuses_again_and_again_hears_it_once(empty_talk, receiving, monkeypatch):
    ada = empty_talk.telegram.user("Ada", language="de")
    await ada.say("/hilfe")
    updates = await fetched(empty_talk)

    async def refuse(_):
        raise Busy("the database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(receiving, "_store", refuse)
        for _ in range(3):
            with pytest.raises(Busy):
                await receiving.keep(updates)
    await receiving.keep(updates)

    assert empty_talk.replies(ada) == [PATIENCE]


async def test_a_press_is_answered_meanwhile_and_does_its_work_later(empty_talk, receiving, tmp_path):
    ada = empty_talk.telegram.user("Ada", language="de")
    settings = await empty_talk.ask(ada, "/einstellungen")
    before = settings.text
    press = await ada.press(settings, "Pause")

    with locked(tmp_path / "empty.db"):
        keeping = asyncio.create_task(receiving.keep(await fetched(empty_talk)))
        pressed = empty_talk.telegram.world.callbacks
        await empty_talk.telegram.wait_for(lambda: pressed[press.id].answer, what="an answer", seconds=10)
        assert (
            pressed[press.id].answer.text
            == "Ich komme gerade nicht an meine Daten. Es geht weiter, sobald ich kann."
        )
    await keeping
    while (await answer(empty_talk.services, empty_talk.application)).done:
        pass

    assert empty_talk.now(settings).text != before


async def test_what_nobody_can_read_costs_nobody_else_the_word(empty_talk, receiving, monkeypatch):
    ada = empty_talk.telegram.user("Ada", language="de")
    await ada.say("/hilfe")
    updates = [(1, '{"update_id": 1, "message": 7}'), *await fetched(empty_talk)]

    async def refuse(_):
        raise Busy("the database is locked")

    monkeypatch.setattr(receiving, "_store", refuse)
    with pytest.raises(Busy):
        await receiving.keep(updates)

    assert empty_talk.replies(ada) == [PATIENCE]


async def test_in_a_group_only_a_command_waits_for_an_answer(empty_talk, receiving, monkeypatch):
    ada = empty_talk.telegram.user("Ada", language="en")
    group = empty_talk.telegram.group("Redaktion", [ada])
    await ada.say("Guten Morgen", in_chat=group)

    async def refuse(_):
        raise Busy("the database is locked")

    monkeypatch.setattr(receiving, "_store", refuse)
    with pytest.raises(Busy):
        await receiving.keep(await fetched(empty_talk))
    assert empty_talk.replies(group) == []

    await ada.say("/topics", in_chat=group)
    with pytest.raises(Busy):
        await receiving.keep(await fetched(empty_talk))
    [told] = empty_talk.replies(group)
    assert told.startswith("I cannot get at my data right now.")

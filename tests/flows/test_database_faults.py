"""The database is cut off, full, locked or damaged: nothing is told twice, and it goes on by itself."""

import asyncio
import os
import resource
import sqlite3
import sys
import threading
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr
from sqlalchemy import text
from typer.testing import CliRunner

from bot.app import open_services
from bot.cli import app
from bot.delivery.sender import TelegramSender
from bot.delivery.transport import AiohttpRequest
from bot.localchat.local import LocalTelegram
from bot.pipeline import deliver
from bot.settings import Settings
from bot.web.server import build_web, serve
from storage.database import Storage
from storage.errors import Busy, WrongDatabase
from storage.messages import Lane, MessagePart, NewDelivery
from tests.benchmarks.victim import JumpingClock, Life, Worker
from tests.flows.postbox import Postbox, no_limits, services_for

LANES = 4


class Relay:
    """Stands between the bot and PostgreSQL; the test cuts it."""

    def __init__(self, url):
        self._socket = f"{url.query['host']}/.s.PGSQL.5432"
        self._lines = set()
        self.is_open = True
        self.loses_commit = False

    async def start(self, url):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        return url.set(host="127.0.0.1", port=port, query={})

    async def stop(self):
        self._server.close()
        self.cut()

    def cut(self):
        for writer in list(self._lines):
            writer.transport.abort()

    async def _serve(self, reader, writer):
        if not self.is_open:
            writer.transport.abort()
            return
        there_reader, there_writer = await asyncio.open_unix_connection(self._socket)
        line = {writer, there_writer}
        self._lines |= line
        is_lost = asyncio.Event()
        with suppress(ConnectionError):
            await asyncio.gather(
                self._copy(reader, there_writer, is_lost, is_up=True),
                self._copy(there_reader, writer, is_lost, is_up=False),
            )
        self._lines -= line

    async def _copy(self, reader, writer, is_lost, *, is_up):
        while data := await reader.read(65536):
            if is_up and self.loses_commit and b"COMMIT" in data:
                self.loses_commit = False
                is_lost.set()
            if not is_up and is_lost.is_set():
                self.cut()  # it is committed, and nobody hears of it
                return
            writer.write(data)
            await writer.drain()
        writer.transport.abort()


@pytest.fixture
async def telegram(clock):
    async with LocalTelegram(clock=clock) as telegram:
        yield telegram


@pytest.fixture
async def sender(telegram):
    async with AiohttpRequest() as transport:
        yield TelegramSender(transport, token=telegram.token, base_url=telegram.base_url)


@pytest.fixture
async def relay(postgresql_storage):
    relay = Relay(postgresql_storage.url)
    yield relay
    await relay.stop()


@pytest.fixture
async def far(relay, postgresql_storage):
    """The same database, by way of the relay."""
    url = await relay.start(postgresql_storage.url)
    async with Storage(url.render_as_string(hide_password=False)) as storage:
        yield storage


def ledger(telegram):
    return Counter((entry.chat_id, entry.text) for entry in telegram.sent)


async def owe_many(postbox, telegram, count):
    for number in range(count):
        await postbox.owe(telegram.user(f"Leserin {number}").id, "Ausgabe")


async def standing_still(telegram):
    """How much was sent when nothing more is."""
    before = -1
    while (now := len(telegram.sent)) != before:
        before = now
        await asyncio.sleep(1)
    return now


async def settle(services, sender, clock):
    for _ in range(6):
        with suppress(Busy):
            await deliver(services, sender, no_limits())
        clock.advance(minutes=1)


async def test_a_database_that_is_cut_off_and_comes_back_costs_at_most_what_was_under_way(  # noqa: PLR0917
    far, relay, postgresql_storage, telegram, sender, clock
):
    await owe_many(Postbox(postgresql_storage, clock), telegram, 30)
    telegram.faults.slow(0.05, times=None)
    services = services_for(far, clock, send_lanes=LANES)

    work = asyncio.create_task(deliver(services, sender, no_limits()))
    await telegram.wait_for(lambda: len(telegram.sent) >= 8)
    relay.is_open = False
    relay.cut()
    # What is claimed is asked for, and nothing more while nothing can be written.
    assert await standing_still(telegram) < 30
    relay.is_open = True
    with suppress(Busy):
        await work
    clock.advance(minutes=1)
    await settle(services, sender, clock)

    assert len(ledger(telegram)) == 30
    assert sum(ledger(telegram).values()) <= 30 + LANES
    assert set(await Postbox(postgresql_storage, clock).states()) == {"sent"}


async def test_a_commit_whose_answer_is_lost_has_its_effect_once(  # noqa: PLR0917
    far, relay, postgresql_storage, telegram, sender, clock
):
    reader = telegram.user("Leserin")
    chat = await Postbox(far, clock).chat(reader.id)
    owed = NewDelivery(
        chat_id=chat.id,
        key="once",
        lane=Lane.DIGEST,
        parts=(MessagePart(html="Ausgabe"),),
        not_before=clock.now(),
    )

    async def owe():
        async with far.write() as tx:
            return await tx.outbox.put(owed, now=clock.now())

    relay.loses_commit = True
    with pytest.raises(Busy):
        await owe()
    # Whoever owed it cannot know and does so again: the key makes it one.
    assert await Postbox(postgresql_storage, clock).states() == ["pending"]
    assert not await owe()
    # The same with the note that the request goes out: it does not.
    relay.loses_commit = True
    await settle(services_for(far, clock), sender, clock)

    assert ledger(telegram) == {(reader.id, "Ausgabe"): 1}
    assert await Postbox(postgresql_storage, clock).states() == ["sent"]


async def test_a_deadlock_ends_as_busy_for_one_and_well_for_the_other(postgresql_storage, clock):
    chats = [await Postbox(postgresql_storage, clock).chat(number) for number in (1, 2)]
    met = asyncio.Barrier(2)

    async def change(first, second):
        async with postgresql_storage.write() as tx:
            await tx.chats.update(first)
            await met.wait()
            await tx.chats.update(second)

    ends = await asyncio.gather(change(*chats), change(*reversed(chats)), return_exceptions=True)

    assert sorted(type(end) for end in ends if end is not None) == [Busy]


async def test_no_connection_left_is_busy_and_health_says_so(postgresql_storage, clock):
    async with postgresql_storage.engine.begin() as connection:
        await connection.execute(text("CREATE ROLE few LOGIN CONNECTION LIMIT 1"))
    few = Storage(str(postgresql_storage.url.set(username="few")))
    try:
        async with few as storage, storage.engine.connect():
            with pytest.raises(Busy):
                async with storage.read():
                    pass
            web = build_web(services_for(storage, clock))
            async with serve(web, host="127.0.0.1", port=0) as port, ClientSession() as client:
                answer = await client.get(f"http://127.0.0.1:{port}/healthz")
                assert answer.status == 503
    finally:
        async with postgresql_storage.engine.begin() as connection:
            await connection.execute(text("DROP ROLE few"))


async def test_a_locked_database_is_waited_for_and_nothing_is_lost(
    storage, telegram, sender, clock, tmp_path
):
    postbox = Postbox(storage, clock)
    await owe_many(postbox, telegram, 10)
    locked, let_go = threading.Event(), threading.Event()

    def lock():
        with closing(sqlite3.connect(tmp_path / "depesche.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            locked.set()
            let_go.wait(20)

    thread = threading.Thread(target=lock)
    thread.start()
    await asyncio.to_thread(locked.wait)
    async with Storage(str(storage.url), busy_timeout_s=0.1) as impatient:
        services = services_for(impatient, clock)
        with pytest.raises(Busy):
            await deliver(services, sender, no_limits())
        assert telegram.sent == ()
        let_go.set()
        await asyncio.to_thread(thread.join)
        await settle(services, sender, clock)

    assert set(ledger(telegram).values()) == {1}
    assert set(await postbox.states()) == {"sent"}


async def test_a_full_disk_stops_a_worker_before_the_request_and_it_goes_on_by_itself(storage, tmp_path):
    clock = JumpingClock(tmp_path / "clock")
    async with LocalTelegram() as telegram:
        await owe_many(Postbox(storage, clock), telegram, 30)
        telegram.faults.slow(0.2, times=None)
        life = Life(
            database=str(storage.url),
            api_url=telegram.base_url,
            token=telegram.token,
            clock_path=clock.path,
            log_path=tmp_path / "log",
            settings={"send_lanes": 2},
        )
        with Worker(life) as worker:
            await telegram.wait_for(lambda: len(telegram.sent) >= 5, seconds=60)
            # No file can be written to any more, as if the disk were full.
            unlimited = resource.prlimit(
                worker.process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY)
            )
            assert await standing_still(telegram) < 30
            resource.prlimit(worker.process.pid, resource.RLIMIT_FSIZE, unlimited)
            await telegram.wait_for(lambda: len(telegram.sent) >= 30, seconds=30)
            assert worker.is_alive

        assert set(ledger(telegram).values()) == {1}


# What it starts with


def settings_over(path):
    return Settings(database_url=SecretStr(f"sqlite:///{path}"))


async def test_a_row_nobody_can_read_stops_no_start(storage, tmp_path, clock):
    async with storage.write() as tx:
        await tx.topics._connection.execute(
            text("""INSERT INTO topics (key, query) VALUES ('((("', '"((( AND OR')""")
        )
    async with open_services(settings_over(tmp_path / "depesche.db"), clock=clock) as services:
        services.topics.read(clock.now())


@pytest.mark.parametrize("place", ["file/depesche.db", "missing", "locked/depesche.db"])
def test_a_place_that_cannot_be_used_is_named_with_its_setting(tmp_path, monkeypatch, place):
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "missing").mkdir()
    (tmp_path / "locked").mkdir(mode=0o555)
    path = tmp_path / place
    if place.startswith("locked") and os.access(path.parent, os.W_OK):
        path = Path("/proc") / path.name  # where not even root may write
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")

    result = CliRunner().invoke(app, ["db", "upgrade"])

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "DATABASE_URL" in result.stderr


async def test_opening_a_file_twice_gives_up_no_lock_on_it(storage, tmp_path):
    """Without its locks the first would read an old state for ever, once another process was there and left."""
    program = (
        "import sqlite3, sys; connection = sqlite3.connect(sys.argv[1]);"
        "connection.execute('INSERT INTO topics (key, query) VALUES (?, ?)', (sys.argv[2], sys.argv[2]));"
        "connection.commit(); connection.close()"
    )
    count = text("SELECT count(*) FROM topics")
    for number in range(3):
        async with storage.engine.connect() as connection:
            assert (await connection.execute(count)).scalar_one() == number
        async with Storage(str(storage.url)):
            pass
        arguments = ("-c", program, str(tmp_path / "depesche.db"), str(number))
        process = await asyncio.create_subprocess_exec(sys.executable, *arguments)
        assert await process.wait() == 0


async def test_a_damaged_head_is_found_at_the_start(storage, tmp_path):
    await storage.close()
    damage(tmp_path / "depesche.db", at=0)
    with pytest.raises(WrongDatabase, match=r"DATABASE_URL.*restore a backup"):
        Storage(str(storage.url))


async def test_a_damaged_page_is_found_by_the_check_which_says_what_to_do(storage, tmp_path):
    async with storage.engine.connect() as connection:
        await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    await storage.close()
    damage(tmp_path / "depesche.db", at=4096 * 3)

    result = await asyncio.to_thread(CliRunner().invoke, app, ["db", "check", "--database", str(storage.url)])

    assert result.exit_code != 0
    assert "restore a backup" in result.stderr + result.stdout


def damage(path: Path, *, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 2000)

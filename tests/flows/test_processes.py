"""Real workers that are killed, stopped, frozen and starved: nothing is lost, and what comes twice is excused."""

import asyncio
import inspect
import resource
import signal
import sqlite3
from collections import Counter
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from bot.localchat.local import LocalTelegram
from storage.database import Storage
from storage.migrate import current_revision, newest_revision
from tests.benchmarks.kills import try_it
from tests.benchmarks.victim import Doom, JumpingClock, Life, When, Worker, bring_up_to_date
from tests.flows.postbox import Postbox


@dataclass
class Stage:
    telegram: LocalTelegram
    storage: Storage
    clock: JumpingClock
    postbox: Postbox
    life: Life

    @property
    def log(self):
        return self.life.log_path.read_text()

    def ledger(self):
        return Counter((entry.chat_id, entry.text) for entry in self.telegram.sent)


@asynccontextmanager
async def stage_over(storage, folder, **life):
    clock = JumpingClock(folder / "clock")
    async with LocalTelegram() as telegram:
        one = Life(
            database=storage.url.render_as_string(hide_password=False),
            api_url=telegram.base_url,
            token=telegram.token,
            clock_path=clock.path,
            log_path=folder / "log",
            **{"settings": {"send_lanes": 4}, **life},
        )
        yield Stage(telegram, storage, clock, Postbox(storage, clock), one)


@pytest.fixture
async def stage(storage, tmp_path):
    async with stage_over(storage, tmp_path) as stage:
        yield stage


async def owe_many(stage, count, *texts):
    for number in range(count):
        await stage.postbox.owe(stage.telegram.user(f"Leserin {number}").id, *(texts or ("Ausgabe",)))


async def until(condition):
    """Another process makes it true."""
    async with asyncio.timeout(60):
        while not (await found if inspect.isawaitable(found := condition()) else found):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


async def are_all_sent(storage):
    async with storage.read() as tx:
        return (await tx.outbox.waiting(now=datetime.max.replace(tzinfo=UTC))).count == 0


async def until_sent(stage, count):
    await stage.telegram.wait_for(lambda: len(stage.telegram.sent) >= count, seconds=60, what="the messages")


async def test_killed_at_every_step_nothing_is_lost_and_nothing_comes_twice_without_excuse(
    any_storage, tmp_path
):
    """A few steps; the command walks through all of them."""
    url = any_storage.url.render_as_string(hide_password=False)
    steps = ("part, part", "broadcast", "recall")

    # With room below Telegram's limit: on a busy machine requests are seen in bunches.
    findings = await try_it(url, tmp_path, kills=len(steps), lanes=2, seed=1706, rate=20, steps=steps)

    assert findings.is_clean, findings
    assert findings.duplicates <= 2 * findings.kills


async def test_told_to_end_it_finishes_what_runs_and_leaves_the_rest(stage):
    await owe_many(stage, 40)
    stage.telegram.faults.slow(0.5, times=None)
    with Worker(stage.life) as worker:
        await until_sent(stage, 8)
        worker.signal(signal.SIGTERM)
        assert await worker.ended(within=15) == 0

    sent = len(stage.telegram.sent)
    states = await stage.postbox.states()
    assert states.count("sent") == sent < 40
    assert states.count("pending") == 40 - sent
    assert set(stage.ledger().values()) == {1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_second_signal_ends_it_at_once_without_a_word(stage, number):
    await owe_many(stage, 8)
    stage.telegram.faults.slow(times=None)
    with Worker(stage.life) as worker:
        await until_sent(stage, 4)
        worker.signal(number)
        assert await worker.ended(within=1) is None
        worker.signal(number)
        assert await worker.ended(within=5) == -number
    assert "Traceback" not in stage.log


async def test_a_frozen_sender_that_thaws_overwrites_nothing(postgresql_storage, tmp_path):
    async with stage_over(postgresql_storage, tmp_path) as stage:
        await owe_many(stage, 30)
        stage.telegram.faults.slow(0.2, times=None)
        with Worker(stage.life) as frozen:
            await until_sent(stage, 5)
            frozen.signal(signal.SIGSTOP)
            stage.clock.jump(minutes=2)  # its leases are over
            with Worker(stage.life) as other:
                await until_sent(stage, 20)
                frozen.signal(signal.SIGCONT)
                await until(lambda: are_all_sent(stage.storage))
                assert frozen.is_alive
                assert other.is_alive
        ledger = stage.ledger()

    assert len(ledger) == 30
    assert sum(ledger.values()) <= 30 + 4


async def test_a_clock_that_jumps_while_it_sends_doubles_and_loses_nothing(stage):
    await owe_many(stage, 30)
    stage.telegram.faults.slow(0.2, times=None)
    with Worker(stage.life) as worker:
        await until_sent(stage, 5)
        stage.clock.jump(hours=1)
        await until_sent(stage, 15)
        stage.clock.jump(hours=20)
        await until_sent(stage, 30)
        await until(lambda: are_all_sent(stage.storage))
        assert worker.is_alive

    assert set(stage.ledger().values()) == {1}
    assert set(await stage.postbox.states()) == {"sent"}


async def test_a_token_that_is_revoked_ends_it_after_a_few_requests_with_one_line(stage):
    await owe_many(stage, 20)
    with Worker(stage.life) as worker:
        await until_sent(stage, 3)
        stage.telegram.faults.revoke()
        before = len(stage.telegram.requests)
        assert await worker.ended(within=30) not in {None, 0}

    asked = [request for request in stage.telegram.requests[before:] if request.status == 401]
    assert len(asked) <= 3 + 4
    assert "@BotFather" in stage.log
    assert stage.telegram.token not in stage.log


async def test_with_few_open_files_it_waits_and_loses_nothing(storage, tmp_path):
    async with stage_over(storage, tmp_path, open_files=64, settings={"send_lanes": 64}) as stage:
        await owe_many(stage, 60)
        stage.telegram.faults.slow(0.3, times=None)
        with Worker(stage.life) as worker:
            await until_sent(stage, 60)
            worker.signal(signal.SIGTERM)
            assert await worker.ended(within=15) == 0

        assert set(await stage.postbox.states()) == {"sent"}
        assert set(stage.ledger().values()) == {1}


async def test_out_of_memory_it_loses_nothing_and_goes_on_when_there_is_some(stage):
    """What it has it keeps, and gets no page more: no thread starts, what is large fails."""
    reader = stage.telegram.user("Fragende")
    await owe_many(stage, 30)
    stage.telegram.faults.slow(0.2, times=None)
    with Worker(stage.life) as worker:
        await until_sent(stage, 5)
        unlimited = resource.prlimit(worker.process.pid, resource.RLIMIT_AS, (1, resource.RLIM_INFINITY))
        await reader.say("/hilfe")
        await until(lambda: "can't start new thread" in stage.log or "MemoryError" in stage.log)
        resource.prlimit(worker.process.pid, resource.RLIMIT_AS, unlimited)
        await until_sent(stage, 31)
        await until(lambda: are_all_sent(stage.storage))
        worker.signal(signal.SIGTERM)
        assert await worker.ended(within=15) == 0

    *patience, told = stage.telegram.replies(reader)
    assert "fragen kannst" in told.text
    assert len(patience) <= 1  # "the answer comes later", where the update could not be stored at once
    assert set(stage.ledger().values()) == {1}
    assert set(await stage.postbox.states()) == {"sent"}


# The schema


def life_over(url, folder, doom=None, work=bring_up_to_date):
    return Life(
        database=url,
        api_url="",
        token="",
        clock_path=folder / "clock",
        log_path=folder / "log",
        doom=doom,
        work=work,
    )


@pytest.mark.parametrize(
    ("nth", "when"), [(1, When.BEFORE), (40, When.AFTER), (90, When.BEFORE), (1, When.COMMIT)]
)
async def test_killed_while_it_changes_the_schema_the_next_start_finishes(tmp_path, nth, when):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    doom = Doom(statement="CREATE|ALTER|INSERT|DROP|UPDATE", nth=nth, when=when, late_s=0.002)

    with Worker(life_over(url, tmp_path, doom)) as worker:
        code = await worker.ended(within=30)
    assert code in {-signal.SIGKILL, 0}
    with Worker(life_over(url, tmp_path)) as worker:
        assert await worker.ended(within=30) == 0

    async with Storage(url) as storage:
        assert await current_revision(storage) == newest_revision()
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_five_that_start_at_once_change_the_schema_once(any_storage, tmp_path):
    url = f"sqlite:///{tmp_path / 'five.db'}"
    if any_storage.dialect == "postgresql":
        async with any_storage.engine.begin() as connection:
            await connection.execute(text("DROP SCHEMA public CASCADE"))
            await connection.execute(text("CREATE SCHEMA public"))
        url = any_storage.url.render_as_string(hide_password=False)

    with ExitStack() as stack:
        workers = [stack.enter_context(Worker(life_over(url, tmp_path))) for _ in range(5)]
        codes = [await worker.ended(within=60) for worker in workers]

    assert codes == [0] * 5
    async with Storage(url) as opened, opened.engine.connect() as connection:
        versions = (await connection.execute(text("SELECT version_num FROM alembic_version"))).all()
    assert [version for (version,) in versions] == [newest_revision()]


async def write_for_ever(life: Life) -> None:
    """Says of each row when it is committed."""
    async with Storage(life.database) as storage, storage.engine.connect() as connection:
        number = 0
        while True:
            number += 1
            await connection.execution_options(depesche_writes=True)
            async with connection.begin():
                row = {"id": number, "body": "x" * 20_000}
                await connection.execute(text("INSERT INTO load(id, body) VALUES (:id, :body)"), row)
            life.log_path.with_name("committed").write_text(str(number))


async def test_killed_under_write_load_everything_committed_is_there(storage, tmp_path):
    path, committed = tmp_path / "depesche.db", tmp_path / "committed"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE load (id INTEGER PRIMARY KEY, body TEXT)")

    # A row has 20 kB: several checkpoints fall into this time.
    with Worker(life_over(f"sqlite:///{path}", tmp_path, work=write_for_ever)) as worker:
        await until(lambda: committed.exists() and int(committed.read_text() or 0) >= 600)
        worker.signal(signal.SIGKILL)
        await worker.ended(within=5)

    with closing(sqlite3.connect(path)) as connection:
        [count] = connection.execute("SELECT count(*) FROM load").fetchone()
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert count >= int(committed.read_text() or 0)

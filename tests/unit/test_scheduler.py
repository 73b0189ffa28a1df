"""Loops: woken, repeated while there is work, stopped in order, one failing alone."""

import asyncio
import threading
import time
from datetime import timedelta

from bot.scheduler import Loop, Scheduler

LONG = timedelta(hours=1)


def loop_of(name, step, every=LONG):
    return Loop(name=name, step=step, every=every)


async def test_a_loop_looks_at_once_and_again_while_there_is_more():
    rounds = []
    done = asyncio.Event()

    async def step() -> bool:
        rounds.append(len(rounds))
        if len(rounds) == 3:
            done.set()
        return len(rounds) < 3

    scheduler = Scheduler([loop_of("collect", step)])
    scheduler.start()
    await asyncio.wait_for(done.wait(), 5)
    await scheduler.stop()
    assert rounds == [0, 1, 2]


async def test_a_woken_loop_looks_again():
    looked = asyncio.Queue()

    async def step() -> bool:
        looked.put_nowait(None)
        return False

    scheduler = Scheduler([loop_of("deliver", step)])
    scheduler.start()
    await asyncio.wait_for(looked.get(), 5)
    scheduler.wake("deliver")
    await asyncio.wait_for(looked.get(), 5)
    scheduler.wake("a loop of another process")
    await scheduler.stop()
    assert looked.empty()


async def test_the_metronome_ticks():
    looked = asyncio.Queue()

    async def step() -> bool:
        looked.put_nowait(None)
        return False

    scheduler = Scheduler([loop_of("issue", step, every=timedelta(seconds=1))])
    scheduler.start()
    await asyncio.wait_for(looked.get(), 5)
    await asyncio.wait_for(looked.get(), 5)
    await scheduler.stop()


async def test_a_failing_loop_stops_no_other(caplog):
    fine = asyncio.Event()

    async def broken() -> bool:
        raise ValueError("no such thing")

    async def healthy() -> bool:
        fine.set()
        return False

    scheduler = Scheduler([loop_of("broken", broken), loop_of("healthy", healthy)])
    scheduler.start()
    await asyncio.wait_for(fine.wait(), 5)
    await scheduler.stop()
    assert "loop failed" in caplog.text


async def test_stopping_lets_a_round_finish():
    begun, finished = asyncio.Event(), []

    async def step() -> bool:
        begun.set()
        await asyncio.sleep(0)
        finished.append(True)
        return True

    scheduler = Scheduler([loop_of("deliver", step)])
    scheduler.start()
    await asyncio.wait_for(begun.wait(), 5)
    await scheduler.stop()
    assert finished


async def test_a_round_that_never_ends_is_cut_off():
    begun = asyncio.Event()

    async def step() -> bool:
        begun.set()
        await asyncio.Event().wait()
        return False

    scheduler = Scheduler([loop_of("collect", step)])
    scheduler.start()
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.wait_for(scheduler.stop(within=timedelta(milliseconds=10)), 5)


async def test_a_tick_that_falls_due_while_stopping_is_no_error(caplog):
    async def step() -> bool:
        return False

    scheduler = Scheduler([loop_of("issue", step, every=timedelta(milliseconds=20))])
    scheduler.start()
    await asyncio.sleep(0)  # the timer is set
    time.sleep(0.03)  # noqa: ASYNC251 - the loop is held until the tick is due
    await asyncio.sleep(0)  # the timer runs after this task, and asks for the tick,
    await asyncio.sleep(0)  # which begins after this task has gone on, to stop
    await scheduler.stop()
    await asyncio.sleep(0)
    assert not caplog.records


async def test_ticks_come_on_the_loop_itself(monkeypatch):
    """An event is no business of another thread's: whom it should wake might sleep on."""
    threads, set_here = set(), asyncio.Event.set

    def noted(event):
        threads.add(threading.get_ident())
        set_here(event)

    monkeypatch.setattr(asyncio.Event, "set", noted)
    looked = asyncio.Queue()

    async def step() -> bool:
        looked.put_nowait(None)
        return False

    scheduler = Scheduler([loop_of("issue", step, every=timedelta(seconds=0.05))])
    scheduler.start()
    for _ in range(3):
        await asyncio.wait_for(looked.get(), 5)
    await scheduler.stop()
    assert threads == {threading.get_ident()}

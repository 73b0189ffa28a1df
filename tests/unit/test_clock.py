"""The common clock: the database server's, carried on by this machine's monotonic one."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.clock import CommonClock

NOON = datetime(2026, 3, 11, 12, 0, tzinfo=UTC)


class Server:
    """A time server whose answers take a second each way."""

    def __init__(self, says, ticks=None):
        self._says, self._ticks = says, ticks

    async def time(self):
        if self._ticks:
            self._ticks.pass_by(2)
        return self._says


class Ticks:
    def __init__(self):
        self.at = 100.0

    def __call__(self):
        return self.at

    def pass_by(self, seconds):
        self.at += seconds


class Machine:
    """Whose clock somebody has set wrong, and sets again."""

    def __init__(self, now):
        self.shows = now

    def now(self):
        return self.shows


@pytest.mark.parametrize("wrong_by", [timedelta(seconds=-90), timedelta(seconds=90), timedelta(days=4000)])
async def test_what_the_server_says_counts_not_the_machine(wrong_by):
    ticks, machine = Ticks(), Machine(NOON + wrong_by)
    clock = CommonClock(machine=machine, monotonic=ticks)

    await clock.ask(Server(NOON, ticks))
    assert clock.now() == NOON + timedelta(seconds=1)

    machine.shows += timedelta(days=1)
    ticks.pass_by(30)
    assert clock.now() == NOON + timedelta(seconds=31)


async def test_a_file_has_the_machines_time():
    machine = Machine(NOON)
    clock = CommonClock(machine=machine)
    await clock.ask(Server(None))
    machine.shows += timedelta(minutes=5)
    assert clock.now() == NOON + timedelta(minutes=5)

"""Two workers over one server: one writes to Telegram, the other takes over when it is gone."""

import signal

from bot.delivery.role import LEASE
from bot.localchat.local import LocalTelegram
from tests.benchmarks.victim import JumpingClock, Life, Worker


async def test_a_stand_by_keeps_quiet_and_takes_over_when_the_lease_is_over(postgresql_storage, tmp_path):
    clock = JumpingClock(tmp_path / "clock")
    assert LEASE.total_seconds() <= 60
    async with LocalTelegram() as telegram:
        reader = telegram.user("Leserin")
        life = Life(
            database=postgresql_storage.url.render_as_string(hide_password=False),
            api_url=telegram.base_url,
            token=telegram.token,
            clock_path=clock.path,
            log_path=tmp_path / "log",
        )
        with Worker(life) as first:
            await reader.say("/hilfe")
            await telegram.wait_for(lambda: telegram.replies(reader), what="an answer", seconds=60)
            with Worker(life) as second:
                # Both are up: whoever polls beside the other throws it out, and is counted.
                await telegram.wait_for(
                    lambda: [one.method for one in telegram.requests].count("getMe") >= 2, seconds=60
                )
                await reader.say("/hilfe")
                await telegram.wait_for(lambda: len(telegram.replies(reader)) == 2, seconds=30)
                assert {one.status for one in telegram.requests if one.method == "getUpdates"} == {200}

                first.signal(signal.SIGKILL)
                assert await first.ended(within=10) == -signal.SIGKILL
                await reader.say("/hilfe")
                clock.jump(seconds=LEASE.total_seconds() + 1)
                await telegram.wait_for(lambda: len(telegram.replies(reader)) == 3, seconds=60)
                assert second.is_alive
                second.signal(signal.SIGTERM)
                assert await second.ended(within=15) == 0

"""Telegram's limits in the local Bot API: who keeps them is let through, who does not is counted."""

import pytest

from bot.localchat.local import LocalTelegram
from bot.localchat.rates import Rates
from tests.unit.localchat.conftest import Api


def counted(rates: Rates, calls: list[tuple[float, int]], method: str = "sendMessage") -> int:
    for at, chat in calls:
        rates.check(method, chat, at)
    return len(rates.violations)


def test_thirty_a_second_are_let_through_and_no_more() -> None:
    assert counted(Rates(), [(n / 30, n + 1) for n in range(300)]) == 0
    assert counted(Rates(), [(0.0, n + 1) for n in range(31)]) == 1
    assert counted(Rates(), [(n / 40, n + 1) for n in range(400)]) >= 75


def test_a_person_is_written_to_once_a_second_after_a_few_at_once() -> None:
    assert counted(Rates(), [(0.0, 7)] * 5 + [(float(n), 7) for n in range(1, 100)]) == 0
    assert counted(Rates(), [(0.0, 7)] * 6) == 1
    assert counted(Rates(), [(n / 2, 7) for n in range(60)]) >= 20


def test_a_group_gets_twenty_in_any_minute() -> None:
    assert counted(Rates(), [(n * 3.0, -7) for n in range(100)]) == 0
    assert counted(Rates(), [(n * 1.0, -7) for n in range(21)]) == 1


def test_edits_count_for_all_and_reading_for_nobody() -> None:
    assert counted(Rates(), [(0.0, 7)] * 31, "editMessageText") == 1
    assert counted(Rates(), [(0.0, 7)] * 100, "getUpdates") == 0


def test_paid_messages_have_a_higher_ceiling() -> None:
    rates = Rates()
    assert all(rates.check("sendMessage", n + 1, 0.0, paid=True) is None for n in range(100))
    assert rates.fastest == 100


@pytest.mark.parametrize("refuses", [True, False])
async def test_who_is_too_fast_is_told_how_long_to_wait(
    telegram: LocalTelegram, api: Api, refuses: bool
) -> None:
    mia = telegram.user("Mia")
    telegram.api.rates = Rates(refuses=refuses)

    statuses = [await status(api, mia.chat_id) for _ in range(7)]

    assert statuses == [200] * 5 + [429 if refuses else 200] * 2
    assert [one.chat_id for one in telegram.api.rates.violations] == [mia.chat_id] * 2
    assert len(telegram.sent) == (5 if refuses else 7)


async def status(api: Api, chat_id: int) -> int:
    url = f"{api.telegram.base_url}/bot{api.telegram.token}/sendMessage"
    async with api.session.post(url, json={"chat_id": chat_id, "text": "x"}) as response:
        return response.status

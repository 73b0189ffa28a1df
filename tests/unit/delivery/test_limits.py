"""Our own limits: never above, and nearly all of them used."""

import random
from bisect import bisect_left
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.limits import LONGEST_PROBE_S, Limits
from bot.delivery.policy import ChatMissing, NotSent, Scope, Sent, Unknown
from bot.delivery.turns import Gate

PERSON, GROUP = 5, -5


def most_in(times, window):
    """The largest number of times in any half-open window."""
    times = sorted(times)
    return max(bisect_left(times, start + window - 1e-6) - at for at, start in enumerate(times))


def run(limits, *, seconds, chat, step=0.01):
    """Send whenever a turn comes within the next moment; the times of sending."""
    sent, now = [], 0.0
    while now < seconds:
        wait = limits.take(chat(), now)
        if wait is None:
            now += step
        else:
            now += wait
            sent.append(now)
    return sent


@pytest.mark.parametrize("rate", [1, 7, 28, 30, 1000])
def test_the_rate_to_all_is_used_and_never_exceeded_in_any_window(rate):
    people = iter(range(1, 10**9))
    seconds = 12 if rate < 1000 else 3

    sent = run(Limits(per_second=rate), seconds=seconds, chat=lambda: next(people))

    assert most_in(sent, 1) <= rate
    for window in (1, 2, min(10, seconds - 1)):
        within = [at for at in sent if at < window - 1e-6]
        assert 0.95 * rate * window <= len(within) <= rate * window
        assert most_in(sent, window) <= rate * window


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_rate_holds_for_any_mixture_of_pauses(seed):
    chance = random.Random(seed)
    limits, sent, now = Limits(per_second=28), [], 0.0
    while now < 20:
        wait = limits.take(chance.randrange(1, 10**6), now)
        assert wait is not None
        sent.append(now + wait)
        now += wait if chance.random() < 0.9 else chance.uniform(0, 2)
    assert most_in(sent, 1) <= 28
    assert most_in(sent, 10) <= 280


def test_a_person_gets_a_burst_of_three_and_then_one_a_second():
    sent = run(Limits(per_second=1000), seconds=20, chat=lambda: PERSON)
    assert len([at for at in sent if at < 0.5]) == 3
    for window in (1, 5, 10):
        assert most_in(sent, window) <= 3 + window
    assert 0.95 <= len([at for at in sent if 5 <= at < 15]) / 10 <= 1.0


def test_a_group_gets_eighteen_in_any_minute():
    sent = run(Limits(per_second=1000), seconds=300, chat=lambda: GROUP)
    assert most_in(sent, 60) <= 18
    assert 0.95 * 18 <= len([at for at in sent if 60 <= at < 120]) <= 18


def test_who_is_spent_rests_and_the_others_do_not():
    limits = Limits(per_second=1000)
    for _ in range(3):
        assert limits.take(PERSON, 0.0) is not None
    assert limits.take(PERSON, 0.1) is None
    assert limits.resting(0.1) == [PERSON]
    assert limits.take(PERSON + 1, 0.1) is not None
    assert limits.resting(1.1) == []


def test_a_chat_told_to_wait_is_left_alone_until_then():
    limits = Limits()
    limits.rest(PERSON, 30.0)
    limits.rest(PERSON, 20.0)
    assert limits.take(PERSON, 29.0) is None
    assert limits.take(PERSON + 1, 29.0) is not None
    assert limits.take(PERSON, 30.1) is not None


def test_all_wait_when_the_bot_is_told_to():
    limits = Limits()
    assert limits.room(0.0) == 27
    limits.rest(0, 10.0)
    assert limits.room(5.0) == 0
    assert limits.take(PERSON, 5.0) is None
    assert limits.room(10.0) == 27


def test_two_chats_throttled_within_a_second_are_about_the_bot():
    limits = Limits()
    assert limits.scope_of_throttle(1, 0.0) is Scope.CHAT
    assert limits.scope_of_throttle(1, 0.5) is Scope.CHAT
    assert limits.scope_of_throttle(2, 1.0) is Scope.BOT
    assert limits.scope_of_throttle(3, 9.0) is Scope.CHAT


def test_room_is_what_goes_out_within_a_second():
    limits = Limits(per_second=10)
    assert limits.room(0.0) == 9
    for number in range(1, 6):
        limits.take(number, 0.0)
    assert limits.room(0.0) == 4


def test_after_three_tries_without_answer_it_probes_ever_less_often():
    limits = Limits()
    for outcome in (NotSent("a"), Sent(1), Unknown("b"), NotSent("c")):
        limits.note(outcome, 0.0)
    assert not limits.is_down
    limits.note(Unknown("d"), 0.0)
    assert limits.is_down

    now, waits = 0.0, []
    for _ in range(8):
        assert limits.may_probe(now)
        limits.probed(now, is_reachable=False)
        steps = 0
        while not limits.may_probe(now):
            now += 0.05
            steps += 1
        waits.append(steps)
    assert all(later >= earlier - 1 for earlier, later in pairwise(waits))
    assert waits[0] < 2 / 0.05
    assert waits[-1] <= LONGEST_PROBE_S / 0.05 + 1
    limits.probed(now, is_reachable=True)
    assert not limits.is_down


def test_many_missing_chats_are_our_mistake():
    limits = Limits()
    for _ in range(4):
        limits.note(ChatMissing(""), 0.0)
    assert limits.is_trusted(0.0)
    limits.note(ChatMissing(""), 0.0)
    assert not limits.is_trusted(0.0)
    for _ in range(25):
        limits.note(Sent(1), 1.0)
    assert limits.is_trusted(1.0)
    assert Limits().is_trusted(0.0)


def test_it_remembers_no_more_chats_than_it_needs():
    limits = Limits(per_second=1_000_000)
    for number in range(1, 25_001):
        limits.take(number, number / 1000)
    assert len(limits._chats) <= 11_000


def test_whoever_takes_over_starts_without_bursts():
    limits = Limits(per_second=1000)
    limits.hold(0.0, is_ours=False)
    limits.hold(10.0, is_ours=True)
    assert limits.take(PERSON, 10.01) is not None
    assert limits.rest_of(PERSON, 10.5)
    limits.hold(10.6, is_ours=True)
    assert not limits.rest_of(PERSON, 12.1)


@pytest.mark.parametrize(("stalls", "least"), [(0.0, 0.95), (0.005, 0.85)])
@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_late_turns_are_made_up_for_and_never_too_many_come_in_a_second(stalls, least, seed):
    """Each timer is late by up to 15 ms, some by a fifth of a second."""
    chance = random.Random(seed)
    limits, sent, now = Limits(per_second=28), [], 0.0
    while now < 21:
        turn = limits.next_turn(now)
        late = 0.2 if chance.random() < stalls else chance.uniform(0, 0.015)
        now = turn + (late if turn > now else 0.0)
        assert limits.take(chance.randrange(1, 10**6), now) == 0.0
        sent.append(now)
    assert most_in(sent, 1) <= 28
    assert len([at for at in sent if 10 <= at < 20]) >= least * 280


async def test_what_was_held_up_together_does_not_go_out_together(monkeypatch):
    now, passed = [0.0], []

    async def sleep(seconds):
        now[0] += seconds

    monkeypatch.setattr("bot.delivery.turns.asyncio.sleep", sleep)
    gate = Gate(5, seconds=lambda: now[0])
    for _ in range(12):
        await gate.pass_through()
        passed.append(now[0])

    assert [at for at in passed if at < 1] == pytest.approx([0.0, 0.12, 0.24, 0.36, 0.48])
    assert most_in(passed, 1) == 5
    assert passed[-1] == pytest.approx(2.14)  # twice a second and a little
    free = Gate(1_000_000, seconds=lambda: 0.0)
    for _ in range(3000):
        await free.pass_through()

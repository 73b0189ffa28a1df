"""The limit per person."""

from bot.handlers.flood import BURST, EVERY, FloodLimit, Verdict


def judged(limit, person, count, now):
    return [limit.judge(person, now=now) for _ in range(count)]


def test_a_burst_is_welcome_then_one_is_told_and_the_rest_ignored(clock):
    verdicts = judged(FloodLimit(), 1, 1000, clock.now())

    assert verdicts[:BURST] == [Verdict.WELCOME] * BURST
    assert verdicts[BURST] is Verdict.SLOW_DOWN
    assert set(verdicts[BURST + 1 :]) == {Verdict.IGNORED}


def test_one_persons_storm_is_nobody_elses(clock):
    limit = FloodLimit()
    judged(limit, 1, 1000, clock.now())

    assert limit.judge(2, now=clock.now()) is Verdict.WELCOME


def test_after_a_pause_one_is_welcome_again_and_told_again(clock):
    limit = FloodLimit()
    judged(limit, 1, 1000, clock.now())

    clock.advance(seconds=EVERY.total_seconds())
    assert judged(limit, 1, 2, clock.now()) == [Verdict.WELCOME, Verdict.IGNORED]
    clock.advance(seconds=EVERY.total_seconds() * BURST)
    verdicts = judged(limit, 1, BURST + 2, clock.now())
    assert verdicts[-2:] == [Verdict.SLOW_DOWN, Verdict.IGNORED]


def test_ten_thousand_new_people_are_all_welcome_and_soon_forgotten(clock):
    limit = FloodLimit()
    assert all(limit.judge(person, now=clock.now()) is Verdict.WELCOME for person in range(30_000))

    clock.advance(minutes=5)
    limit.judge(99_999, now=clock.now())
    assert len(limit._free_at) == 1

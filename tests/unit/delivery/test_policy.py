"""Every outcome has its decision."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.policy import (
    MAX_ATTEMPTS,
    MAX_BACKOFF,
    ChatGone,
    ChatMissing,
    Close,
    Done,
    Follow,
    GiveUp,
    Migrated,
    NotSent,
    PlaceClosed,
    Rejected,
    Scope,
    SendPlain,
    Sent,
    Stop,
    Throttled,
    TokenRefused,
    TryAgain,
    Unknown,
    Unparsable,
    Wait,
    backoff,
    decide,
)
from storage.messages import OutboxState

NOW = datetime(2026, 3, 11, 6, 0, tzinfo=UTC)


def judge(outcome, *, attempts=0, ambiguous=0, **more):
    return decide(outcome, attempts=attempts, ambiguous=ambiguous, now=NOW, **more)


@pytest.mark.parametrize(
    ("outcome", "decision"),
    [
        (Sent(7), Done(7)),
        (ChatGone("blocked"), GiveUp(OutboxState.FAILED, "blocked", Close.CHAT)),
        (PlaceClosed("closed"), GiveUp(OutboxState.FAILED, "closed", Close.PLACE)),
        (Migrated(-100), Follow(-100, NOW)),
        (Rejected("too long"), GiveUp(OutboxState.FAILED, "too long")),
        (Unparsable("markup"), SendPlain()),
        (TokenRefused("401"), Stop("401")),
    ],
)
def test_what_telegram_says_plainly_is_followed(outcome, decision):
    assert judge(outcome) == decision


@pytest.mark.parametrize("scope", list(Scope))
def test_a_limit_is_waited_for_in_its_scope_and_is_nobodys_failure(scope):
    decision = judge(Throttled(timedelta(seconds=30), scope), attempts=4000, ambiguous=1)
    assert isinstance(decision, Wait)
    assert decision.scope is scope
    assert timedelta(seconds=30) < decision.until - NOW <= timedelta(seconds=31)


def test_plain_words_that_are_refused_too_are_given_up():
    assert judge(Unparsable("markup"), is_plain=True) == GiveUp(OutboxState.FAILED, "markup")


def test_a_missing_chat_is_asked_once_more():
    first = judge(ChatMissing("not found"))
    assert isinstance(first, TryAgain)
    assert (first.attempts, first.at) == (1, NOW + timedelta(minutes=10))
    assert judge(ChatMissing("not found"), attempts=1) == GiveUp(OutboxState.FAILED, "not found", Close.CHAT)


def test_no_chat_is_closed_while_the_mistake_may_be_ours():
    assert isinstance(judge(ChatMissing("not found"), attempts=9, is_trusted=False), TryAgain)


def test_what_never_left_is_tried_again_and_is_not_ambiguous():
    decision = judge(NotSent("refused"), attempts=2, ambiguous=1)
    assert isinstance(decision, TryAgain)
    assert (decision.attempts, decision.ambiguous) == (3, 1)
    assert judge(NotSent("refused"), attempts=MAX_ATTEMPTS) == GiveUp(OutboxState.FAILED, "refused")


def test_an_unreadable_answer_is_repeated_once():
    decision = judge(Unknown("reset"))
    assert isinstance(decision, TryAgain)
    assert (decision.attempts, decision.ambiguous) == (1, 1)
    assert judge(Unknown("reset"), attempts=1, ambiguous=1) == GiveUp(OutboxState.UNKNOWN, "reset")


def test_a_group_that_keeps_moving_is_followed_ever_slower_and_not_for_ever():
    later = judge(Migrated(-100), attempts=5)
    assert isinstance(later, Follow)
    assert later.at > NOW
    assert isinstance(judge(Migrated(-100), attempts=MAX_ATTEMPTS), GiveUp)


@given(attempts=st.integers(0, MAX_ATTEMPTS), jitter=st.floats(0, 1))
def test_waiting_grows_within_bounds(attempts, jitter):
    assert timedelta(seconds=0.25) <= backoff(attempts, jitter) <= MAX_BACKOFF
    assert backoff(attempts, jitter) <= backoff(attempts + 1, jitter)


@given(
    outcome=st.one_of(
        st.builds(NotSent, st.text(max_size=3)),
        st.builds(Unknown, st.text(max_size=3)),
        st.builds(Unparsable, st.text(max_size=3)),
    ),
    is_plain=st.booleans(),
)
def test_no_outcome_is_repeated_for_ever(outcome, is_plain):
    attempts = ambiguous = tries = 0
    while isinstance(
        decision := decide(outcome, attempts=attempts, ambiguous=ambiguous, now=NOW, is_plain=is_plain),
        TryAgain,
    ):
        attempts, ambiguous = decision.attempts, decision.ambiguous
        tries += 1
        assert tries <= MAX_ATTEMPTS
    assert isinstance(decision, GiveUp | SendPlain)

"""Sends one claimed message: waits for its turn, notes the intent, tries, and notes what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from prometheus_client import Counter

from bot.delivery.ledger import Ledger
from bot.delivery.limits import MISLED_REST_S, Limits
from bot.delivery.notices import LONG, notice_of
from bot.delivery.policy import (
    ChatMissing,
    Decision,
    Done,
    FallBack,
    GiveUp,
    Mend,
    Outcome,
    Scope,
    SendPlain,
    Sent,
    Stop,
    Throttled,
    Unknown,
    Wait,
    decide,
)
from bot.delivery.settle import Settled, settle
from bot.metrics import SENDS
from storage.messages import Attempt, OutboxMessage, OutboxState

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.delivery.sender import Sender  # imports the library, which is slow

log = logging.getLogger(__name__)


class End(StrEnum):
    """What came of a message in this round."""

    SENT = "sent"
    AGAIN = "again"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Dispatch:
    """What all lanes share."""

    def __init__(
        self,
        *,
        sender: Sender,
        limits: Limits,
        ledger: Ledger,
        clock: Clock,
        seconds: Callable[[], float],
        jitter: Callable[[], float],
        is_over: Callable[[], bool],
        on_unused: Callable[[OutboxMessage], object],
    ) -> None:
        self._sender = sender
        self._limits = limits
        self._ledger = ledger
        self._clock = clock
        self._seconds = seconds
        self._jitter = jitter
        self._is_over = is_over
        self._on_unused = on_unused
        self.refusal = ""
        """Why Telegram refuses our token, once it does."""

    async def carry(self, message: OutboxMessage) -> End:
        """Try it once, if it has its turn; what came of it is noted in the ledger."""
        if not await self._has_turn(message) or not await self._ledger.claim(message):
            self._on_unused(message)
            return End.AGAIN
        message = replace(message, fence=message.fence + 1)
        outcome = await self._first_try(message)
        if isinstance(outcome, Sent):
            self._ledger.record(_sent(message, outcome))
            return End.SENT
        decision = outcome if isinstance(outcome, FallBack) else self._decided(message, outcome)
        if isinstance(decision, SendPlain) and await self._ledger.claim(message):
            log.error("markup refused, sent as plain text", extra={"outbox": message.id})
            outcome = await self._try(message, is_plain=True)
            decision = self._decided(message, outcome, is_plain=True)
        if isinstance(decision, Mend) and not await self._sender.mend(message, decision.message_id):
            decision = Done(decision.message_id)
        now = self._clock.now()
        notice = notice_of(decision, telegram_id=message.telegram_id, now=now)
        self._ledger.record(replace(settle(message, decision, now=now), notice=notice))
        return _end(decision)

    async def _first_try(self, message: OutboxMessage) -> Outcome | FallBack:
        if message.content.is_rich and not self._limits.allows_rich(self._seconds()):
            return FallBack("rich messages rest")
        return await self._try(message)

    async def _has_turn(self, message: OutboxMessage) -> bool:
        """Wait for the turn; False if there is none now."""
        if self._is_over():
            return False
        paid = message.content.paid
        has_turn = await self._limits.turns.wait(message.telegram_id, message.lane, paid=paid)
        # A turn that came together with the order to stop is not used.
        return has_turn and not self._is_over() and not self._limits.is_resting(0, self._seconds())

    async def _try(self, message: OutboxMessage, *, is_plain: bool = False) -> Outcome:
        gate = self._limits.paid_gate if message.content.paid else self._limits.gate
        await gate.pass_through()
        try:
            outcome = await self._sender.send(message, is_plain=is_plain)
        except Exception as error:  # a bug of ours must not stop the other messages
            log.exception("sending failed", extra={"outbox": message.id})
            outcome = Unknown(f"{type(error).__name__} while sending")
        return self._understood(message, outcome)

    def _decided(self, message: OutboxMessage, outcome: Outcome, *, is_plain: bool = False) -> Decision:
        decision = decide(
            outcome,
            attempts=message.attempts,
            ambiguous=message.ambiguous,
            now=self._clock.now(),
            jitter=self._jitter(),
            is_plain=is_plain,
            is_rich=message.content.is_rich,
            # Only for a missing chat: the question goes through all recent tries.
            is_trusted=not isinstance(outcome, ChatMissing) or self._limits.is_trusted(self._seconds()),
        )
        return self._learn(message, decision)

    def _understood(self, message: OutboxMessage, outcome: Outcome) -> Outcome:
        """The outcome in the light of the others."""
        _SENDS[type(outcome)].inc()
        seconds = self._seconds()
        self._limits.note(outcome, seconds)
        if isinstance(outcome, Throttled):
            return replace(outcome, scope=self._limits.scope_of_throttle(message.telegram_id, seconds))
        if isinstance(outcome, ChatMissing) and not self._limits.is_trusted(seconds):
            log.error("many chats not found: is this another bot's token?", extra={"rest_s": MISLED_REST_S})
            self._limits.rest(0, seconds + MISLED_REST_S)
        return outcome

    def _learn(self, message: OutboxMessage, decision: Decision) -> Decision:
        match decision:
            case Wait(until, scope):
                wait = until - self._clock.now()
                chat = 0 if scope is Scope.BOT else message.telegram_id
                self._limits.rest(chat, self._seconds() + wait.total_seconds())
                if scope is Scope.BOT or wait > LONG:
                    log.error("told to wait", extra={"chat": chat, "seconds": wait.total_seconds()})
            case Stop(reason):
                self.refusal = reason
            case FallBack(reason, is_for_all=True):
                log.error("no rich messages for a day", extra={"reason": reason})
                self._limits.rest_rich(self._seconds())
            case FallBack(reason) | Mend(_, reason):
                log.error("rich message not taken", extra={"outbox": message.id, "reason": reason})
            case GiveUp(state, reason):
                log.warning(
                    "message given up", extra={"outbox": message.id, "state": state, "reason": reason}
                )
        return decision


class _Counters(dict[type, Counter]):
    """The counter of each kind of outcome, looked up by its label once."""

    def __missing__(self, kind: type) -> Counter:
        self[kind] = SENDS.labels(kind.__name__.lower())
        return self[kind]


_SENDS = _Counters()


def _sent(message: OutboxMessage, outcome: Sent) -> Settled:
    """What `settle` would say, for nearly every message and without the detour."""
    return Settled(
        Attempt(
            id=message.id,
            fence=message.fence,
            state=OutboxState.SENT,
            attempts=message.attempts + 1,
            ambiguous=message.ambiguous,
            message_id=outcome.message_id,
        )
    )


def _end(decision: Decision) -> End:
    match decision:
        case Done() | Mend():
            return End.SENT
        case GiveUp(OutboxState.UNKNOWN):
            return End.UNKNOWN
        case GiveUp():
            return End.FAILED
        case _:
            return End.AGAIN

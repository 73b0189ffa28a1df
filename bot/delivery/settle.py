"""From a decision to what is stored: the outbox row, and what else changes with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bot.delivery.notices import Notice
from bot.delivery.policy import (
    Close,
    Decision,
    Done,
    FallBack,
    Follow,
    GiveUp,
    Mend,
    Scope,
    SendPlain,
    Stop,
    TryAgain,
    Wait,
)
from storage.messages import Attempt, OutboxMessage, OutboxState
from storage.records import ChatState

if TYPE_CHECKING:
    from storage.database import Transaction

Effect = Callable[["Transaction"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Settled:
    """What is stored after a try, in one transaction."""

    attempt: Attempt
    effect: Effect | None = None
    notice: Notice | None = None


def settle(  # noqa: PLR0911 - one case for each decision is the point
    message: OutboxMessage, decision: Decision, *, now: datetime
) -> Settled:
    """The record of a try. `SendPlain` is no end of one: it is followed before."""
    tried = Attempt(
        id=message.id,
        fence=message.fence,
        state=OutboxState.PENDING,
        attempts=message.attempts + 1,
        ambiguous=message.ambiguous,
    )
    match decision:
        case Done(message_id):
            return Settled(replace(tried, state=OutboxState.SENT, message_id=message_id))
        case TryAgain(at, attempts, ambiguous, reason):
            again = replace(tried, attempts=attempts, ambiguous=ambiguous, not_before=at, error=reason)
            return Settled(again)
        case Wait(until, scope):
            # Its place in the order is kept: the pause holds it back, not a later time of its own.
            return Settled(replace(tried, attempts=message.attempts), _pause(message, until, scope))
        case Follow(new_id, at):
            return Settled(replace(tried, not_before=at), _follow(message, new_id))
        case FallBack(reason):
            fell = replace(tried, attempts=message.attempts, error=reason)
            return Settled(fell, _fall_back(message, now))
        case Mend(message_id, reason):
            stands = replace(tried, state=OutboxState.SENT, message_id=message_id, error=reason)
            return Settled(stands, _fall_back(message, now, message_id))
        case GiveUp(state, reason, close):
            effect = None if close is Close.NOTHING else _close(message, close, reason, now)
            return Settled(replace(tried, state=state, error=reason), effect)
        case Stop() | SendPlain():
            return Settled(replace(tried, attempts=message.attempts))


def _fall_back(message: OutboxMessage, now: datetime, message_id: int | None = None) -> Effect:
    async def fall_back(tx: Transaction) -> None:
        await tx.outbox.fall_back(message, now=now, message_id=message_id)

    return fall_back


def _pause(message: OutboxMessage, until: datetime, scope: Scope) -> Effect:
    async def pause(tx: Transaction) -> None:
        await tx.outbox.pause(0 if scope is Scope.BOT else message.telegram_id, until=until)

    return pause


def _follow(message: OutboxMessage, new_id: int) -> Effect:
    async def follow(tx: Transaction) -> None:
        await tx.chats.migrate(message.telegram_id, new_id)

    return follow


def _close(message: OutboxMessage, close: Close, reason: str, now: datetime) -> Effect:
    async def gone(tx: Transaction) -> None:
        """The settings stay; what was owed is cancelled."""
        chats = await tx.chats.of_telegram(message.telegram_id)
        closed = [chat for chat in chats if close is Close.CHAT or chat.id == message.chat_id]
        for chat in closed:
            await tx.chats.update(replace(chat, state=ChatState.GONE, state_reason=reason))
        if closed:
            await tx.outbox.cancel(chat_ids=[chat.id for chat in closed], reason=reason, now=now)

    return gone

"""What the admins hear of sending: a long wait Telegram orders, a place that was closed to us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from bot.delivery.policy import Close, Decision, GiveUp, Scope, Wait

if TYPE_CHECKING:
    from storage.database import Transaction

LONG: Final = timedelta(minutes=10)
"""A pause that is more than weather."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A line for the admins; `cause` is a word of the template alert."""

    cause: str
    about: str = ""
    """The chat's id at Telegram; empty where it is about the bot."""
    reason: str = ""
    until: datetime | None = None


Tell = Callable[["Transaction", Notice], Awaitable[None]]
"""Owes the admins a notice, in the transaction that holds what it is about."""


def notice_of(decision: Decision, *, telegram_id: int, now: datetime) -> Notice | None:
    """What of this decision only the admins can mend."""
    match decision:
        case Wait(until, Scope.BOT) if until - now > LONG:
            return Notice(cause="paused", until=until)
        case Wait(until) if until - now > LONG:
            return Notice(cause="paused", about=str(telegram_id), until=until)
        case GiveUp(_, reason, Close.PLACE):
            return Notice(cause="place_closed", about=str(telegram_id), reason=reason)
        case _:
            return None

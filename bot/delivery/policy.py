"""What to do after a try: every outcome there can be, and the decision for each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from storage.messages import OutboxState

MAX_AMBIGUOUS: Final = 2
"""One repetition after an unreadable answer, none after the second."""
MAX_ATTEMPTS: Final = 5000
"""Never the limit in practice: at 8 s each it lasts half a day, and the outbox gives up after one."""
MAX_BACKOFF: Final = timedelta(seconds=8)
"""Short enough that sending goes on within 10 s when Telegram is back."""
MISSING_AGAIN: Final = timedelta(minutes=10)


class Scope(StrEnum):
    """Whom a limit of Telegram's is about."""

    CHAT = "chat"
    BOT = "bot"


@dataclass(frozen=True, slots=True)
class Sent:
    message_id: int


@dataclass(frozen=True, slots=True)
class Throttled:
    """429: not sent, and not our try that failed."""

    retry_after: timedelta
    scope: Scope = Scope.CHAT


@dataclass(frozen=True, slots=True)
class ChatGone:
    """Blocked, thrown out, deleted."""

    reason: str


@dataclass(frozen=True, slots=True)
class ChatMissing:
    """Not found: gone, or we are the ones who are wrong (another bot's token)."""

    reason: str


@dataclass(frozen=True, slots=True)
class PlaceClosed:
    """We are in the chat but may not write here: a closed topic, taken rights."""

    reason: str


@dataclass(frozen=True, slots=True)
class Migrated:
    new_id: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """Telegram will never take this text: our fault."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unparsable:
    """The markup is wrong: our fault, and the words can still be sent."""

    reason: str


@dataclass(frozen=True, slots=True)
class RichRefused:
    """Telegram does not take this rich message: our fault, and there is a classic one."""

    reason: str


@dataclass(frozen=True, slots=True)
class RichUnavailable:
    """The server knows no rich messages (the token is good)."""

    reason: str


@dataclass(frozen=True, slots=True)
class RichCut:
    """It arrived, and less of it than was meant."""

    message_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """Nothing reached Telegram."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request went out; whether it took effect nobody knows."""

    reason: str


@dataclass(frozen=True, slots=True)
class TokenRefused:
    reason: str


Outcome = (
    Sent
    | Throttled
    | ChatGone
    | ChatMissing
    | PlaceClosed
    | Migrated
    | Rejected
    | Unparsable
    | RichRefused
    | RichUnavailable
    | RichCut
    | NotSent
    | Unknown
    | TokenRefused
)


@dataclass(frozen=True, slots=True)
class Done:
    message_id: int


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Put it back until then, with its tries counted."""

    at: datetime
    attempts: int
    ambiguous: int
    reason: str


@dataclass(frozen=True, slots=True)
class Wait:
    """Put it back as it was; nobody in this scope gets anything until then."""

    until: datetime
    scope: Scope


@dataclass(frozen=True, slots=True)
class Follow:
    """The group has a new id; send there, at once the first time."""

    new_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SendPlain:
    """Send the words without the markup."""


@dataclass(frozen=True, slots=True)
class FallBack:
    """Owe the classic messages instead of this rich one and those behind it."""

    reason: str
    is_for_all: bool = False
    """No rich messages to anybody for a while."""


@dataclass(frozen=True, slots=True)
class Mend:
    """Turn the message that arrived into the first of the classic ones; owe the others."""

    message_id: int
    reason: str


class Close(StrEnum):
    """Where nothing more may be sent until somebody speaks to us."""

    NOTHING = "nothing"
    PLACE = "place"
    CHAT = "chat"


@dataclass(frozen=True, slots=True)
class GiveUp:
    state: OutboxState
    reason: str
    close: Close = Close.NOTHING


@dataclass(frozen=True, slots=True)
class Stop:
    """Nothing can be sent at all; this message stays owed."""

    reason: str


Decision = Done | TryAgain | Wait | Follow | SendPlain | FallBack | Mend | GiveUp | Stop


def decide(  # noqa: C901, PLR0911, PLR0912 - one case for each outcome is the point
    outcome: Outcome,
    *,
    attempts: int,
    ambiguous: int,
    now: datetime,
    jitter: float = 0.5,
    is_plain: bool = False,
    is_rich: bool = False,
    is_trusted: bool = True,
) -> Decision:
    """What follows from a try; `attempts` and `ambiguous` count the ones before it.

    A rich message nobody answered for is never sent again by itself: it would stand there twice, at length.
    `jitter` is 0 to 1. `is_trusted` is False while so many chats are missing that it must be us.
    """
    match outcome:
        case Sent(message_id):
            return Done(message_id)
        case Throttled(retry_after, scope):
            # The header has whole seconds: a little more is never too early.
            return Wait(now + retry_after + timedelta(seconds=0.1 + 0.4 * jitter), scope)
        case ChatGone(reason):
            return GiveUp(OutboxState.FAILED, reason, Close.CHAT)
        case PlaceClosed(reason):
            return GiveUp(OutboxState.FAILED, reason, Close.PLACE)
        case ChatMissing(reason) if attempts > 0 and is_trusted:
            return GiveUp(OutboxState.FAILED, reason, Close.CHAT)
        case ChatMissing(reason):
            return TryAgain(now + MISSING_AGAIN, attempts + 1, ambiguous, reason)
        case Migrated(new_id) if attempts < MAX_ATTEMPTS:
            return Follow(new_id, now + backoff(attempts, jitter) if attempts else now)
        case Migrated():
            return GiveUp(OutboxState.FAILED, "the group's new id leads nowhere")
        case RichRefused(reason):
            return FallBack(reason)
        case RichUnavailable(reason):
            return FallBack(reason, is_for_all=True)
        case RichCut(message_id, reason):
            return Mend(message_id, reason)
        case Unparsable() if not is_plain:
            return SendPlain()
        case Unparsable(reason) | Rejected(reason):
            return GiveUp(OutboxState.FAILED, reason)
        case NotSent(reason) if attempts + 1 < MAX_ATTEMPTS:
            return TryAgain(now + backoff(attempts, jitter), attempts + 1, ambiguous, reason)
        case NotSent(reason):
            return GiveUp(OutboxState.FAILED, reason)
        case Unknown(reason) if ambiguous + 1 < MAX_AMBIGUOUS and not is_rich:
            return TryAgain(now + backoff(attempts, jitter), attempts + 1, ambiguous + 1, reason)
        case Unknown(reason):
            return GiveUp(OutboxState.UNKNOWN, reason)
        case TokenRefused(reason):
            return Stop(reason)


def backoff(attempts: int, jitter: float) -> timedelta:
    """Half a second, doubled with each try; between half of it and all of it by `jitter`."""
    longest = min(timedelta(seconds=0.5 * 2 ** min(attempts, 10)), MAX_BACKOFF)
    return longest * (0.5 + jitter / 2)

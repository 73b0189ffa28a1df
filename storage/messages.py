"""What comes from Telegram and what is owed to it, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from storage.records import BroadcastId, ButtonId, ChatId, EditionId, InboxId, OutboxId


class InboxState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxUpdate:
    id: InboxId
    update_id: int
    body: str
    """The update as Telegram's JSON."""
    attempts: int
    received_at: datetime
    next_attempt_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is known of a message that an update was answered with."""

    tries: int = 0
    """Requests that may have taken effect."""
    result: str = ""
    """Telegram's answer as JSON, empty while there is none."""


class Lane(StrEnum):
    """Which kind of message goes first; the order of the members is the order of sending."""

    ANSWER = "answer"
    BREAKING = "breaking"
    DIGEST = "digest"


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    """The request may be out: written before it, so that a crash is known to be ambiguous."""
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Twice no readable answer: perhaps delivered, never sent again."""
    CANCELLED = "cancelled"
    HELD = "held"
    """Of a paused broadcast: neither sent nor given up."""
    RECALLED = "recalled"
    """It was sent and then deleted from the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePart:
    """One Telegram message as rendered: sent as it is, on every try."""

    html: str
    keyboard: str = ""
    """`reply_markup` as JSON, empty for none."""
    preview_url: str = ""
    """The one address Telegram may preview; empty switches previews off."""
    silent: bool = False
    paid: bool = False
    """May go out above the free rate, for Stars."""
    is_rich: bool = False
    """`html` is a rich message's."""
    instead: tuple[MessagePart, ...] = ()
    """Classic parts for this one and all behind it, sent when Telegram does not take a rich message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """What is owed to one chat: the parts of one message, in order."""

    chat_id: ChatId
    key: str
    """Unique: the same debt is written once, however often its step runs."""
    lane: Lane
    parts: tuple[MessagePart, ...]
    not_before: datetime
    edition_id: EditionId | None = None
    broadcast_id: BroadcastId | None = None
    revision: int = 0
    """Which wording of a broadcast it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A claimed part, with all that is needed to send it."""

    id: OutboxId
    chat_id: ChatId
    telegram_id: int
    thread_id: int
    key: str
    part: int
    """1-based."""
    part_count: int
    content: MessagePart
    lane: Lane
    attempts: int
    ambiguous: int
    """Tries whose outcome nobody knows."""
    fence: int
    """Rises with each claim; a write with an old one is refused."""
    created_at: datetime
    broadcast_id: BroadcastId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What one try of an outbox message leaves behind."""

    id: OutboxId
    fence: int
    """As claimed; a message that was claimed again since is left alone."""
    state: OutboxState
    attempts: int
    ambiguous: int
    not_before: datetime | None = None
    """When to try again; None leaves it."""
    message_id: int | None = None
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaped:
    """Messages whose sender died between the request and its record."""

    returned: int
    """To be sent once more."""
    unknown: int
    """Given up: it happened for the second time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxWaiting:
    """What is due and not yet out."""

    count: int
    oldest_at: datetime | None
    """Since when the oldest has been due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """What a pressed button means; the 64 bytes of Telegram's callback data hold only its id."""

    id: ButtonId
    chat_id: ChatId
    action: str
    argument: dict[str, str | int] = field(default_factory=dict)
    created_at: datetime

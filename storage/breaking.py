"""Breaking items as frozen values: what an editor wrote, how it goes out, how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records import BroadcastId, ChatId, OutboxId, StoryId, TopicId


class BroadcastState(StrEnum):
    ASKED = "asked"
    """The admin opened the desk and still owes the text."""
    DRAFT = "draft"
    WAITING = "waiting"
    """Confirmed by its admin, not yet by a second one."""
    RUNNING = "running"
    PAUSED = "paused"
    RECALLING = "recalling"
    """Nothing goes out any more; what is out is being deleted."""
    DONE = "done"
    RECALLED = "recalled"
    APPLIED = "applied"
    """The draft of a correction that was taken over into its broadcast."""
    CANCELLED = "cancelled"


class InQuiet(StrEnum):
    """What a breaking item does in a reader's quiet hours."""

    WAIT = "wait"
    SILENT = "silent"
    LOUD = "loud"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBroadcast:
    admin_id: int
    """Telegram id of the person who wrote it."""
    title: str
    text: str
    url: str = ""
    story_id: StoryId | None = None
    story_version: int = 0
    """Chats that were told the story at this version do not get it again."""
    topic_ids: tuple[TopicId, ...] = ()
    """What it is about, for readers who want breaking items on their topics alone."""
    desk_id: int
    """Telegram id of the chat in which it is written, previewed and reported on."""
    edits_id: BroadcastId | None = None
    """The broadcast this draft corrects."""
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast(NewBroadcast):
    id: BroadcastId
    state: BroadcastState
    audience: int = 0
    """Chats it was meant for when it was confirmed."""
    in_quiet: InQuiet = InQuiet.SILENT
    paid: bool = False
    """Sent above the free rate, for Stars."""
    confirmed_at: datetime | None = None
    approved_by: int | None = None
    """The second admin, where two are asked for."""
    revision: int = 0
    """Rises with each correction and with the recall; messages of an older one are still to be changed."""
    fed_to: ChatId | None = None
    """The last chat it was put into the outbox for, or left out with a reason."""
    fed: int = 0
    """Chats it was put into the outbox for so far."""
    capped: int = 0
    """Chats left out because they had their share of breaking items for the day."""
    is_fed: bool = False
    """Every chat has been looked at."""
    report_message_id: int | None = None
    """The message at the desk that shows how far it is."""
    reported: str = ""
    """The figures that message shows, so that it is edited only when they change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The desk waits for a text: of a new item, or of a correction."""

    edits_id: BroadcastId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceSize:
    """Whom a breaking item would reach, in chats."""

    all: int
    """They want every breaking item."""
    topics: int
    """They follow a topic it is about."""
    told: int
    """They know the story already and are left out."""

    @property
    def reached(self) -> int:
        return self.all + self.topics


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastCount:
    """How far a broadcast is, in chats; the parts from `sent` to `recalled` add up to `total`."""

    total: int
    sent: int
    pending: int
    blocked: int = 0
    """The reader blocked the bot or is gone."""
    failed: int = 0
    unknown: int = 0
    recalled: int = 0
    under_way: int = 0
    """Of the pending: the request may be out."""
    stale: int = 0
    """Of the sent: still in an older wording, or still to be deleted."""
    recent: int = 0
    """Of the sent: within the span asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCopy:
    """A message that is out and must be changed or deleted."""

    outbox_id: OutboxId
    chat_id: ChatId
    telegram_id: int
    message_id: int
    language: str
    timezone: str

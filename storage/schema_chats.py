"""Tables of chats: what they want, what they were told, and what is owed to them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    false,
    true,
)

from storage.schema import BigId, UtcDateTime, metadata


class ChatColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    telegram_id: Named[int] = Column(BigInteger)
    thread_id: Named[int] = Column(BigInteger)
    kind: Named[str]
    language: Named[str]
    timezone: Named[str]
    state: Named[str] = Column(String, index=True)
    state_reason: Named[str] = Column(Text)
    paused_until: Named[datetime | None] = Column(UtcDateTime)
    length: Named[str]
    breaking: Named[str]
    format: Named[str] = Column(String, server_default="auto")
    created_at: Named[datetime] = Column(UtcDateTime)
    quiet_from: Named[str] = Column(String, server_default="")
    quiet_to: Named[str] = Column(String, server_default="")
    tells_empty: Named[bool] = Column(Boolean, server_default=true())
    headlines: Named[str] = Column(String, server_default="")
    looked_until: Named[datetime | None] = Column(UtcDateTime)
    """When the last edition that looked for stories was built."""
    empty_said_on: Named[date | None] = Column(Date)
    """The local date of the last empty edition that was said."""


chats = Table("chats", metadata, ChatColumns, UniqueConstraint("telegram_id", "thread_id"))


class SubscriptionColumns(TypedColumns):
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Named[int] = Column(BigId, ForeignKey("topics.id"), primary_key=True, index=True)
    state: Named[str]
    created_at: Named[datetime] = Column(UtcDateTime)


subscriptions = Table("subscriptions", metadata, SubscriptionColumns)


class DigestColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"))
    local_time: Named[str]
    weekdays: Named[int]
    next_due_at: Named[datetime] = Column(UtcDateTime)
    place: Named[int] = Column(Integer, server_default="0")
    """Among those due at the same instant; turned round each time, so that nobody is always last."""
    claimed_until: Named[datetime | None] = Column(UtcDateTime)
    failures: Named[int] = Column(Integer, server_default="0")
    """Of the slot that is due, in a row."""
    rules: Named[str] = Column(String, server_default="", index=True)
    """The time zone rules `next_due_at` was computed by, such as 2026f."""


digests = Table("digests", metadata, DigestColumns, UniqueConstraint("chat_id", "local_time"))
Index("ix_digests_due", digests.c.next_due_at, digests.c.place)


class EditionColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"))
    digest_id: Named[int | None] = Column(BigId, ForeignKey("digests.id", ondelete="SET NULL"), index=True)
    slot: Named[str]
    local_date = Column(Date, nullable=False)
    due_at: Named[datetime] = Column(UtcDateTime)
    created_at: Named[datetime] = Column(UtcDateTime)
    state: Named[str]
    story_count: Named[int]
    reason: Named[str] = Column(Text, server_default="")
    looked_from: Named[datetime | None] = Column(UtcDateTime)


editions = Table("editions", metadata, EditionColumns, UniqueConstraint("chat_id", "slot"))


class ToldColumns(TypedColumns):
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True)
    story_id: Named[int] = Column(BigId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    version: Named[int]
    told_at: Named[datetime] = Column(UtcDateTime)
    edition_id: Named[int | None] = Column(BigId)
    """Which may be gone, as may the broadcast: to look for them here when they go would be to read it all."""
    broadcast_id: Named[int | None] = Column(BigId)


# Read by chat, thousands of lines a round: they lie together.
told = Table("told", metadata, ToldColumns, sqlite_with_rowid=False)


class FollowColumns(TypedColumns):
    """A chat wants each development of a story as soon as it is known."""

    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True)
    story_id: Named[int] = Column(
        BigId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    followed_at: Named[datetime] = Column(UtcDateTime)


follows = Table("follows", metadata, FollowColumns)


class MuteColumns(TypedColumns):
    """What a chat wants to hear nothing of."""

    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True)
    kind: Named[str] = Column(String, primary_key=True)
    about: Named[str] = Column(String, primary_key=True)
    """The id of a story or topic, or a publisher's name."""
    muted_at: Named[datetime] = Column(UtcDateTime)


mutes = Table("mutes", metadata, MuteColumns)


class OpinionColumns(TypedColumns):
    """More like this, or less: what a chat said of a story, and what the story was then."""

    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True)
    story_id: Named[int] = Column(BigId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    value: Named[int]
    traits: Named[list[str]] = Column(JSON)
    said_at: Named[datetime] = Column(UtcDateTime)


opinions = Table("opinions", metadata, OpinionColumns)


class JudgementColumns(TypedColumns):
    """A chat says of two articles shown together that they do not belong together."""

    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True)
    kind: Named[str] = Column(String, primary_key=True)
    article_id: Named[int] = Column(
        BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    other_id: Named[int] = Column(
        BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    judged_at: Named[datetime] = Column(UtcDateTime)


judgements = Table("judgements", metadata, JudgementColumns)


class SavedColumns(TypedColumns):
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), primary_key=True)
    story_id: Named[int] = Column(
        BigId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    saved_at: Named[datetime] = Column(UtcDateTime)


saved = Table("saved", metadata, SavedColumns)


class InboxColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    bot_id: Named[int] = Column(BigInteger)
    update_id: Named[int] = Column(BigInteger)
    body: Named[str] = Column(Text)
    received_at: Named[datetime] = Column(UtcDateTime)
    state: Named[str]
    attempts: Named[int]
    next_attempt_at: Named[datetime] = Column(UtcDateTime)
    error: Named[str] = Column(Text)


inbox = Table("inbox", metadata, InboxColumns, UniqueConstraint("bot_id", "update_id"))
Index(
    "ix_inbox_pending",
    inbox.c.next_attempt_at,
    sqlite_where=inbox.c.state == "pending",
    postgresql_where=inbox.c.state == "pending",
)


class ReplyColumns(TypedColumns):
    inbox_id: Named[int] = Column(BigId, ForeignKey("inbox.id", ondelete="CASCADE"), primary_key=True)
    place: Named[int] = Column(Integer, primary_key=True)
    method: Named[str]
    telegram_id: Named[int] = Column(BigInteger)
    tries: Named[int]
    """Requests that may have taken effect."""
    result: Named[str] = Column(Text)
    """Telegram's answer as JSON, empty while there is none."""


replies = Table("replies", metadata, ReplyColumns)


class OutboxColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    key: Named[str] = Column(Text)
    part: Named[int]
    part_count: Named[int]
    lane: Named[int]
    """0 answers, 1 breaking, 2 digests: the order of sending."""
    html: Named[str] = Column(Text)
    keyboard: Named[str] = Column(Text)
    preview_url: Named[str] = Column(Text)
    silent: Named[bool] = Column(Boolean)
    paid: Named[bool] = Column(Boolean, server_default=false())
    is_rich: Named[bool] = Column(Boolean, server_default=false())
    instead: Named[str] = Column(Text, server_default="")
    """Classic parts as JSON, for when Telegram refuses the rich one."""
    state: Named[str]
    not_before: Named[datetime] = Column(UtcDateTime)
    created_at: Named[datetime] = Column(UtcDateTime)
    claimed_until: Named[datetime | None] = Column(UtcDateTime)
    owner: Named[str]
    fence: Named[int]
    attempts: Named[int]
    ambiguous: Named[int]
    message_id: Named[int | None] = Column(BigInteger)
    error: Named[str] = Column(Text)
    ended_at: Named[datetime | None] = Column(UtcDateTime)
    edition_id: Named[int | None] = Column(BigId, ForeignKey("editions.id", ondelete="SET NULL"), index=True)
    broadcast_id: Named[int | None] = Column(BigId, ForeignKey("broadcasts.id", ondelete="SET NULL"))
    revision: Named[int] = Column(Integer, server_default="0")


outbox = Table("outbox", metadata, OutboxColumns, UniqueConstraint("key", "part"))
_of_broadcast = outbox.c.broadcast_id.is_not(None)
# A report counts a hundred thousand rows every few seconds: from the index alone.
Index(
    "ix_outbox_of_broadcast",
    outbox.c.broadcast_id,
    outbox.c.state,
    outbox.c.revision,
    outbox.c.ended_at,
    sqlite_where=_of_broadcast,
    postgresql_where=_of_broadcast,
)
_open = outbox.c.state.in_(["pending", "sending"])
Index("ix_outbox_open", outbox.c.lane, outbox.c.id, sqlite_where=_open, postgresql_where=_open)
Index("ix_outbox_open_of_chat", outbox.c.chat_id, outbox.c.id, sqlite_where=_open, postgresql_where=_open)
_sending = outbox.c.state == "sending"
Index("ix_outbox_sending", outbox.c.claimed_until, sqlite_where=_sending, postgresql_where=_sending)


class PauseColumns(TypedColumns):
    telegram_id = Column(BigInteger, primary_key=True, autoincrement=False)
    """0 pauses all sending."""
    until: Named[datetime] = Column(UtcDateTime)


pauses = Table("pauses", metadata, PauseColumns)


class RoleColumns(TypedColumns):
    name = Column(String, primary_key=True)
    owner: Named[str]
    held_until: Named[datetime] = Column(UtcDateTime)


roles = Table("roles", metadata, RoleColumns)


class BroadcastColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    admin_id: Named[int] = Column(BigInteger)
    title: Named[str] = Column(Text)
    text: Named[str] = Column(Text)
    url: Named[str] = Column(Text)
    story_id: Named[int | None] = Column(BigId, ForeignKey("stories.id", ondelete="SET NULL"))
    desk_id: Named[int] = Column(BigInteger)
    created_at: Named[datetime] = Column(UtcDateTime)
    confirmed_at: Named[datetime | None] = Column(UtcDateTime)
    state: Named[str] = Column(String, index=True)
    audience: Named[int]
    report_message_id: Named[int | None] = Column(BigInteger)
    reported: Named[str]
    story_version: Named[int] = Column(Integer, server_default="0")
    topic_ids: Named[list[int]] = Column(JSON, server_default="[]")
    edits_id: Named[int | None] = Column(BigId)
    in_quiet: Named[str] = Column(String, server_default="silent")
    paid: Named[bool] = Column(Boolean, server_default=false())
    approved_by: Named[int | None] = Column(BigInteger)
    revision: Named[int] = Column(Integer, server_default="0")
    fed_to: Named[int] = Column(BigInteger, server_default="0")
    fed: Named[int] = Column(Integer, server_default="0")
    capped: Named[int] = Column(Integer, server_default="0")
    is_fed: Named[bool] = Column(Boolean, server_default=false())


broadcasts = Table("broadcasts", metadata, BroadcastColumns)


class ButtonColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"), index=True)
    action: Named[str]
    argument: Named[dict[str, Any]] = Column(JSON)
    created_at: Named[datetime] = Column(UtcDateTime, index=True)


buttons = Table("buttons", metadata, ButtonColumns)

"""All tables, as typed columns. The text index is not here: it differs by database (storage/dialects)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    TypeDecorator,
    UniqueConstraint,
    false,
    true,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, kept as UTC; SQLite forgets zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"a time without a zone cannot be stored: {value!r}"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# SQLite only counts up by itself on INTEGER; PostgreSQL needs 64 bits.
BigId = BigInteger().with_variant(Integer(), "sqlite")


class FeedColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    url: Named[str] = Column(Text, unique=True)
    publisher: Named[str]
    title: Named[str]
    country: Named[str]
    language: Named[str]
    section: Named[str]
    state: Named[str] = Column(String, index=True)
    next_fetch_at: Named[datetime] = Column(UtcDateTime, index=True)
    interval_s: Named[int]
    etag: Named[str]
    last_modified: Named[str]
    body_hash: Named[str]
    failures: Named[int]
    last_error: Named[str] = Column(Text)
    last_success_at: Named[datetime | None] = Column(UtcDateTime)
    started_at: Named[datetime | None] = Column(UtcDateTime)
    moved_to: Named[str] = Column(Text)
    """Where the address has led for good since `moved_since`; taken over once it has said so for days."""
    moved_since: Named[datetime | None] = Column(UtcDateTime)
    braked_at: Named[datetime | None] = Column(UtcDateTime)


feeds = Table("feeds", metadata, FeedColumns)


class ArticleColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    url: Named[str] = Column(Text, unique=True)
    url_key: Named[str] = Column(Text, unique=True)
    """Two spellings of one address are one article."""
    title: Named[str] = Column(Text)
    text: Named[str] = Column(Text)
    summary: Named[str] = Column(Text)
    publisher: Named[str] = Column(String, index=True)
    language: Named[str]
    author: Named[str]
    section: Named[str]
    published_at: Named[datetime] = Column(UtcDateTime, index=True)
    first_seen_at: Named[datetime] = Column(UtcDateTime, index=True)
    origin: Named[str]
    feed_id: Named[int | None] = Column(BigId, ForeignKey("feeds.id", ondelete="SET NULL"))
    is_archive: Named[bool] = Column(Boolean)
    content_hash: Named[str] = Column(String, index=True)
    story_id: Named[int | None] = Column(BigId, ForeignKey("stories.id"), index=True)
    wire_of: Named[int | None] = Column(BigId, ForeignKey("articles.id"))
    version: Named[int]
    """Rises when the publisher changes title, teaser or text."""


articles = Table("articles", metadata, ArticleColumns)
# How a feed does, and what else it brought lately.
Index("ix_articles_feed_seen", articles.c.feed_id, articles.c.first_seen_at)
# Texts are kept for a while only.
Index(
    "ix_articles_with_text",
    articles.c.first_seen_at,
    sqlite_where=articles.c.text != "",
    postgresql_where=articles.c.text != "",
)
# Whoever removes an article has to find what points to it.
Index(
    "ix_articles_wire_of",
    articles.c.wire_of,
    sqlite_where=articles.c.wire_of.is_not(None),
    postgresql_where=articles.c.wire_of.is_not(None),
)
# What the group loop has still to do, however long the archive.
Index(
    "ix_articles_ungrouped",
    articles.c.id,
    sqlite_where=articles.c.story_id.is_(None),
    postgresql_where=articles.c.story_id.is_(None),
)


class EntryColumns(TypedColumns):
    """What a feed has shown before: an entry is stored once per feed and identity."""

    feed_id: Named[int] = Column(BigId, ForeignKey("feeds.id", ondelete="CASCADE"), primary_key=True)
    identity: Named[str] = Column(String, primary_key=True)
    article_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    first_seen_at: Named[datetime] = Column(UtcDateTime)


entries = Table("entries", metadata, EntryColumns)
# What each feed brought lately.
Index("ix_entries_feed_seen", entries.c.feed_id, entries.c.first_seen_at)


class VersionColumns(TypedColumns):
    """What an article said before its publisher changed it."""

    article_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    number: Named[int] = Column(Integer, primary_key=True)
    title: Named[str] = Column(Text)
    summary: Named[str] = Column(Text)
    text: Named[str] = Column(Text)
    content_hash: Named[str] = Column(String)
    replaced_at: Named[datetime] = Column(UtcDateTime)


versions = Table("versions", metadata, VersionColumns)


class AddressColumns(TypedColumns):
    """Further addresses of an article, beside its own: what the page calls its canonical one."""

    url_key: Named[str] = Column(Text, primary_key=True)
    article_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), index=True)


addresses = Table("addresses", metadata, AddressColumns)


class PageColumns(TypedColumns):
    """Pages still to be fetched for articles that came without their text; a row is a debt."""

    article_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    host: Named[str] = Column(String)
    due_at: Named[datetime] = Column(UtcDateTime, index=True)
    attempts: Named[int]
    awaited_until: Named[datetime] = Column(UtcDateTime)
    """So long the article waits for its text before it is put into a story."""


pages = Table("pages", metadata, PageColumns)


class BoilerplateColumns(TypedColumns):
    """Lines that stand on many pages of a host and belong to none of its articles."""

    host: Named[str] = Column(String, primary_key=True)
    line: Named[str] = Column(String, primary_key=True)
    """A digest of the line."""
    found_at: Named[datetime] = Column(UtcDateTime)


boilerplate = Table("boilerplate", metadata, BoilerplateColumns)


class ListingColumns(TypedColumns):
    """An aggregator's page lists other articles as similar; a hint to look at, not our judgement."""

    page_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    item_id: Named[int] = Column(
        BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Named[int]


listings = Table("listings", metadata, ListingColumns)


class AnalysisColumns(TypedColumns):
    article_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    language: Named[str]
    title_terms: Named[str] = Column(Text)
    title_also: Named[str] = Column(Text)
    text_terms: Named[str] = Column(Text)
    text_also: Named[str] = Column(Text)
    entities: Named[list[str]] = Column(JSON)
    fingerprint: Named[bytes] = Column(LargeBinary)


analyses = Table("analyses", metadata, AnalysisColumns)


class TermColumns(TypedColumns):
    """How many articles have a term: rarity for ranking, and which words the archive knows."""

    term: Named[str] = Column(Text, primary_key=True)
    articles: Named[int]


terms = Table("terms", metadata, TermColumns, sqlite_with_rowid=False)


class CompletionColumns(TypedColumns):
    """The most frequent terms of a beginning so common that the index cannot gather all of them."""

    start = Column(Text, primary_key=True)
    terms: Named[str] = Column(Text)
    articles: Named[int]
    """How many articles there were when this was written down."""


completions = Table("completions", metadata, CompletionColumns, sqlite_with_rowid=False)


class StoryColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    headline: Named[str] = Column(Text)
    # No foreign key: articles point to stories, and one arrow is enough.
    lead_id: Named[int] = Column(BigId, index=True)
    language: Named[str]
    first_at: Named[datetime] = Column(UtcDateTime)
    last_at: Named[datetime] = Column(UtcDateTime, index=True)
    article_count: Named[int]
    independent_count: Named[int]
    version: Named[int]
    merged_into: Named[int | None] = Column(BigId, ForeignKey("stories.id"))


stories = Table("stories", metadata, StoryColumns)


class RelatedColumns(TypedColumns):
    story_id: Named[int] = Column(BigId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    other_id: Named[int] = Column(
        BigId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Named[float] = Column(Float)
    reason: Named[list[str]] = Column(JSON)


related = Table("related", metadata, RelatedColumns)


class ResemblanceColumns(TypedColumns):
    """An article and one before it; read from both sides, so that later articles extend older lists."""

    article_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    other_id: Named[int] = Column(
        BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Named[float] = Column(Float)


resemblances = Table("resemblances", metadata, ResemblanceColumns)


class SketchColumns(TypedColumns):
    """What the window of stories compares an article by, so that a start need not analyse it again."""

    number = Column(BigId, primary_key=True, autoincrement=False)
    article_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), unique=True)
    day: Named[int] = Column(Integer, index=True)
    data: Named[bytes] = Column(LargeBinary)


sketches = Table("sketches", metadata, SketchColumns)


class DevelopmentColumns(TypedColumns):
    """What raised a story to a version: the article that told it, and how it says so."""

    story_id: Named[int] = Column(BigId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True)
    article_id: Named[int] = Column(BigId, ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    sentence: Named[str] = Column(Text)
    facts: Named[list[str]] = Column(JSON)
    found_at: Named[datetime] = Column(UtcDateTime)


developments = Table("developments", metadata, DevelopmentColumns)


class TopicColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    key: Named[str] = Column(Text, unique=True)
    query: Named[str] = Column(Text)


topics = Table("topics", metadata, TopicColumns)


class TopicMatchColumns(TypedColumns):
    topic_id: Named[int] = Column(BigId, ForeignKey("topics.id", ondelete="CASCADE"), primary_key=True)
    article_id: Named[int] = Column(
        BigId, ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    score: Named[float] = Column(Float)


topic_matches = Table("topic_matches", metadata, TopicMatchColumns)


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
    next_due_at: Named[datetime] = Column(UtcDateTime, index=True)
    claimed_until: Named[datetime | None] = Column(UtcDateTime)
    failures: Named[int] = Column(Integer, server_default="0")
    """Of the slot that is due, in a row."""
    rules: Named[str] = Column(String, server_default="", index=True)
    """The time zone rules `next_due_at` was computed by, such as 2026f."""


digests = Table("digests", metadata, DigestColumns, UniqueConstraint("chat_id", "local_time"))


class EditionColumns(TypedColumns):
    id = Column(BigId, primary_key=True)
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"))
    digest_id: Named[int | None] = Column(BigId, ForeignKey("digests.id", ondelete="SET NULL"))
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
    edition_id: Named[int | None] = Column(BigId, ForeignKey("editions.id", ondelete="SET NULL"))
    broadcast_id: Named[int | None] = Column(BigId, ForeignKey("broadcasts.id", ondelete="SET NULL"))


told = Table("told", metadata, ToldColumns)


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
    edition_id: Named[int | None] = Column(BigId, ForeignKey("editions.id", ondelete="SET NULL"))
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
    chat_id: Named[int] = Column(BigId, ForeignKey("chats.id", ondelete="CASCADE"))
    action: Named[str]
    argument: Named[dict[str, Any]] = Column(JSON)
    created_at: Named[datetime] = Column(UtcDateTime, index=True)


buttons = Table("buttons", metadata, ButtonColumns)

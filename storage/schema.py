"""All tables, as typed columns. The text index is not here: it differs by database (storage/dialects)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
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
    """An aware instant, kept as UTC.

    SQLite keeps it as text without its zone. Both ways are ours there: the general ones take several
    calls for each value, and every row has some.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], object] | None:
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else _in_utc(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is UTC:
        return value
    if value.tzinfo is None:
        msg = f"a time without a zone cannot be stored: {value!r}"
        raise ValueError(msg)
    return value.astimezone(UTC)


def _to_text(value: datetime | None) -> str | None:
    return None if value is None else _in_utc(value).isoformat(" ", "microseconds")[:26]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


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
    publisher: Named[str] = Column(String)
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
# Who brought how much, and what last.
Index("ix_articles_publisher_dates", articles.c.publisher, articles.c.published_at, articles.c.first_seen_at)
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


class FrequentTermColumns(TypedColumns):
    """Words of so many articles that their pairs are terms as well (storage/pairs.py)."""

    term = Column(Text, primary_key=True)
    looked_to: Named[int] = Column(BigId)
    """Of articles up to this one the pairs are known; newer ones came with them."""
    is_complete: Named[bool] = Column(Boolean)
    """They are known of all."""


frequent_terms = Table("frequent_terms", metadata, FrequentTermColumns, sqlite_with_rowid=False)


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


class RetellingColumns(TypedColumns):
    """A story's version in a language model's words, as far as its articles bear them out."""

    story_id: Named[int] = Column(BigId, ForeignKey("stories.id", ondelete="CASCADE"), primary_key=True)
    version: Named[int] = Column(Integer, primary_key=True)
    language: Named[str] = Column(String, primary_key=True)
    sentences: Named[list[list[str | int]]] = Column(JSON)
    made_at: Named[datetime] = Column(UtcDateTime)


retellings = Table("retellings", metadata, RetellingColumns)


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


topic_matches = Table("topic_matches", metadata, TopicMatchColumns, sqlite_with_rowid=False)

"""The nouns of Depesche as frozen values: what goes in has no id, what comes out has one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
StoryId = NewType("StoryId", int)
TopicId = NewType("TopicId", int)
ChatId = NewType("ChatId", int)
"""Our own row id of a chat; Telegram's is `telegram_id`."""
DigestId = NewType("DigestId", int)
EditionId = NewType("EditionId", int)
BroadcastId = NewType("BroadcastId", int)
OutboxId = NewType("OutboxId", int)
InboxId = NewType("InboxId", int)
ButtonId = NewType("ButtonId", int)

# --- feeds and articles -----------------------------------------------------------------------


class FeedState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFeed:
    url: str
    publisher: str
    title: str = ""
    country: str = ""
    """ISO 3166 alpha-2, upper case; empty when unknown."""
    language: str = ""
    """ISO 639 code; a prior for the articles' language, no proof."""
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed(NewFeed):
    id: FeedId
    state: FeedState
    next_fetch_at: datetime
    interval_s: int
    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""
    failures: int = 0
    last_error: str = ""
    last_success_at: datetime | None = None
    started_at: datetime | None = None
    """When the first fetch succeeded; entries of that fetch are archive, not news."""
    moved_to: str = ""
    """Where the address leads for good, as its server has said since `moved_since`."""
    moved_since: datetime | None = None
    braked_at: datetime | None = None
    """When it last brought more at once than a feed can have news; that was kept as archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedVisit:
    """What one look at a feed leaves behind; saved in the transaction of the entries it vouches for."""

    next_fetch_at: datetime
    interval_s: int
    etag: str
    last_modified: str
    body_hash: str
    failures: int
    last_error: str
    last_success_at: datetime | None
    started_at: datetime | None
    moved_to: str = ""
    moved_since: datetime | None = None
    url: str = ""
    """The feed's new address; empty: it stays what it is."""


class Origin(StrEnum):
    """How an article came to us."""

    FEED = "feed"
    PAGE = "page"
    FILE = "file"
    DUMP = "dump"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    url: str
    """Canonical http(s) address, or `urn:depesche:<hash>` for a text that came without one."""
    title: str
    text: str
    summary: str = ""
    """The publisher's own teaser, empty when there is none."""
    publisher: str = ""
    language: str = ""
    """ISO 639 code; what the source claims goes in, what analysis found comes out."""
    author: str = ""
    section: str = ""
    published_at: datetime
    """As the publisher says, clamped to `first_seen_at`; first seen when nothing is said."""
    first_seen_at: datetime
    origin: Origin
    feed_id: FeedId | None = None
    is_archive: bool = False
    """Of a new feed's back catalogue: searchable, but no news."""
    url_key: str = ""
    """What all spellings of the address share; the address itself when empty."""
    content_hash: str = ""
    """The same for the same words of one publisher."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article(NewArticle):
    id: ArticleId
    story_id: StoryId | None = None
    wire_of: ArticleId | None = None
    """The article whose text this one copies, when it is a wire copy."""
    version: int = 1
    """Rises when the publisher changes title, teaser or text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What analysis found in one article.

    Terms are folded lower-case words of letters and digits: one for each word, in the order of the
    text, without the words that say nothing ("der", "und").
    """

    article_id: ArticleId
    language: str
    title_terms: tuple[str, ...]
    text_terms: tuple[str, ...]
    """Of teaser and text."""
    title_also: tuple[str, ...] = ()
    """What the title's words can be found by as well: parts of compounds, other spellings, and
    alias groups, which begin with an underscore ("_kp"). Distinct, in no order."""
    text_also: tuple[str, ...] = ()
    entities: tuple[str, ...]
    """Names as shown to people, most telling first."""
    fingerprint: bytes = b""
    """MinHash of the text's word shingles; little-endian unsigned 32-bit integers."""


# --- stories ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStory:
    headline: str
    lead_id: ArticleId
    """The article that stands for the story."""
    language: str
    first_at: datetime
    last_at: datetime
    article_count: int
    independent_count: int
    """Sources with a text of their own: publishers minus wire copies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story(NewStory):
    id: StoryId
    version: int = 1
    """Rises with each development, not with mere copies."""
    merged_into: StoryId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A link between two stories, from the first one's side."""

    story_id: StoryId
    other_id: StoryId
    score: float
    """0 to 1; 1 is the same text."""
    reason: tuple[str, ...]
    """The telling words both share, as shown to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSketch:
    """What the window of stories keeps of a placed article, with the story it is in."""

    number: int
    """Counts up in the order articles are placed."""
    day: int
    """Days since 1970 when it was placed."""
    article_id: ArticleId
    story_id: StoryId
    wire_of: ArticleId | None
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """How much an article resembles one that came before it; stored once for both."""

    article_id: ArticleId
    other_id: ArticleId
    score: float
    """0 to 1; 1 is the same text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """What raised a story to a version."""

    story_id: StoryId
    version: int
    article_id: ArticleId
    """Who told it first."""
    sentence: str
    """How the article says it; empty when no sentence of it stands alone."""
    facts: tuple[str, ...]
    """The numbers and names not told before, as written."""
    found_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTopic:
    key: str
    """The normalised query: two spellings of one wish share it."""
    query: str
    """As typed by the first who asked, shown to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic(NewTopic):
    id: TopicId


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMatch:
    topic_id: TopicId
    article_id: ArticleId
    score: float
    """0 to 1: how much the article is about the topic (title counts more than text)."""


# --- chats, subscriptions, digests ------------------------------------------------------------


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    CHANNEL = "channel"


class ChatState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    """By the reader, until `paused_until` or for good."""
    GONE = "gone"
    """Telegram refuses us; settings are kept."""


class Length(StrEnum):
    SHORT = "short"
    NORMAL = "normal"
    LONG = "long"


class Format(StrEnum):
    """How a chat's digests look."""

    AUTO = "auto"
    """Classic, until the reader has been shown the rich format."""
    ASKED = "asked"
    """Shown once, not answered: classic."""
    CLASSIC = "classic"
    RICH = "rich"
    """The reader has seen a rich message and said so."""


class BreakingLevel(StrEnum):
    ALL = "all"
    TOPICS = "topics"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChat:
    telegram_id: int
    thread_id: int = 0
    """0 outside forum topics."""
    kind: ChatKind
    language: str
    """Of the bot's words: `de` or `en`."""
    timezone: str
    """IANA name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat(NewChat):
    id: ChatId
    state: ChatState = ChatState.ACTIVE
    state_reason: str = ""
    paused_until: datetime | None = None
    length: Length = Length.NORMAL
    breaking: BreakingLevel = BreakingLevel.TOPICS
    format: Format = Format.AUTO
    quiet_from: str = ""
    """`HH:MM` in the chat's zone; with `quiet_to` empty where no hours are quiet."""
    quiet_to: str = ""
    tells_empty: bool = True
    """Whether an edition that found nothing says so."""
    headlines: str = ""  # what a digest without topics tells: `AT/sport`, `/sport`, all where empty


@dataclass(frozen=True, slots=True)
class Memory:
    """What was done for a chat last."""

    looked_until: datetime | None = None
    """When the last edition that looked for stories was built."""
    empty_said_on: date | None = None
    """The local date on which an edition last said that there is nothing new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDigest:
    """A chat's standing order: a local time on some weekdays."""

    chat_id: ChatId
    local_time: str
    """`HH:MM` in the chat's zone."""
    weekdays: int = 0b1111111
    """Bit 0 is Monday."""
    next_due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest(NewDigest):
    id: DigestId
    failures: int = 0
    """How often the slot that is due could not be issued."""


class EditionState(StrEnum):
    ISSUED = "issued"
    EMPTY = "empty"
    """Nothing new to tell; perhaps said so."""
    SKIPPED = "skipped"
    """Too late to be of use; its stories go into the next."""
    FAILED = "failed"
    """Given up after several tries; its stories go into the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEdition:
    chat_id: ChatId
    digest_id: DigestId | None
    """None for an edition asked for by command."""
    slot: str
    """Unique per chat: `2026-03-11T07:30` (local) for a digest, `update:<id>` for a command."""
    local_date: date
    due_at: datetime
    created_at: datetime
    state: EditionState
    story_count: int
    reason: str = ""
    """Why it was skipped or given up."""
    looked_from: datetime | None = None
    """Since when it looked for articles: what did not fit is found there again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(NewEdition):
    id: EditionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The ledger's line: this chat was told this story, at this version."""

    chat_id: ChatId
    story_id: StoryId
    version: int
    told_at: datetime
    edition_id: EditionId | None = None
    broadcast_id: BroadcastId | None = None

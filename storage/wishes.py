"""What chats want and do not want: subscriptions, mutes, judgements, opinions, saved stories."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from storage.records import ArticleId, ChatId, StoryId, Topic


class JudgementKind(StrEnum):
    SAME_STORY = "same_story"
    """Shown as one event, and they are not."""
    RELATED = "related"
    """Shown beside each other, and they have nothing to do with each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A chat says of two articles shown together that they do not belong together."""

    chat_id: ChatId
    kind: JudgementKind
    article_id: ArticleId
    """What it was shown under."""
    other_id: ArticleId
    """What does not belong there."""
    judged_at: datetime


class MuteKind(StrEnum):
    STORY = "story"
    TOPIC = "topic"
    PUBLISHER = "publisher"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """A chat wants to hear nothing of this."""

    chat_id: ChatId
    kind: MuteKind
    about: str
    """The id of a story or topic, or a publisher's name."""
    muted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """More like this story (1) or less (-1), with what the story was when it was said."""

    chat_id: ChatId
    story_id: StoryId
    value: int
    traits: tuple[str, ...]
    """Such as `publisher:Küstenbote`, `topic:12`, `name:Kim Jong Un`."""
    said_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A chat has put a story aside to read later."""

    chat_id: ChatId
    story_id: StoryId
    saved_at: datetime


class SubscriptionState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat follows a topic."""

    chat_id: ChatId
    topic: Topic
    state: SubscriptionState
    created_at: datetime

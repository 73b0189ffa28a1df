"""What the window keeps in mind of each article and each story."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.stories.agencies import agency
from bot.stories.facts import stated
from bot.stories.sections import is_sport
from bot.stories.sketch import lead
from bot.stories.teller import teller
from storage.records import Analysis, Article, ArticleId, StoryId


@dataclass(slots=True, kw_only=True)
class Member:
    """One article in the window; `wire_of` may be found out later, all else stays."""

    article_id: ArticleId
    title: str
    lead: str
    text_length: int
    teller: str
    language: str
    published_at: datetime
    agency: str
    entities: tuple[str, ...]
    fingerprint: bytes
    stated: frozenset[str] = frozenset()
    """Numbers and names it tells."""
    is_sport: bool = False
    wire_of: ArticleId | None = None


@dataclass(slots=True, eq=False)
class LiveStory:
    """A story as the window sees it; its id is known once it is stored."""

    story_id: StoryId | None = None
    documents: list[int] = field(default_factory=list)
    """Numbers of its articles in the window, in the order they came."""
    into: LiveStory | None = None
    """The story that took this one over."""

    def take_over(self, other: LiveStory) -> None:
        """Become one with the other; the older id stays, as chats may have been told it."""
        self.documents = sorted(self.documents + other.documents)
        other.into = self
        if other.story_id is not None and (self.story_id is None or other.story_id < self.story_id):
            self.story_id, other.story_id = other.story_id, self.story_id

    def final(self) -> LiveStory:
        """The story that holds its articles now."""
        return self if self.into is None else self.into.final()


def member_of(article: Article, analysis: Analysis) -> Member:
    return Member(
        article_id=article.id,
        title=article.title,
        lead=lead(article),
        text_length=len(article.text),
        teller=teller(article),
        language=analysis.language or article.language,
        published_at=article.published_at,
        agency=agency(article.author, article.text),
        entities=analysis.entities,
        fingerprint=analysis.fingerprint,
        stated=stated(article, analysis),
        is_sport=is_sport(article),
        wire_of=article.wire_of,
    )

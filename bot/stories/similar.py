"""The similar news of one article: the same story elsewhere first, then related stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.stories.reasons import shared_words
from bot.stories.related import FLOOR
from bot.stories.sketch import lead
from storage.records import Article, ArticleId, Related, StoryId

# An article of a related story that was not itself found to resemble is a little further off.
BY_STORY = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedArticle:
    article: Article
    score: float
    """0 to 1; 1 is the same text."""
    reason: tuple[str, ...]
    """The telling words both have, as shown to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    article: Article
    same_story: tuple[Article, ...]
    """What other articles tell of the same event, most alike first."""
    related: tuple[RelatedArticle, ...]
    """Articles on other events, best first."""
    scores: Mapping[ArticleId, float] = field(default_factory=dict)
    """How much the articles of the same story resemble the article, where that was measured."""


def same_story(
    article: Article, members: Sequence[Article], resembling: Mapping[ArticleId, float]
) -> tuple[Article, ...]:
    others = [other for other in members if other.id != article.id]
    return tuple(sorted(others, key=lambda other: (-resembling.get(other.id, 0.0), other.id)))


def related_articles(
    article: Article,
    links: Sequence[Related],
    members: Mapping[StoryId, Sequence[Article]],
    resembling: Mapping[ArticleId, float],
    *,
    limit: int,
) -> tuple[RelatedArticle, ...]:
    """The articles of related stories, each by the better of its own and its story's resemblance."""
    by_story = {link.other_id: link for link in links}
    found = []
    for story_id, articles in members.items():
        link = by_story.get(story_id)
        for other in articles:
            score = max(resembling.get(other.id, 0.0), link.score * BY_STORY if link else 0.0)
            if score < FLOOR:
                continue
            reason = _own_reason(article, other) or (link.reason if link else ())
            if reason:
                found.append(RelatedArticle(article=other, score=round(score, 4), reason=reason))
    found.sort(key=lambda one: (-one.score, one.article.id))
    return tuple(found[:limit])


def _own_reason(article: Article, other: Article) -> tuple[str, ...]:
    """Without a window a word's length stands for how telling it is."""
    return shared_words(
        (article.title, lead(article)), (other.title, lead(other)), rarity=lambda word: len(word) ** 0.5
    )

"""The similar news of one article: the same story elsewhere first, then related stories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from storage.records import Article, ArticleId, Related, StoryId

# One scale for both lists: an article of the same story scores this and more, any other less.
SAME_STORY = 0.5
BELOW = SAME_STORY - 0.0001
# An article of a related story that is not the nearest of it is a little further off.
BY_STORY = 0.9
# Of its score so much is its own resemblance: it may tell the event under another headline, and a story that
# is near by its subject alone comes after it.
BY_ITSELF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedArticle:
    article: Article
    score: float
    """Below `SAME_STORY`."""
    reason: tuple[str, ...]
    """The telling words both have, as shown to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    article: Article
    same_story: tuple[Article, ...]
    """What other articles tell of the same event, most alike first."""
    related: tuple[RelatedArticle, ...]
    """Articles on other events, best first."""
    resembling: Mapping[ArticleId, float] = field(default_factory=dict)
    """How much the articles of the same story resemble the article, where that was measured."""

    def score(self, other: Article) -> float:
        """Of an article of the same story: from `SAME_STORY` for one that is in it by way of others, to 1."""
        return round(SAME_STORY + (1 - SAME_STORY) * self.resembling.get(other.id, 0.0), 4)


def same_story(
    article: Article, members: Sequence[Article], resembling: Mapping[ArticleId, float]
) -> tuple[Article, ...]:
    others = [other for other in members if other.id != article.id]
    return tuple(sorted(others, key=lambda other: (-resembling.get(other.id, 0.0), other.id)))


def related_articles(
    links: Sequence[Related],
    members: Mapping[StoryId, Sequence[Article]],
    resembling: Mapping[ArticleId, float],
    *,
    limit: int,
) -> tuple[RelatedArticle, ...]:
    """The articles of related stories: of each the one most like the article, the others further off."""
    found = []
    for link in links:
        nearest = sorted(
            members.get(link.other_id, ()), key=lambda other: (-resembling.get(other.id, 0.0), other.id)
        )
        for place, other in enumerate(nearest):
            by_story = link.score * (BY_STORY if place else 1)
            own = resembling.get(other.id, 0.0)
            score = min(BELOW, SAME_STORY * ((1 - BY_ITSELF) * by_story + BY_ITSELF * own))
            found.append(RelatedArticle(article=other, score=round(score, 4), reason=link.reason))
    found.sort(key=lambda one: (-one.score, one.article.id))
    return tuple(found[:limit])

"""An article in, its similar news out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.stories.similar import Similar, related_articles, same_story
from storage.records import ArticleId

if TYPE_CHECKING:
    from bot.services import Services


async def similar(services: Services, article_id: ArticleId, limit: int = 12) -> Similar:
    """Raises NotFound for an article that is not there; one in no story yet has no similar news yet."""
    async with services.storage.read() as tx:
        article = await tx.articles.get(article_id)
        if article.story_id is None:
            return Similar(article=article, same_story=(), related=())
        resembling = await tx.stories.resembling(article_id)
        links = (await tx.stories.related([article.story_id])).get(article.story_id, [])
        members = await tx.articles.of_stories({article.story_id, *(link.other_id for link in links)})
    own = members.pop(article.story_id, [])
    return Similar(
        article=article,
        same_story=same_story(article, own, resembling),
        related=related_articles(links, members, resembling, limit=limit),
        resembling={other.id: resembling[other.id] for other in own if other.id in resembling},
    )

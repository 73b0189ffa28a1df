"""What a chat says does not belong together: kept as pairs of articles, which stay what stories become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.errors import NotFound
from storage.records import Article, ArticleId, ChatId, StoryId
from storage.wishes import Judgement, JudgementKind

if TYPE_CHECKING:
    from bot.services import Services


async def judge_related(services: Services, chat_id: ChatId, story_id: StoryId, other_id: StoryId) -> bool:
    """The other story does not belong beside this one; False when said before, raises NotFound."""
    async with services.storage.write() as tx:
        story, other = await tx.stories.get(story_id), await tx.stories.get(other_id)
        return await tx.judgements.put(
            Judgement(
                chat_id=chat_id,
                kind=JudgementKind.RELATED,
                article_id=story.lead_id,
                other_id=other.lead_id,
                judged_at=services.clock.now(),
            )
        )


async def judge_member(services: Services, chat_id: ChatId, story_id: StoryId, article_id: ArticleId) -> bool:
    """The article tells another event than the story; False when said before, raises NotFound."""
    async with services.storage.write() as tx:
        story = await tx.stories.get(story_id)
        members = (await tx.articles.of_stories([story.id])).get(story.id, [])
        return await tx.judgements.put(
            Judgement(
                chat_id=chat_id,
                kind=JudgementKind.SAME_STORY,
                article_id=_stands_for(members, story.lead_id, but=article_id),
                other_id=article_id,
                judged_at=services.clock.now(),
            )
        )


def _stands_for(members: list[Article], lead_id: ArticleId, *, but: ArticleId) -> ArticleId:
    """The article that stands for the story, or the first when it is the one that is judged."""
    ids = [article.id for article in members]
    others = [id_ for id_ in (lead_id, *ids) if id_ != but and id_ in ids]
    if but not in ids or not others:
        raise NotFound(f"article {but} is not told together with another")
    return others[0]

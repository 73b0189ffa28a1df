"""What leads now: chosen and ordered as a digest for nobody in particular would be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.digests.scope import Scope
from bot.digests.select import UNASKED, candidate, ranking, select
from bot.field import MOST_LEADING
from storage.records import StoryId

if TYPE_CHECKING:
    from storage.database import Transaction

LOOK_BACK = timedelta(days=1)


async def leading(tx: Transaction, scope: Scope, *, now: datetime, most: int) -> list[StoryId]:
    """The weightiest stories of the last day, no publisher leading too many of them."""
    found = await tx.stories.latest(
        now - LOOK_BACK, MOST_LEADING, country=scope.country, sections=scope.beginnings
    )
    publishers = await tx.articles.publishers_of({story.lead_id for story in found})
    candidates = {
        story.id: candidate(story, publishers.get(story.lead_id, ""), place=place, now=now)
        for place, story in enumerate(found)
    }
    ranked = ranking(None, ((one, UNASKED) for one in candidates.values()))
    return [one.candidate.story_id for one in select([ranked], candidates, {}, most=most).chosen]

"""Topics to begin with: the names most stories of the last days speak of."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from bot.errors import BadQuery
from bot.handlers.asking import read, topic_of
from bot.handlers.turn import Turn
from storage.records import Topic, TopicId

MOST = 6
LOOK_BACK = timedelta(days=7)
STORIES = 150
NAMES_PER_STORY = 4
LONGEST = 30
"""A longer name does not fit on half a row."""


async def suggested_topics(turn: Turn) -> list[Topic]:
    """Topics the news are full of; where there are no news yet, some that always are of interest."""
    names = await _names_in_the_news(turn)
    names += [name.strip() for name in turn.label("lasting_topics").split(",")]
    topics: dict[TopicId, Topic] = {}
    for name in names:
        if len(topics) == MOST:
            break
        try:
            topic = await topic_of(turn, await read(turn, name))
        except BadQuery:
            continue
        topics[topic.id] = topic
    return list(topics.values())


async def _names_in_the_news(turn: Turn) -> list[str]:
    async with turn.services.storage.read() as tx:
        stories = await tx.stories.latest(turn.now - LOOK_BACK, STORIES)
        stories = [story for story in stories if story.language == turn.chat.language]
        analyses = await tx.analyses.get_many([story.lead_id for story in stories])
    weight: Counter[str] = Counter()
    for story in stories:
        found = analyses.get(story.lead_id)
        for name in found.entities[:NAMES_PER_STORY] if found else ():
            if len(name) <= LONGEST:
                weight[name] += story.independent_count
    return [name for name, count in weight.most_common(MOST) if count > 1]

"""How much a story matters now: who tells it, how freshly, how fast it grows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from storage.records import Article, Story

FRESH_FOR = timedelta(hours=18)
GROWTH_SPAN = timedelta(hours=3)


def importance(
    story: Story, articles: Sequence[Article], *, countries: Mapping[str, str], now: datetime
) -> float:
    """Independent sources count most, each further one less; docs/stories.md tells the rest.

    `countries` has the country of each publisher where it is known.
    """
    sources = math.log2(1 + story.independent_count)
    publishers = {article.publisher for article in articles}
    languages = {article.language for article in articles}
    homes = {countries[publisher] for publisher in publishers if publisher in countries}
    spread = 1 + 0.1 * math.log2(max(1, len(publishers)))
    spread += 0.15 * max(0, len(languages) - 1) + 0.1 * max(0, len(homes) - 1)
    age = max(timedelta(), now - story.last_at)
    freshness: float = 0.5 ** (age / FRESH_FOR)
    recent = sum(1 for article in articles if timedelta() <= now - article.published_at <= GROWTH_SPAN)
    growth = 1 + 0.1 * min(recent, 10)
    return sources * spread * freshness * growth

"""Puts found articles in order, the best of each story first: by titles, and by the likeliest ones' texts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log

from bot.topics.relevance import Relevance
from storage.queries import Candidate
from storage.records import ArticleId, StoryId

Text = tuple[str, str]
"""The lines of a text's terms and of what else it is found by."""
# What age and company add at most: they order what matches alike.
FRESHNESS, COMPANY = 0.15, 0.1
FRESH_DAYS = 14.0
_COMPANY = [0.0, 0.0, *(COMPANY * log(count, 8) for count in range(2, 9))]
"""By the number of independent sources, of which more than eight say no more."""
# Texts read, those of the likeliest first; the others only where they settle what is shown.
FIRST_READ, MOST_READ = 40, 120
# Who wants more of them wants all, in their order.
MOST_PAGED = 300
NOTHING: Text = ("", "")

ReadTexts = Callable[[Iterable[ArticleId]], Awaitable[Mapping[ArticleId, Text]]]
Scored = tuple[float, ArticleId, Candidate]
"""How well it answers, or the most it may while its text is not read; sorts by itself."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """An article that is shown, or the best of a story."""

    score: float
    lead: Candidate
    text: Text | None
    """None where it was not read."""
    others: tuple[Candidate, ...]
    """Of its story, the best first; only where grouped by story."""


class Ranking:
    """The candidates of one answer."""

    def __init__(self, candidates: Iterable[Candidate], relevance: Relevance, *, now: datetime) -> None:
        self._relevance = relevance
        self._now = now.timestamp()
        self._texts: dict[ArticleId, Text] = {}
        # The likeliest first.
        self._bounds = sorted((self._scored(one, None, "") for one in candidates), reverse=True)

    def __len__(self) -> int:
        return len(self._bounds)

    @property
    def stories(self) -> int:
        """How many, an article without one counting as one."""
        ids = [one.story_id for _, _, one in self._bounds]
        return ids.count(None) + len(set(ids) - {None})

    async def best(self, read: ReadTexts, wanted: int, *, by_story: bool) -> list[Ranked]:
        """The best so many, or the best of as many stories, in order.

        What title and age leave behind `MOST_READ` others stays behind them, unless all are wanted.
        """
        most = MOST_READ if wanted <= MOST_PAGED else None
        scored = await self._read(read, self._bounds[:FIRST_READ])
        rest = self._bounds[FIRST_READ:]
        listed = _listed(scored, by_story=by_story)
        if rest and (len(listed) < wanted or listed[wanted - 1][0][0] <= rest[0][0]):
            scored += await self._read(read, self._bounds[FIRST_READ:most])
            scored.sort(reverse=True)
            rest = self._bounds[most:] if most else []
        if rest:
            share = min(scored[-1][0] / rest[0][0], 1.0)
            scored += [(bound * share, id_, one) for bound, id_, one in rest]
        listed = _listed(scored, by_story=by_story)[:wanted]
        return [
            Ranked(lead[0], lead[2], self._texts.get(lead[1]), tuple(one for _, _, one in others))
            for lead, others in listed
        ]

    async def _read(self, read: ReadTexts, portion: Sequence[Scored]) -> list[Scored]:
        if not self._relevance.minds_texts:
            return list(portion)
        texts = await read([id_ for _, id_, _ in portion]) if portion else {}
        self._texts |= texts
        scored = [self._scored(one, *texts.get(id_, NOTHING)) for _, id_, one in portion]
        scored.sort(reverse=True)
        return scored

    def _scored(self, one: Candidate, text: str | None, text_also: str) -> Scored:
        much = self._relevance(one.title, one.title_also, text, text_also)
        days = max(self._now - one.published_s, 0.0) / 86_400
        standing = 1 + FRESHNESS / (1 + days / FRESH_DAYS) + _COMPANY[min(one.independent_count, 8)]
        return much * standing, one.article_id, one


def _listed(scored: Iterable[Scored], *, by_story: bool) -> list[tuple[Scored, list[Scored]]]:
    """In order; with `by_story` the best of each story, the others behind it."""
    if not by_story:
        return [(one, []) for one in scored]
    listed: list[tuple[Scored, list[Scored]]] = []
    stories: dict[StoryId, list[Scored]] = {}
    for one in scored:
        story_id = one[2].story_id
        if story_id is not None and story_id in stories:
            stories[story_id].append(one)
            continue
        others: list[Scored] = []
        if story_id is not None:
            stories[story_id] = others
        listed.append((one, others))
    return listed

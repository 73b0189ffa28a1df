"""The stories a run of editions chooses from: read once, however many chats want them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.digests.scope import Scope
from bot.digests.select import FIRST_REACH, UNASKED, Candidate, Ranking, candidate, ranking
from bot.digests.taste import MOST_NAMES, NO_TASTE, Taste, muted
from bot.rota import Plan
from storage.records import ArticleId, StoryId, TopicId
from storage.wishes import MuteKind

if TYPE_CHECKING:
    from storage.database import Transaction

LASTS = timedelta(minutes=1)
"""News may wait that long: an edition looks back further than to the last one's end."""
MOST_LEADING = 200
"""Stories looked at for readers without topics."""


Window = tuple[ArticleId, ArticleId | None]
"""From an article on, up to another; they are numbered as they come."""
EVERYTHING: Window = (ArticleId(0), None)


class Field:
    """Grows with the plans it is loaded for; thrown away when the run ends, at the latest after a minute."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._loading = asyncio.Lock()
        self._since = now - FIRST_REACH
        self._matches: dict[TopicId, Mapping[ArticleId, float]] = {}
        """How much each article is about a topic."""
        self._stories: dict[ArticleId, StoryId] = {}
        """What the articles tell, of those some topic matches."""
        self._rankings: dict[Window, dict[TopicId, Ranking]] = {}
        self._first_ids: dict[datetime, ArticleId] = {}
        """The first article that came since then."""
        self._leading: dict[str, list[tuple[StoryId, datetime]]] = {}
        """What leads, for chats without topics, by the key of their scope."""
        self.candidates: dict[StoryId, Candidate] = {}
        """By every id a story is known under."""
        self._nameless: dict[StoryId, ArticleId] = {}
        """The leads of those whose names nobody has asked for yet."""
        self.names: dict[TopicId, str] = {}
        """Each topic as it was typed."""

    def is_over(self, now: datetime) -> bool:
        return not timedelta(0) <= now - self._now < LASTS

    async def load(self, tx: Transaction, plans: Sequence[Plan]) -> None:
        """Read what these plans need and earlier ones did not; what it needs is there when it returns."""
        # Rounds at once share a field: none may take for read what another is reading, or has just dropped.
        async with self._loading:
            await self._load(tx, plans)

    async def _load(self, tx: Transaction, plans: Sequence[Plan]) -> None:
        since = min((plan.since for plan in plans), default=self._since)
        if since < self._since:
            self._since = since
            self._matches.clear()
            self._rankings.clear()
            self._leading.clear()
        moments = {_hour(plan.since) for plan in plans}
        moments |= {plan.until for plan in plans if plan.until is not None}
        moments.add(self._since)
        # Not `- keys()`, which would walk through all that is known: a field knows twenty thousand topics.
        for moment in moments.difference(self._first_ids):
            self._first_ids[moment] = await tx.articles.first_since(moment)
        topic_ids = {topic_id for plan in plans for topic_id in plan.topics}
        muted_ids = {topic_id for plan in plans for topic_id in _ids(plan, MuteKind.TOPIC)}
        new_ids = (topic_ids | muted_ids).difference(self._matches)
        wanted = await self._load_matches(tx, new_ids)
        await self._load_names(tx, new_ids)
        await self._load_leading(tx, {one.chat.headlines for one in plans if _wants_headlines(one)})
        wanted |= {story_id for plan in plans for story_id in plan.only or ()}
        wanted |= {StoryId(id_) for plan in plans for id_ in _ids(plan, MuteKind.STORY)}
        wanted |= {story_id for found in self._leading.values() for story_id, _ in found}
        await self._load_stories(tx, wanted.difference(self.candidates))
        if any(plan.leanings for plan in plans):
            await self._load_people(tx)

    async def _load_matches(self, tx: Transaction, topic_ids: Collection[TopicId]) -> set[StoryId]:
        """Returns the stories that some of the topics match."""
        if not topic_ids:
            return set()
        found = await tx.topics.matched_from(topic_ids, self._first_ids[self._since])
        nothing: Mapping[ArticleId, float] = {}
        self._matches |= {topic_id: found.get(topic_id, nothing) for topic_id in topic_ids}
        unknown = set[ArticleId]().union(*found.values()).difference(self._stories)
        stories = await tx.articles.stories_of(unknown) if unknown else {}
        self._stories |= stories
        return set(stories.values())

    async def _load_leading(self, tx: Transaction, keys: set[str]) -> None:
        for key in keys.difference(self._leading):
            scope = Scope.of_key(key)
            latest = await tx.stories.latest(
                self._since, MOST_LEADING, country=scope.country, sections=scope.beginnings
            )
            self._leading[key] = [(story.id, story.last_at) for story in latest]

    async def _load_names(self, tx: Transaction, topic_ids: Collection[TopicId]) -> None:
        if topic_ids:
            found = await tx.topics.get_many(topic_ids)
            self.names |= {topic_id: topic.query for topic_id, topic in found.items()}

    async def _load_stories(self, tx: Transaction, story_ids: Collection[StoryId]) -> None:
        if not story_ids:
            return
        stories = await tx.stories.get_many(story_ids)
        publishers = await tx.articles.publishers_of({story.lead_id for story in stories.values()})
        for asked, story in stories.items():
            known = self.candidates.get(story.id) or candidate(
                story, publishers.get(story.lead_id, ""), place=len(self.candidates), now=self._now
            )
            self.candidates[asked] = self.candidates[story.id] = known
            self._nameless[story.id] = story.lead_id

    async def _load_people(self, tx: Transaction) -> None:
        """Whom the stories are about: only likes and dislikes ask for it."""
        if not self._nameless:
            return
        names = await tx.analyses.names_of(self._nameless.values())
        named = {
            story_id: names[lead_id][:MOST_NAMES]
            for story_id, lead_id in self._nameless.items()
            if names.get(lead_id)
        }
        self.candidates |= {
            asked: replace(candidate, names=named[candidate.story_id])
            for asked, candidate in self.candidates.items()
            if candidate.story_id in named
        }
        self._nameless.clear()

    def rankings(self, plan: Plan) -> list[Ranking]:
        """What the plan's chat may be told, by topic."""
        if plan.only is not None:
            return self._of_these(plan.only, plan.topics)
        if plan.topics:
            last = self._first_ids[plan.until] if plan.until is not None else None
            window = self._first_ids[_hour(plan.since)], last
            known = self._rankings.setdefault(window, {})
            return [known.get(topic_id) or self._ranking(topic_id, window) for topic_id in plan.topics]
        found = self._leading[plan.chat.headlines]
        return [ranking(None, self._unasked(id_ for id_, last_at in found if last_at >= plan.since))]

    def _ranking(self, topic_id: TopicId, window: Window) -> Ranking:
        known = self._rankings.setdefault(window, {})
        if topic_id not in known:
            first, end = window
            here = (
                (article_id, fit)
                for article_id, fit in self._matches[topic_id].items()
                if first <= article_id and (end is None or article_id < end)
            )
            known[topic_id] = ranking(topic_id, self._told_by(here))
        return known[topic_id]

    def _of_these(self, only: Collection[StoryId], topic_ids: Iterable[TopicId]) -> list[Ranking]:
        asked = list(self._unasked(only))
        found = [ranking(None, asked)]
        for topic_id in topic_ids:
            fits = self._ranking(topic_id, EVERYTHING).fits
            here = ((one, fits[one.story_id]) for one, _ in asked if one.story_id in fits)
            found.append(ranking(topic_id, here))
        return found

    def _told_by(self, fits: Iterable[tuple[ArticleId, float]]) -> Iterator[tuple[Candidate, float]]:
        """The stories these articles tell."""
        candidates, stories = self.candidates, self._stories
        for article_id, fit in fits:
            if article_id in stories and (one := candidates.get(stories[article_id])) is not None:
                yield one, fit

    def _unasked(self, story_ids: Iterable[StoryId]) -> Iterator[tuple[Candidate, float]]:
        """Those that there are, as they are now: stories merged meanwhile are one."""
        for story_id in story_ids:
            if (one := self.candidates.get(story_id)) is not None:
                yield one, UNASKED

    def taste(self, plan: Plan) -> Taste:
        """The chat's likes and mutes, its muted topics as the stories they match."""
        if not plan.mutes and not plan.leanings:
            return NO_TASTE
        stories = {
            self.candidates[StoryId(id_)].story_id
            for id_ in _ids(plan, MuteKind.STORY)
            if StoryId(id_) in self.candidates
        }
        for topic_id in _ids(plan, MuteKind.TOPIC):
            fits = self._matches.get(topic_id, {})
            stories.update(one.story_id for one, _ in self._told_by(fits.items()))
        return Taste(
            leanings=plan.leanings,
            muted_stories=frozenset(stories),
            muted_publishers=frozenset(muted(plan.mutes, MuteKind.PUBLISHER)),
        )


def _wants_headlines(plan: Plan) -> bool:
    return not plan.topics and plan.only is None


def _hour(since: datetime) -> datetime:
    """To the full hour before: chats that look from about the same time on share what is found.

    What is looked at twice is not told twice; the ledger knows.
    """
    return since.replace(minute=0, second=0, microsecond=0)


def _ids(plan: Plan, kind: MuteKind) -> list[TopicId]:
    return [TopicId(int(about)) for about in muted(plan.mutes, kind)] if plan.mutes else []

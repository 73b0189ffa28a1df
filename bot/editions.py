"""Editions of many chats at once: what each is told, and what is then owed.

The pipeline calls these in this order inside one unit of work, and builds and prints the stories between.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bot import metrics
from bot.digests.build import Checked, EditionView, StoryItem, topics_of, with_reader
from bot.digests.select import Candidate, Selection, most_stories, select
from bot.messages.edition import Printed, print_edition
from bot.rota import ChatSlot, Plan, Turn
from storage.errors import AlreadyExists
from storage.messages import Lane, NewDelivery
from storage.records import (
    Article,
    ArticleId,
    Edition,
    EditionState,
    NewEdition,
    Story,
    StoryId,
    StoryMatch,
    Told,
    TopicId,
)

if TYPE_CHECKING:
    from bot.messages.render import Renderer
    from storage.database import Transaction

log = logging.getLogger(__name__)

Items = Mapping[str, Mapping[StoryId, StoryItem]]
"""The stories built for a round, by language."""
MOST_LEADING = 200
"""Stories looked at for readers without topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    plan: Plan
    selection: Selection

    @property
    def story_ids(self) -> list[StoryId]:
        return [chosen.candidate.story_id for chosen in self.selection.chosen]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a round of issuing came to."""

    issued: int = 0
    empty: int = 0
    skipped: int = 0
    is_more: bool = False


async def choose(tx: Transaction, plans: Iterable[Plan], *, now: datetime, normal: int) -> list[Choice]:
    """What each chat whose turn it is is told: matched once for all topics, then chat by chat."""
    plans = [plan for plan in plans if plan.turn is Turn.TELL]
    field = await _Field.of(tx, plans)
    choices = []
    for plan in plans:
        candidates = field.candidates(plan)
        told = await tx.told.versions(plan.chat.id, [candidate.story_id for candidate in candidates])
        most = most_stories(plan.chat.length, normal=normal)
        choices.append(Choice(plan=plan, selection=select(candidates, told, most=most, now=now)))
    return choices


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """The stories all plans of a round choose from."""

    matches: Mapping[TopicId, Sequence[StoryMatch]]
    leading: Sequence[Story]
    stories: Mapping[StoryId, Story]
    leads: Mapping[ArticleId, Article]

    @classmethod
    async def of(cls, tx: Transaction, plans: Sequence[Plan]) -> _Field:
        since = min((plan.since for plan in plans), default=None)
        topic_ids = {topic_id for plan in plans for topic_id in plan.topics}
        matches: dict[TopicId, list[StoryMatch]] = {}
        leading: list[Story] = []
        if since is not None and topic_ids:
            for match in await tx.editions.matched_since(topic_ids, since):
                matches.setdefault(match.topic_id, []).append(match)
        if since is not None and any(not plan.topics for plan in plans):
            leading = await tx.stories.latest(since, limit=MOST_LEADING)
        matched = {match.story_id for found in matches.values() for match in found}
        stories = await tx.stories.get_many(matched | {story.id for story in leading})
        leads = await tx.articles.get_many({story.lead_id for story in stories.values()})
        return cls(matches=matches, leading=leading, stories=stories, leads=leads)

    def candidates(self, plan: Plan) -> list[Candidate]:
        fits: dict[StoryId, dict[TopicId, float]] = {}
        for topic_id in plan.topics:
            for match in self.matches.get(topic_id, ()):
                story = self.stories.get(match.story_id)
                if story is not None and match.seen_at >= plan.since:
                    best = fits.setdefault(story.id, {})
                    best[topic_id] = max(best.get(topic_id, 0.0), match.score)
        if not plan.topics:
            fits = {story.id: {} for story in self.leading if story.last_at >= plan.since}
        known = {story.id: story for story in self.stories.values()}
        return [self._candidate(known[story_id], found) for story_id, found in fits.items()]

    def _candidate(self, story: Story, fits: Mapping[TopicId, float]) -> Candidate:
        lead = self.leads.get(story.lead_id)
        return Candidate(
            story_id=story.id,
            version=story.version,
            independent_count=story.independent_count,
            last_at=story.last_at,
            publisher=lead.publisher if lead is not None else "",
            fits=fits,
        )


def wanted(choices: Iterable[Choice]) -> dict[str, list[StoryId]]:
    """The stories to be built, each once, by the language they are told in."""
    found: dict[str, dict[StoryId, None]] = {}
    for choice in choices:
        found.setdefault(choice.plan.chat.language, {}).update(dict.fromkeys(choice.story_ids))
    return {language: list(ids) for language, ids in found.items()}


async def checked_for(tx: Transaction, choices: Iterable[Choice], items: Items) -> dict[datetime, Checked]:
    """What was looked through for the editions that have nothing to tell, by the time they looked from."""
    found: dict[datetime, Checked] = {}
    for choice in choices:
        since, built = choice.plan.since, items[choice.plan.chat.language]
        if since not in found and not any(story_id in built for story_id in choice.story_ids):
            articles, publishers = await tx.editions.looked_through(since)
            found[since] = Checked(articles=articles, publishers=publishers, since=since)
    return found


def print_all(
    renderer: Renderer,
    choices: Iterable[Choice],
    items: Items,
    checked: Mapping[datetime, Checked],
    now: datetime,
) -> dict[ChatSlot, tuple[EditionState, Printed]]:
    """Every edition's messages; one that cannot be printed is skipped and logged, the others go on."""
    printed: dict[ChatSlot, tuple[EditionState, Printed]] = {}
    for choice in choices:
        plan = choice.plan
        try:
            view = compose(choice, items[plan.chat.language], checked)
            made = print_edition(
                renderer, view, language=plan.chat.language, zone=plan.chat.timezone, now=now
            )
        except Exception:
            log.exception("edition cannot be printed", extra={"chat": plan.chat.id, "slot": plan.slot})
            continue
        is_silent = view.state is EditionState.EMPTY and plan.is_quiet
        printed[plan.key] = view.state, Printed((), ()) if is_silent else made
    return printed


def compose(
    choice: Choice, items: Mapping[StoryId, StoryItem], checked: Mapping[datetime, Checked]
) -> EditionView:
    """The edition as its reader sees it."""
    plan = choice.plan
    told = [
        with_reader(
            items[chosen.candidate.story_id],
            is_development=chosen.is_development,
            topics=topics_of(chosen.candidate.fits, plan.topics),
        )
        for chosen in choice.selection.chosen
        if chosen.candidate.story_id in items
    ]
    return EditionView(
        local_date=plan.local_date,
        due_at=plan.due_at,
        state=EditionState.ISSUED if told else EditionState.EMPTY,
        items=tuple(told),
        left_over=choice.selection.left_over,
        topics=tuple(plan.topics.values()),
        checked=checked.get(plan.since),
        length=plan.chat.length,
        next_due_at=plan.next_due_at,
    )


async def owe(
    tx: Transaction, plan: Plan, printed: Mapping[ChatSlot, tuple[EditionState, Printed]], *, now: datetime
) -> EditionState | None:
    """The order's next time, and the edition with its ledger lines and debt; None where nothing is issued."""
    if plan.digest_id is not None and plan.due_again_at is not None:
        await tx.digests.set_due(plan.digest_id, plan.due_again_at)
    if plan.turn is Turn.AWAY:
        return None
    state, made = printed.get(plan.key, (EditionState.SKIPPED, Printed((), ())))
    return state if await _owe(tx, plan, state, made, now=now) else None


async def _owe(tx: Transaction, plan: Plan, state: EditionState, printed: Printed, *, now: datetime) -> bool:
    """False if the slot was issued before."""
    new = NewEdition(
        chat_id=plan.chat.id,
        digest_id=plan.digest_id,
        slot=plan.slot,
        local_date=plan.local_date,
        due_at=plan.due_at,
        created_at=now,
        state=state,
        story_count=len(printed.items),
    )
    try:
        edition = await tx.editions.add(new)
    except AlreadyExists:
        return False
    await tx.told.put(_lines(edition, printed.items, now))
    if printed.parts:
        await tx.outbox.put(
            NewDelivery(
                chat_id=plan.chat.id,
                key=f"edition:{edition.id}",
                lane=Lane.ANSWER if plan.digest_id is None else Lane.DIGEST,
                parts=printed.parts,
                not_before=now,
                edition_id=edition.id,
            ),
            now=now,
        )
    return True


def _lines(edition: Edition, items: Iterable[StoryItem], now: datetime) -> list[Told]:
    return [
        Told(
            chat_id=edition.chat_id,
            story_id=item.story_id,
            version=item.version,
            told_at=now,
            edition_id=edition.id,
        )
        for item in items
    ]


def issued(states: Iterable[EditionState | None], *, is_more: bool) -> Issued:
    """The round's sum, counted."""
    counts = Counter(state for state in states if state is not None)
    for state, count in counts.items():
        metrics.EDITIONS.labels(state).inc(count)
    return Issued(
        issued=counts[EditionState.ISSUED],
        empty=counts[EditionState.EMPTY],
        skipped=counts[EditionState.SKIPPED],
        is_more=is_more,
    )

"""Editions of many chats at once: whose turn it is, what each is told, and what is then owed.

The pipeline calls these in this order inside one unit of work, and builds and prints the stories between.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot import metrics
from bot.digests.build import Checked, EditionView, StoryItem, topics_of, with_reader
from bot.digests.schedule import Order, is_too_late, next_slot, slot_of
from bot.digests.select import FIRST_REACH, Candidate, Selection, looked_from, most_stories, select
from bot.messages.edition import Printed, print_edition
from bot.messages.times import zone_of
from bot.subscriptions import order_of
from storage.errors import AlreadyExists
from storage.records import (
    Article,
    ArticleId,
    Chat,
    ChatId,
    ChatState,
    Digest,
    DigestId,
    Edition,
    EditionState,
    Lane,
    NewDelivery,
    NewEdition,
    Story,
    StoryId,
    StoryMatch,
    SubscriptionState,
    Told,
    TopicId,
)

if TYPE_CHECKING:
    from bot.messages.render import Renderer
    from storage.database import Transaction

log = logging.getLogger(__name__)

Turns = tuple[ChatId, str]
"""A chat and its slot."""
Items = Mapping[str, Mapping[StoryId, StoryItem]]
"""The stories built for a round, by language."""
MOST_LEADING = 200
"""Stories looked at for readers without topics."""


class Turn(StrEnum):
    """What a due order comes to."""

    TELL = "tell"
    LATE = "late"
    """Of no more use; its stories go into the next."""
    AWAY = "away"
    """Nobody is to be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One chat's edition to be."""

    chat: Chat
    turn: Turn
    slot: str
    local_date: date
    due_at: datetime
    since: datetime
    """Articles that came earlier were looked at before."""
    topics: Mapping[TopicId, str]
    digest_id: DigestId | None = None
    due_again_at: datetime | None = None
    """When this order is due next."""
    next_due_at: datetime | None = None
    """The chat's next edition, of whichever order."""
    is_quiet: bool = False
    """Nothing new has been said today: an empty edition stays silent."""

    @property
    def key(self) -> Turns:
        return self.chat.id, self.slot


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


def is_written_to(chat: Chat, now: datetime) -> bool:
    """Active, or paused until a time that has passed."""
    is_over = chat.paused_until is not None and chat.paused_until <= now
    return chat.state is ChatState.ACTIVE or (chat.state is ChatState.PAUSED and is_over)


async def plan_due(
    tx: Transaction, digests: Sequence[Digest], *, now: datetime, most_late: timedelta
) -> list[Plan]:
    """Whose turn it is, by the orders that are due."""
    chat_ids = {digest.chat_id for digest in digests}
    chats = await tx.chats.get_many(chat_ids)
    orders = await tx.digests.of_chats(chat_ids)
    topics = await _topics(tx, chat_ids)
    built_at = await tx.editions.built_until(chat_ids)
    plans = []
    for digest in digests:
        chat = chats[digest.chat_id]
        plan = _plan(chat, digest, [order_of(one) for one in orders[chat.id]], now=now, most_late=most_late)
        said = await tx.editions.on_date([chat.id], plan.local_date) if plan.turn is Turn.TELL else []
        plans.append(
            replace(
                plan,
                topics=topics[chat.id],
                since=looked_from(built_at.get(chat.id), now=now),
                is_quiet=any(edition.state is EditionState.EMPTY for edition in said),
            )
        )
    return plans


def _plan(
    chat: Chat, digest: Digest, orders: Sequence[Order], *, now: datetime, most_late: timedelta
) -> Plan:
    order, zone = order_of(digest), zone_of(chat.timezone)
    slot = slot_of(order, zone, due_at=digest.next_due_at)
    turn, after = Turn.TELL, slot.due_at
    if not is_written_to(chat, now):
        turn, after = Turn.AWAY, max(now, slot.due_at)
    elif is_too_late(slot, orders, zone, now=now, most=most_late):
        turn = Turn.LATE
    return Plan(
        chat=chat,
        turn=turn,
        slot=slot.key,
        local_date=slot.local_date,
        due_at=slot.due_at,
        since=now,
        topics={},
        digest_id=digest.id,
        due_again_at=next_slot(order, zone, after=after).due_at,
        next_due_at=min(next_slot(one, zone, after=now).due_at for one in orders),
    )


async def plan_now(tx: Transaction, chat_id: ChatId, *, slot: str, now: datetime) -> Plan:
    """An edition by command: of everything not yet told, however often one looked before."""
    chat = await tx.chats.get(chat_id)
    return Plan(
        chat=chat,
        turn=Turn.TELL,
        slot=slot,
        local_date=now.astimezone(zone_of(chat.timezone)).date(),
        due_at=now,
        since=now - FIRST_REACH,
        topics=(await _topics(tx, [chat_id]))[chat_id],
    )


async def _topics(tx: Transaction, chat_ids: Collection[ChatId]) -> dict[ChatId, dict[TopicId, str]]:
    followed = await tx.chats.subscriptions_of(chat_ids)
    return {
        chat_id: {
            one.topic.id: one.topic.query
            for one in followed.get(chat_id, [])
            if one.state is SubscriptionState.ACTIVE
        }
        for chat_id in chat_ids
    }


async def choose(tx: Transaction, plans: Sequence[Plan], *, now: datetime, normal: int) -> list[Choice]:
    """What each chat is told: matched once for all topics of the round, then chat by chat."""
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
) -> dict[Turns, tuple[EditionState, Printed]]:
    """Every edition's messages; one that cannot be printed is skipped and logged, the others go on."""
    printed: dict[Turns, tuple[EditionState, Printed]] = {}
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
    tx: Transaction, plan: Plan, printed: Mapping[Turns, tuple[EditionState, Printed]], *, now: datetime
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

"""Editions of many chats at once: what each is told, how it reads, and what is then owed."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot import metrics
from bot.digests.build import Checked, EditionView, StoryItem, topics_of, with_reader
from bot.digests.quiet import quiet_until
from bot.digests.scope import EVERYTHING, Scope
from bot.digests.select import Chosen, Selection, most_stories, select
from bot.field import Field
from bot.messages.edition import Printed, print_edition
from bot.rota import ChatSlot, Plan, Turn
from bot.shelf import Look
from storage.messages import Lane, NewDelivery
from storage.records import (
    ChatId,
    Development,
    EditionId,
    EditionState,
    Format,
    Memory,
    NewEdition,
    StoryId,
    Told,
    TopicId,
)
from storage.wishes import MuteKind

if TYPE_CHECKING:
    from bot.messages.fragments import Fragments
    from bot.messages.render import Renderer
    from storage.database import Transaction

log = logging.getLogger(__name__)

Items = Mapping[Look, Mapping[StoryId, StoryItem]]
"""The stories built for a round."""
CLOCKS_DIFFER = timedelta(minutes=10)
"""By how much two machines' clocks may, for one to notice what the other told meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What one chat is told."""

    plan: Plan
    selection: Selection

    @property
    def look(self) -> Look:
        muted = (mute.about for mute in self.plan.mutes if mute.kind is MuteKind.PUBLISHER)
        return self.plan.chat.language, frozenset(muted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A chat's edition, ready to be owed."""

    choice: Choice
    state: EditionState
    printed: Printed
    says_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What a round of issuing came to."""

    issued: int = 0
    empty: int = 0
    skipped: int = 0
    failed: int = 0
    is_more: bool = False


async def choose(tx: Transaction, field: Field, plans: Sequence[Plan], *, normal: int) -> list[Choice]:
    """What each chat whose turn it is is told."""
    telling = [plan for plan in plans if plan.turn is Turn.TELL]
    await field.load(tx, telling)
    rankings = [field.rankings(plan) for plan in telling]
    first = min(field.candidates, default=StoryId(0))
    told = await tx.told.versions_of({plan.chat.id for plan in telling}, first=first)
    choices = []
    for plan, ranked in zip(telling, rankings, strict=True):
        selection = select(
            ranked,
            field.candidates,
            told.get(plan.chat.id, {}),
            most=most_stories(plan.chat.length, normal=normal),
            taste=field.taste(plan),
        )
        choices.append(Choice(plan=plan, selection=selection))
    return choices


def wanted(choices: Iterable[Choice]) -> dict[Look, dict[StoryId, int]]:
    """The stories to be built, each once for every way it is told, with the least version."""
    looks: dict[Look, dict[StoryId, int]] = {}
    for choice in choices:
        of_look = looks.setdefault(choice.look, {})
        for chosen in choice.selection.chosen:
            of_look[chosen.candidate.story_id] = chosen.candidate.version
    return looks


def developed(choices: Iterable[Choice]) -> set[StoryId]:
    """The stories some chat was told before."""
    return {
        chosen.candidate.story_id
        for choice in choices
        for chosen in choice.selection.chosen
        if chosen.is_development
    }


def looked_since(choice: Choice) -> datetime:
    """From when on an empty edition says it looked: in steps, so that many chats share the count."""
    since = choice.plan.since
    return since.replace(minute=since.minute // 10 * 10, second=0, microsecond=0)


async def checked_for(
    tx: Transaction, choices: Iterable[Choice], items: Items, *, silent_since: datetime
) -> dict[datetime, Checked]:
    """What was looked through for the editions that have nothing to tell, by the time they looked from."""
    found: dict[datetime, Checked] = {}
    stale: tuple[str, ...] | None = None
    for choice in choices:
        since, built = looked_since(choice), items[choice.look]
        if since in found or any(one.candidate.story_id in built for one in choice.selection.chosen):
            continue
        if stale is None:
            stale = tuple(await tx.feeds.silent(silent_since))
        articles, publishers = await tx.editions.looked_through(since)
        found[since] = Checked(articles=articles, publishers=publishers, since=since, stale=stale)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """What all editions of a round are printed with."""

    renderer: Renderer
    fragments: Fragments
    field: Field
    items: Items
    checked: Mapping[datetime, Checked]
    news: Mapping[StoryId, Sequence[Development]]
    left_out: dict[StoryId, str]
    """Stories that cannot be told, and why; grows with what cannot be printed."""
    now: datetime

    def print_all(self, choices: Iterable[Choice]) -> tuple[list[Made], dict[ChatSlot, Exception]]:
        """Every edition's messages; and why some cannot be printed, the others go on."""
        made: list[Made] = []
        failed: dict[ChatSlot, Exception] = {}
        for choice in choices:
            try:
                made.append(self._print(choice))
            except Exception as error:
                extra = {"chat": choice.plan.chat.id, "slot": choice.plan.slot}
                log.exception("edition cannot be printed", extra=extra)
                failed[choice.plan.key] = error
        return made, failed

    def _print(self, choice: Choice) -> Made:
        plan, chat = choice.plan, choice.plan.chat
        view = self._view(choice)
        if not view.items and (plan.is_quiet or plan.only is not None):
            return Made(choice=choice, state=EditionState.EMPTY, printed=Printed((), ()))
        printed = print_edition(
            self.renderer,
            view,
            language=chat.language,
            zone=chat.timezone,
            now=self.now,
            is_rich=chat.format is Format.RICH,
            fragments=self.fragments,
        )
        self.left_out.update(printed.left_out)
        if plan.digest is not None and quiet_until(chat, self.now) is not None:
            printed = replace(printed, parts=tuple(replace(part, silent=True) for part in printed.parts))
        return Made(choice=choice, state=view.state, printed=printed, says_empty=not view.items)

    def _view(self, choice: Choice) -> EditionView:
        """The edition as its reader sees it."""
        plan, items, names = choice.plan, self.items[choice.look], self.field.names
        is_rich = plan.chat.format is Format.RICH
        told = [
            self._told(chosen, items[chosen.candidate.story_id], is_rich=is_rich)
            for chosen in choice.selection.chosen
            if chosen.candidate.story_id in items
        ]
        return EditionView(
            local_date=plan.local_date,
            due_at=plan.due_at,
            state=EditionState.ISSUED if told else EditionState.EMPTY,
            items=tuple(told),
            left_over=choice.selection.left_over,
            topics=_names(plan, names),
            checked=self.checked.get(looked_since(choice)),
            length=plan.chat.length,
            next_due_at=plan.next_due_at,
            slot=plan.slot,
            is_follow=plan.is_follow,
            scope=EVERYTHING if plan.topics else Scope.of_key(plan.chat.headlines),
        )

    def _told(self, chosen: Chosen, item: StoryItem, *, is_rich: bool) -> StoryItem:
        """The story as this reader is told it: mostly as all are, since topics head rich messages alone."""
        if not is_rich and not chosen.is_development:
            return item
        topics = topics_of(chosen.fits, self.field.names)
        news = self._news(chosen, item)
        return with_reader(item, is_development=chosen.is_development, topics=topics, news=news)

    def _news(self, chosen: Chosen, item: StoryItem) -> tuple[str, ...]:
        """What was found after the state the chat knows, up to the one it is told."""
        if not chosen.is_development:
            return ()
        found = self.news.get(chosen.candidate.story_id, ())
        return tuple(
            one.sentence
            for one in found
            if chosen.told_version < one.version <= item.version and one.sentence
        )


def _names(plan: Plan, names: Mapping[TopicId, str]) -> tuple[str, ...]:
    return tuple(names[topic_id] for topic_id in plan.topics if topic_id in names)


async def overtaken(tx: Transaction, made: Sequence[Made], *, read_at: datetime) -> set[ChatSlot]:
    """Editions that would tell what was told meanwhile, or what has become another story: to be made anew."""
    told_by = {one.choice.plan.chat.id for one in made if one.printed.items}
    story_ids = {item.story_id for one in made for item in one.printed.items}
    if not story_ids:
        return set()
    merged = await tx.stories.merged(story_ids)
    meanwhile = await tx.told.versions_of(told_by, first=min(story_ids), since=read_at - CLOCKS_DIFFER)
    return {one.choice.plan.key for one in made if _is_overtaken(one, merged, meanwhile)}


def _is_overtaken(
    one: Made, merged: Collection[StoryId], meanwhile: Mapping[ChatId, Mapping[StoryId, int]]
) -> bool:
    told = meanwhile.get(one.choice.plan.chat.id, {})
    known = {chosen.candidate.story_id: chosen.told_version for chosen in one.choice.selection.chosen}
    return any(
        item.story_id in merged or told.get(item.story_id, 0) > known.get(item.story_id, 0)
        for item in one.printed.items
    )


async def owe(tx: Transaction, made: Sequence[Made], *, now: datetime) -> list[EditionState]:
    """The editions with their ledger lines and debts; what those of slots not issued before came to."""
    ids = await tx.editions.add_many([_edition(one, now) for one in made])
    new = [(ids[one.choice.plan.key], one) for one in made if one.choice.plan.key in ids]
    await tx.told.put([line for edition_id, one in new for line in _lines(edition_id, one, now)])
    await tx.outbox.put_many(
        [_delivery(edition_id, one, now) for edition_id, one in new if one.printed.parts], now=now
    )
    await tx.chats.remember(
        {one.choice.plan.chat.id: _memory(one, now) for _, one in new if one.choice.plan.only is None}
    )
    return [one.state for _, one in new]


def _edition(one: Made, now: datetime) -> NewEdition:
    return new_edition(one.choice.plan, one.state, now, story_count=len(one.printed.items))


def new_edition(
    plan: Plan,
    state: EditionState,
    now: datetime,
    *,
    story_count: int = 0,
    reason: str = "",
) -> NewEdition:
    """The record of what a plan came to."""
    return NewEdition(
        chat_id=plan.chat.id,
        digest_id=plan.digest.id if plan.digest is not None else None,
        slot=plan.slot,
        local_date=plan.local_date,
        due_at=plan.due_at,
        created_at=now,
        state=state,
        story_count=story_count,
        reason=reason,
        looked_from=plan.since,
    )


def _memory(one: Made, now: datetime) -> Memory:
    says_empty = one.says_empty and one.choice.plan.digest is not None
    return Memory(looked_until=now, empty_said_on=one.choice.plan.local_date if says_empty else None)


def _delivery(edition_id: EditionId, one: Made, now: datetime) -> NewDelivery:
    return NewDelivery(
        chat_id=one.choice.plan.chat.id,
        key=f"edition:{edition_id}",
        lane=Lane.ANSWER if one.choice.plan.is_answer else Lane.DIGEST,
        parts=one.printed.parts,
        not_before=now,
        edition_id=edition_id,
    )


def _lines(edition_id: EditionId, one: Made, now: datetime) -> list[Told]:
    return [
        Told(
            chat_id=one.choice.plan.chat.id,
            story_id=item.story_id,
            version=item.version,
            told_at=now,
            edition_id=edition_id,
        )
        for item in one.printed.items
    ]


def issued(states: Iterable[EditionState], *, is_more: bool = False) -> Issued:
    """The round's sum, counted."""
    counts = Counter(states)
    for state, count in counts.items():
        metrics.EDITIONS.labels(state).inc(count)
    return Issued(
        issued=counts[EditionState.ISSUED],
        empty=counts[EditionState.EMPTY],
        skipped=counts[EditionState.SKIPPED],
        failed=counts[EditionState.FAILED],
        is_more=is_more,
    )

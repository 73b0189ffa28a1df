"""Whose turn it is: the orders that are due, each with its slot, its topics and what is to become of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from bot.clock import zone_of
from bot.digests.schedule import Order, is_too_late, next_slot, slot_of
from bot.digests.select import FIRST_REACH, looked_from
from bot.digests.taste import leanings
from bot.subscriptions import order_of
from storage.errors import NotFound
from storage.records import Chat, ChatId, ChatState, Digest, Edition, Memory, Story, StoryId, TopicId
from storage.wishes import Mute

if TYPE_CHECKING:
    from storage.database import Transaction

MOST_FAILURES = 5
"""Tries of one edition; then it is given up and its stories come with the next."""
FIRST_WAIT = timedelta(minutes=1)
OLDEST_MISSED = timedelta(days=7)
"""Slots missed earlier are passed over: a clock that was years ahead must not cost a round a day."""

ChatSlot = tuple[ChatId, str]
"""What an edition is unique by."""


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
    topics: tuple[TopicId, ...] = ()
    """In the order the reader chose them."""
    mutes: tuple[Mute, ...] = ()
    leanings: Mapping[str, int] = field(default_factory=dict)
    until: datetime | None = None
    """Articles that came later are left for the next."""
    only: frozenset[StoryId] | None = None
    """Nothing but these may be told."""
    is_follow: bool = False
    """Nobody's digest is due: a followed story developed."""
    digest: Digest | None = None
    due_again_at: datetime | None = None
    """When this order is due next."""
    next_due_at: datetime | None = None
    """The chat's next edition, of whichever order."""
    is_quiet: bool = False
    """An empty edition stays silent: the chat wants it so, or was told today that there is nothing new."""

    @property
    def key(self) -> ChatSlot:
        return self.chat.id, self.slot

    @property
    def is_answer(self) -> bool:
        """Somebody asked and waits."""
        return self.digest is None and not self.is_follow


def is_written_to(chat: Chat, now: datetime) -> bool:
    """Active, or paused until a time that has passed."""
    is_over = chat.paused_until is not None and chat.paused_until <= now
    return chat.state is ChatState.ACTIVE or (chat.state is ChatState.PAUSED and is_over)


def again_after(failures: int) -> timedelta:
    """How long an edition that could not be made waits for its next try."""
    return FIRST_WAIT * (1 << failures)


async def plan_due(
    tx: Transaction, digests: Sequence[Digest], *, now: datetime, most_late: timedelta
) -> list[Plan]:
    """Whose turn it is, by the orders that are due; an order that was removed meanwhile has none."""
    chat_ids = {digest.chat_id for digest in digests}
    orders = await tx.digests.of_chats(chat_ids)
    wishes = await _Wishes.of(tx, chat_ids, now=now)
    return [
        _plan(
            wishes,
            digest,
            [order_of(one) for one in orders.get(digest.chat_id, [digest])],
            now=now,
            most_late=most_late,
        )
        for digest in digests
        if digest.chat_id in wishes.chats
    ]


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What some chats want, each kind read at once for all of them."""

    chats: Mapping[ChatId, Chat]
    topics: Mapping[ChatId, Sequence[TopicId]]
    mutes: Mapping[ChatId, Sequence[Mute]]
    opinions: Mapping[ChatId, Mapping[str, int]]
    memories: Mapping[ChatId, Memory]

    @classmethod
    async def of(cls, tx: Transaction, chat_ids: Collection[ChatId], *, now: datetime) -> _Wishes:
        opinions = await tx.opinions.of_chats(chat_ids)
        return cls(
            await tx.chats.get_many(chat_ids),
            await tx.chats.topic_ids_of(chat_ids),
            await tx.mutes.of_chats(chat_ids),
            {chat_id: leanings(said, now=now) for chat_id, said in opinions.items()},
            await tx.chats.memory_of(chat_ids),
        )

    def plan(self, chat_id: ChatId, **values: Any) -> Plan:
        return Plan(
            chat=self.chats[chat_id],
            topics=tuple(self.topics.get(chat_id, ())),
            mutes=tuple(self.mutes.get(chat_id, ())),
            leanings=self.opinions.get(chat_id, {}),
            **values,
        )

    def plan_at_once(self, chat_id: ChatId, *, now: datetime, **values: Any) -> Plan:
        """No order is due; raises NotFound for a chat that is gone."""
        if chat_id not in self.chats:
            raise NotFound(f"no chat {chat_id}")
        today = now.astimezone(zone_of(self.chats[chat_id].timezone)).date()
        return self.plan(chat_id, turn=Turn.TELL, local_date=today, due_at=now, **values)


def _plan(
    wishes: _Wishes, digest: Digest, orders: Sequence[Order], *, now: datetime, most_late: timedelta
) -> Plan:
    chat, memory = wishes.chats[digest.chat_id], wishes.memories[digest.chat_id]
    order, zone = order_of(digest), zone_of(chat.timezone)
    slot = slot_of(order, zone, due_at=digest.next_due_at)
    turn, after = Turn.TELL, slot.due_at
    if not is_written_to(chat, now):
        turn, after = Turn.AWAY, max(now, slot.due_at)
    elif is_too_late(slot, orders, zone, now=now, most=most_late):
        turn, after = Turn.LATE, max(slot.due_at, now - OLDEST_MISSED)
    return wishes.plan(
        chat.id,
        turn=turn,
        slot=slot.key,
        local_date=slot.local_date,
        due_at=slot.due_at,
        since=looked_from(memory.looked_until, now=now),
        digest=digest,
        due_again_at=next_slot(order, zone, after=after).due_at,
        next_due_at=min(next_slot(one, zone, after=now).due_at for one in orders),
        is_quiet=not chat.tells_empty or memory.empty_said_on == slot.local_date,
    )


async def plan_now(
    tx: Transaction, chat_id: ChatId, *, slot: str, now: datetime, rest_of: Edition | None = None
) -> Plan:
    """An edition by command: of everything not yet told, however often one looked before.

    `rest_of` leaves out what an earlier edition had not looked at.
    """
    wishes = await _Wishes.of(tx, [chat_id], now=now)
    since = rest_of.looked_from if rest_of is not None else None
    return wishes.plan_at_once(
        chat_id,
        now=now,
        slot=slot,
        since=since or now - FIRST_REACH,
        until=rest_of.created_at if rest_of is not None else None,
    )


async def plan_follow(tx: Transaction, chat_id: ChatId, story: Story, *, now: datetime) -> Plan:
    """What is new of a story the chat follows; once for each state of it."""
    wishes = await _Wishes.of(tx, [chat_id], now=now)
    return wishes.plan_at_once(
        chat_id,
        now=now,
        slot=f"story:{story.id}:{story.version}",
        since=now - FIRST_REACH,
        only=frozenset({story.id}),
        is_follow=True,
    )

"""Whose turn it is: the orders that are due, each with its slot, its topics and what is to become of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.digests.schedule import Order, is_too_late, next_slot, slot_of
from bot.digests.select import FIRST_REACH, looked_from
from bot.messages.times import zone_of
from bot.subscriptions import order_of
from storage.records import (
    Chat,
    ChatId,
    ChatState,
    Digest,
    DigestId,
    EditionState,
    SubscriptionState,
    TopicId,
)

if TYPE_CHECKING:
    from storage.database import Transaction

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
    topics: Mapping[TopicId, str]
    digest_id: DigestId | None = None
    due_again_at: datetime | None = None
    """When this order is due next."""
    next_due_at: datetime | None = None
    """The chat's next edition, of whichever order."""
    is_quiet: bool = False
    """Nothing new has been said today: an empty edition stays silent."""

    @property
    def key(self) -> ChatSlot:
        return self.chat.id, self.slot


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

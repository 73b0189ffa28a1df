"""Changes what is out: a corrected item is edited in place, a recalled one deleted, until none is left.

Both can be repeated without harm, so a crash costs a second request and nothing else.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from bot.broadcasts.drafting import render
from storage.breaking import Broadcast, BroadcastState, SentCopy
from storage.messages import MessagePart
from storage.records import OutboxId

if TYPE_CHECKING:
    from bot.services import Services

BATCH = 25
"""Messages changed before it is recorded which."""

Turn = Callable[[int], Awaitable[bool]]
"""Waits for the turn of a request about this Telegram chat; False if the chat has to rest first."""


class Busy(Exception):
    """Telegram cannot be asked just now; to be tried again later."""


class Desk(Protocol):
    """How messages that are out are changed."""

    async def edit(self, chat_id: int, message_id: int, part: MessagePart) -> bool:
        """False if the message can be changed no more; raises Busy."""
        ...

    async def remove(self, chat_id: int, message_id: int) -> bool:
        """True if the message is gone from the chat, False if it stays; raises Busy."""
        ...


async def revise(services: Services, desk: Desk, turn: Turn) -> bool:
    """Bring the next messages up to date; True if there are more."""
    async with services.storage.read() as tx:
        found = await tx.broadcasts.of_states(
            BroadcastState.RECALLING, BroadcastState.RUNNING, BroadcastState.PAUSED
        )
        for broadcast in found:
            if copies := await tx.broadcasts.stale_copies(broadcast, limit=BATCH):
                break
        else:
            return False
    return await _revise(services, desk, turn, broadcast, copies)


async def _revise(
    services: Services, desk: Desk, turn: Turn, broadcast: Broadcast, copies: list[SentCopy]
) -> bool:
    is_recall = broadcast.state is BroadcastState.RECALLING
    gone: list[SentCopy] = []
    settled: list[OutboxId] = []
    for copy in copies:
        if not await turn(copy.telegram_id):
            continue
        try:
            if is_recall:
                if await desk.remove(copy.telegram_id, copy.message_id):
                    gone.append(copy)
                    continue
            else:
                part = render(services, broadcast, language=copy.language, zone=copy.timezone)
                await desk.edit(copy.telegram_id, copy.message_id, part)
        except Busy:
            break
        settled.append(copy.outbox_id)
    async with services.storage.write() as tx:
        revision = broadcast.revision
        await tx.broadcasts.revised([copy.outbox_id for copy in gone], revision=revision, is_gone=True)
        await tx.broadcasts.revised(settled, revision=revision, is_gone=False)
        await tx.broadcasts.untell(broadcast, [copy.chat_id for copy in gone])
    return len(gone) + len(settled) == len(copies)
